/**
 * Runs the specs of the account for the mutation tester: all of them are loaded once, into this process, and for each
 * mutant those tests are run again that come upon it. The account is pure, so no test can leave anything behind for the
 * next. With Jest each mutant would cost some thirty contexts with all modules loaded anew; so it costs milliseconds.
 *
 * A mutant in what runs while modules are loaded (a table, a constant) needs the account loaded anew: with one spec file after
 * the other, those of its own folder first, for with the first that fails the rest need not be loaded.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
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

/** What the config's build command fills, and where in it the account is. */
const COMPILED = 'compiled';
const ACCOUNT = 'libs/account/src';

/** What is run last: what takes seconds where others take milliseconds. */
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
  durationsMs;
  /** The spec files, in the order in which they are loaded. */
  paths;
  /** The tests of each spec file that was loaded since the account was loaded last. */
  loaded = new Map();
  /** How often the account and its specs were loaded, each time as modules of their own. */
  loads = 0;
  /** How many mutants each test and each spec file has killed here: a mutant is dead with its first, so those likely to be it go first. */
  killed = new Map();

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    const tests = [];
    for (const test of await this.all()) tests.push(await attempt(test, ENDLESS_MS * 600));
    mutants.currentTestId = undefined;
    this.durationsMs = Object.fromEntries(tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]));
    writeFileSync(DURATIONS, JSON.stringify(this.durationsMs, undefined, 1));
    return { status: DryRunStatus.Complete, tests, mutantCoverage: mutants.mutantCoverage };
  }

  async mutantRun(options) {
    const { activeMutant, sandboxFileName, testFilter, hitLimit, disableBail, mutantActivation } = options;
    if (options.reloadEnvironment) this.loaded.clear();
    const isStatic = mutantActivation === 'static';
    if (!isStatic) await this.all();
    mutants.activeMutant = activeMutant.id;
    mutants.hitCount = hitLimit === undefined ? undefined : 0;
    mutants.hitLimit = hitLimit;
    this.durationsMs ??= JSON.parse(readFileSync(DURATIONS, 'utf8'));
    const tests = [];
    try {
      for await (const test of isStatic ? this.oneByOne(sandboxFileName) : await this.inOrder(testFilter)) {
        const result = await attempt(test, ENDLESS_MS + SLOWER_MAX * (this.durationsMs[test.id] ?? 0));
        if (result === ENDLESS) return { status: MutantRunStatus.Timeout, reason: test.id };
        tests.push(result);
        if (result.status !== TestStatus.Failed) continue;
        this.killed.set(test.id, this.killsOf(test.id) + 1);
        this.killed.set(test.spec, this.killsOf(test.spec) + 1);
        if (!disableBail) break;
      }
    } catch (fault) {
      takeCollected();
      tests.push({ ...NOT_LOADED, failureMessage: String(fault?.message ?? fault) });
    } finally {
      mutants.activeMutant = undefined;
    }
    const endless = determineHitLimitReached(mutants.hitCount, hitLimit);
    return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests });
  }

  killsOf(testOrSpec) {
    return this.killed.get(testOrSpec) ?? 0;
  }

  async inOrder(testFilter) {
    const chosen = testFilter && new Set(testFilter);
    return (await this.all())
      .filter(({ id }) => chosen?.has(id) !== false)
      .map((test) => ({ test, worth: this.worthOf(test) }))
      .sort((one, other) => other.worth - one.worth)
      .map(({ test }) => test);
  }

  /** What a test has killed for its time; one that killed nothing yet counts a little, too, and the more the quicker it is. */
  worthOf({ id }) {
    return (this.killsOf(id) + 0.1) / (1 + (this.durationsMs[id] ?? 0));
  }

  /** All tests, each spec file being loaded when those before it have been run; first what is beside the mutated file. */
  async *oneByOne(mutatedFile) {
    const folder = dirname(relative(process.cwd(), mutatedFile)).split(sep).join('/');
    const rank = (spec) => (SLOW.test(spec) ? 2 : spec.startsWith(`${folder}/`) ? 0 : 1);
    const specs = this.specs().sort((one, other) => rank(one) - rank(other) || this.killsOf(other) - this.killsOf(one));
    for (const spec of specs) yield* await this.testsOf(spec);
  }

  /** The tests of all spec files, those that take long last. */
  async all() {
    const tests = [];
    for (const spec of this.specs()) tests.push(...(await this.testsOf(spec)));
    return tests;
  }

  /** The spec files, by their paths in the compiled libs. */
  specs() {
    this.paths ??= readdirSync(join(process.cwd(), COMPILED, ACCOUNT), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name.endsWith('.spec.js'))
      .map((entry) => relative(join(process.cwd(), COMPILED), join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((spec) => CHOSEN.test(spec))
      .sort((one, other) => Number(SLOW.test(one)) - Number(SLOW.test(other)) || (one < other ? -1 : 1));
    return [...this.paths];
  }

  async testsOf(spec) {
    const known = this.loaded.get(spec);
    if (known !== undefined) return known;
    if (this.loaded.size === 0) this.begin();
    mutants.currentTestId = undefined;
    await import(`${pathToFileURL(join(process.cwd(), COMPILED, spec)).href}?load=${this.loads}`);
    const tests = takeCollected()
      .map(({ id, run }) => ({ id: `${spec.slice(ACCOUNT.length + 1)}: ${id}`, run, spec }))
      .filter(({ id }) => !OF_GENERATORS.test(id));
    this.loaded.set(spec, tests);
    return tests;
  }

  begin() {
    const compiled = `${pathToFileURL(join(process.cwd(), COMPILED)).href}/`;
    if (this.loads === 0) register('./resolve.mjs', { parentURL: import.meta.url, data: { compiled } });
    this.loads += 1;
  }
}

/** What stands for the tests of a spec file that could not be loaded with a mutant. */
const NOT_LOADED = { id: 'loading', name: 'loading', timeSpentMs: 0, status: TestStatus.Failed };

const ENDLESS = Symbol('endless');
const running = new Script('__running__()');

/**
 * Runs one test, in whose name the mutants that it comes upon are noted. Time is counted as this process had it: where others
 * had most of it meanwhile, the test is tried again with more of the clock on the wall.
 */
async function attempt({ id, run }, timeMaxMs, onTheWallMs = timeMaxMs) {
  mutants.currentTestId = id;
  const began = process.cpuUsage();
  const spentMs = () => Object.values(process.cpuUsage(began)).reduce((sum, part) => sum + part) / 1_000;
  const result = (more) => ({ id, name: id, timeSpentMs: Math.ceil(spentMs()), ...more });
  globalThis.__running__ = run;
  try {
    await running.runInThisContext({ timeout: onTheWallMs });
    return result({ status: TestStatus.Success });
  } catch (fault) {
    if (fault?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      return spentMs() < timeMaxMs / 2 ? attempt({ id, run }, timeMaxMs, 4 * onTheWallMs) : ENDLESS;
    return result({ status: TestStatus.Failed, failureMessage: String(fault?.message ?? fault) });
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'pure', PureTestRunner)];
