/**
 * Runs the specs of the account for the mutation tester: all of them are loaded once, into this process, and for each
 * mutant those tests are run again that come upon it. The account is pure, so no test can leave anything behind for the
 * next. With Jest each mutant would cost some thirty contexts with all modules loaded anew; so it costs milliseconds.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { takeCollected } from './jest-globals.mjs';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  MutantRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';

/** What the config's build command fills. */
const COMPILED = 'compiled';

/** What is loaded last, and so run last: what takes seconds where others take milliseconds. */
const SLOW = /properties\.spec|differential\.spec/;

/** Which spec files are loaded, for a round with those alone that were written against what had survived. */
const CHOSEN = new RegExp(process.env['MUTATION_SPECS'] ?? '');

/** They ask whether the examples of the properties are many enough, which they are not here; they say nothing of a mutant. */
const OF_GENERATORS = / comes?, among those that are tried here, upon every /;

/** What each test took without a mutant, for the processes that come after the first. */
const DURATIONS = 'durations.json';

/** A test with a mutant is endless when it has taken so many times what it took without, and a second. */
const SLOWER_MAX = 10;
const ENDLESS_MS = 1_000;

/** What the mutated code and this runner share. */
const mutants = (globalThis.__stryker__ ??= {});

class PureTestRunner {
  tests;
  durationsMs;
  /** How often the account and its specs were loaded, each time as modules of their own. */
  loads = 0;
  /** How many mutants each test has killed here: those that killed most go first, for a mutant is dead with its first. */
  killed = new Map();

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    await this.load(false);
    const tests = [];
    for (const test of this.tests) tests.push(await attempt(test, ENDLESS_MS * 600));
    mutants.currentTestId = undefined;
    this.durationsMs = Object.fromEntries(tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]));
    writeFileSync(DURATIONS, JSON.stringify(this.durationsMs, undefined, 1));
    return { status: DryRunStatus.Complete, tests, mutantCoverage: mutants.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail, mutantActivation, reloadEnvironment }) {
    if (mutantActivation === 'static') mutants.activeMutant = activeMutant.id;
    await this.load(reloadEnvironment);
    mutants.activeMutant = activeMutant.id;
    mutants.hitCount = hitLimit === undefined ? undefined : 0;
    mutants.hitLimit = hitLimit;
    this.durationsMs ??= JSON.parse(readFileSync(DURATIONS, 'utf8'));
    const tests = [];
    for (const test of this.inOrder(testFilter)) {
      const result = await attempt(test, ENDLESS_MS + SLOWER_MAX * (this.durationsMs[test.id] ?? 0));
      if (result === ENDLESS) {
        mutants.activeMutant = undefined;
        return { status: MutantRunStatus.Timeout, reason: test.id };
      }
      tests.push(result);
      if (result.status !== TestStatus.Failed) continue;
      this.killed.set(test.id, this.killsOf(test) + 1);
      if (!disableBail) break;
    }
    mutants.activeMutant = undefined;
    const endless = determineHitLimitReached(mutants.hitCount, hitLimit);
    return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests });
  }

  killsOf({ id }) {
    return this.killed.get(id) ?? 0;
  }

  inOrder(testFilter) {
    const chosen = testFilter && new Set(testFilter);
    return this.tests
      .filter(({ id }) => chosen?.has(id) !== false)
      .sort((one, other) => this.killsOf(other) - this.killsOf(one));
  }

  async load(again) {
    if (this.tests !== undefined && !again) return;
    const compiled = join(process.cwd(), COMPILED);
    if (this.loads === 0)
      register('./resolve.mjs', { parentURL: import.meta.url, data: { compiled: `${pathToFileURL(compiled).href}/` } });
    this.loads += 1;
    const specs = readdirSync(join(compiled, 'libs/account/src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name.endsWith('.spec.js'))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((spec) => CHOSEN.test(spec.split(sep).join('/')));
    const order = (spec) => `${SLOW.test(spec) ? 1 : 0}${spec.split(sep).join('/')}`;
    for (const spec of specs.sort((one, other) => (order(one) < order(other) ? -1 : 1)))
      await import(`${pathToFileURL(spec).href}?load=${this.loads}`);
    this.tests = takeCollected().filter(({ id }) => !OF_GENERATORS.test(id));
  }
}

const ENDLESS = Symbol('endless');
const running = new Script('__running__()');

/** Runs one test, in whose name the mutants that it comes upon are noted. Time is counted as this process had it. */
async function attempt({ id, run }, timeMaxMs) {
  mutants.currentTestId = id;
  const began = process.cpuUsage();
  const spentMs = () => Object.values(process.cpuUsage(began)).reduce((sum, part) => sum + part) / 1_000;
  const result = (more) => ({ id, name: id, timeSpentMs: Math.ceil(spentMs()), ...more });
  globalThis.__running__ = run;
  try {
    await running.runInThisContext({ timeout: timeMaxMs });
    return result({ status: TestStatus.Success });
  } catch (fault) {
    if (fault?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      return spentMs() < timeMaxMs / 2 ? attempt({ id, run }, timeMaxMs) : ENDLESS;
    return result({ status: TestStatus.Failed, failureMessage: String(fault?.message ?? fault) });
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'pure', PureTestRunner)];
