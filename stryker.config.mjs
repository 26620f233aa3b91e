/**
 * `npm run mutate`: breaks the account in every way that the mutation tester knows, and counts which of them its specs see.
 * Nothing of its source is excluded. `npm run mutate -- --mutate 'libs/account/src/lots/*.ts'` does a part, `--concurrency 1`
 * leaves the other processor alone, and MUTATION_SPECS (a pattern of paths) takes a part of the specs. `npm run mutate:write`
 * then writes a whole run into MUTANTS.md.
 *
 * A broken line costs a twentieth of a second where its specs see it and some seconds where none does: see
 * test/mutation/runner.mjs. For that the differential test plays fewer commands here, and properties try a part of their
 * examples, always the same (test/mutation/fast-check.mjs). Types are not checked: what the compiler would refuse has to be
 * seen by a spec too.
 */
process.env.DIFFERENTIAL_COMMANDS ??= '1500';

export default {
  testRunner: 'pure',
  plugins: ['./test/mutation/runner.mjs', './test/mutation/reporter.mjs'],
  buildCommand:
    'swc libs/account/src libs/calendar/src libs/kernel/src libs/testing/src --out-dir compiled --config-file .swcrc --quiet',
  mutate: ['libs/account/src/**/*.ts', '!libs/account/src/**/*.spec.ts', '!libs/account/src/spec/**'],
  ignorePatterns: ['/services', '/deploy', '/test', '/libs/*/dist', '.exchequer', '.nx', '/reports'],
  coverageAnalysis: 'perTest',
  disableTypeChecks: false,
  concurrency: 2,
  // By the clock on the wall, for what the runner cannot stop by the time of its process: a load that does not end.
  timeoutMS: 120_000,
  incrementalFile: 'reports/mutation-incremental.json',
  reporters: ['progress-append-only', 'survivors'],
  tempDirName: '.stryker-tmp',
};
