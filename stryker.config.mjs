/**
 * `npm run mutate`: breaks the account in every way that the mutation tester knows, and counts which of them its specs see.
 * Nothing of its source is excluded. `npm run mutate -- --mutate 'libs/account/src/lots/*.ts'` does a part.
 *
 * The differential test plays fewer commands here, so that one broken line does not cost a minute: it fails early if at all.
 */
process.env.DIFFERENTIAL_COMMANDS ??= '3000';

export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  mutate: ['libs/account/src/**/*.ts', '!libs/account/src/**/*.spec.ts', '!libs/account/src/spec/**'],
  ignorePatterns: ['/services', '/deploy', '/test', '/libs/*/dist', '.exchequer', '.nx', '/reports'],
  jest: {
    projectType: 'custom',
    configFile: 'jest.config.mjs',
    config: { roots: ['<rootDir>/libs/account'], maxWorkers: 1 },
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  disableTypeChecks: false,
  concurrency: 1,
  timeoutMS: 30_000,
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: 'reports/mutation.json' },
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true },
  tempDirName: '.stryker-tmp',
};
