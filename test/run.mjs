/**
 * `npm test`: installs and builds what is missing, then every check that one machine can run, and says at the end how
 * many passed. A check that fails stops none of the others. Arguments go to Jest: `npm test -- libs/account`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, NX, NX_ENVIRONMENT } from '../deploy/local/workspace/build.mjs';
import { nodeFault } from '../deploy/local/workspace/check-node.mjs';
import { install } from '../deploy/local/workspace/install.mjs';
import { ROOT } from '../deploy/local/workspace/root.mjs';
import { runNode } from '../deploy/local/workspace/run-step.mjs';

/** What a user's own stack is set to must not lead tests to it. */
const SETTINGS = ['DATA', 'NATS', 'LEDGER', 'CLICKHOUSE', 'HTTP', 'LOG'].map((name) => `EXCHEQUER_${name}`);

/** The checks beside Jest; each counts as one. */
const CHECKS = [
  ['lint', [NX, 'run-many', '-t', 'lint', '--parallel=2'], NX_ENVIRONMENT],
  ['types', ['node_modules/.bin/tsc', '-p', 'tsconfig.json'], {}],
  ['format', ['node_modules/.bin/prettier', '--check', '.'], {}],
];

const results = [];
let interrupted = false;
process.on('SIGINT', () => (interrupted = true));
process.exitCode = await main();

/** @returns the exit status. */
async function main() {
  const fault = nodeFault();
  if (fault !== undefined) {
    console.error(fault);
    return 2;
  }
  if (!(await install())) {
    results.push({ name: 'install', passed: 0, failed: 1, skipped: 0 });
    return summary();
  }
  for (const name of SETTINGS) delete process.env[name];
  await check('build', build);
  for (const [name, args, environment] of CHECKS)
    await check(name, async () => (await runNode(args, environment)) === 0);
  await jest();
  return summary();
}

async function check(name, passes) {
  if (interrupted) return;
  const beganMs = Date.now();
  console.log(`\n── ${name} ──`);
  const passed = await passes();
  console.log(`── ${name} ${passed ? 'passed' : 'FAILED'} after ${seconds(beganMs)} s ──`);
  results.push({ name, passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 });
}

async function jest() {
  if (interrupted) return;
  console.log('\n── tests ──');
  const directory = mkdtempSync(join(tmpdir(), 'exchequer-tests-'));
  const outputFile = join(directory, 'results.json');
  const args = ['node_modules/.bin/jest', '--json', `--outputFile=${outputFile}`, ...process.argv.slice(2)];
  const status = await runNode(args, await testEnvironment());
  results.push({ name: 'tests', ...counted(outputFile, status) });
  rmSync(directory, { recursive: true, force: true });
}

/** The NATS server that tests need is found or fetched as `npm start` does it, and is then on the tests' PATH. */
async function testEnvironment() {
  const options = [process.env['NODE_OPTIONS'], '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const environment = { NODE_OPTIONS: options.filter(Boolean).join(' ') };
  try {
    const local = await import(pathToFileURL(join(ROOT, 'deploy/local/dist/index.js')).href);
    const onFetch = () => console.log('fetching the NATS server …');
    const server = await local.provideNatsServer({ data: join(ROOT, '.exchequer'), onFetch });
    environment['PATH'] = [dirname(server), process.env['PATH']].filter(Boolean).join(delimiter);
  } catch (fault) {
    console.error(`Tests that need a NATS server will fail: ${fault.message}`);
  }
  return environment;
}

/** A file of tests that could not be run counts as one that failed, and so does a run without results. */
function counted(outputFile, status) {
  try {
    const found = JSON.parse(readFileSync(outputFile, 'utf8'));
    const failed = found.numFailedTests + found.numRuntimeErrorTestSuites;
    const unexplained = status !== 0 && failed === 0 ? 1 : 0;
    return { passed: found.numPassedTests, failed: failed + unexplained, skipped: found.numPendingTests };
  } catch {
    console.error('Jest left no results.');
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function summary() {
  console.log('');
  for (const { name, passed, failed, skipped } of results) {
    const rest = skipped === 0 ? '' : `, ${String(skipped)} skipped`;
    console.log(`${name}: ${String(passed)} passed, ${String(failed)} failed${rest}`);
  }
  if (interrupted) {
    console.error('Interrupted; not everything was run.');
    return 130;
  }
  const total = (which) => results.reduce((sum, result) => sum + result[which], 0);
  console.log(`${String(total('passed'))} passed, ${String(total('failed'))} failed`);
  return total('failed') === 0 ? 0 : 1;
}

function seconds(sinceMs) {
  return ((Date.now() - sinceMs) / 1_000).toFixed(0);
}
