import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Vendor packages and the one lib that may import each of them. */
const VENDOR_OWNERS = {
  bus: ['@nats-io/*'],
  ledger: ['@eventstore/*', 'lmdb'],
  analytics: ['@clickhouse/*', 'chdb', 'chdb/*'],
  calendar: ['temporal-polyfill', 'temporal-polyfill/*'],
};

const vendorsForbiddenIn = (lib) =>
  Object.entries(VENDOR_OWNERS)
    .filter(([owner]) => owner !== lib)
    .map(([owner, group]) => ({ group, message: `Only libs/${owner} may import this.` }));

const restricted = (...patterns) => ['error', { patterns }];

const PURE_LIBS = ['kernel', 'account', 'rating'];
const NO_NODE = { group: ['node:*'], message: 'The domain imports nothing of the platform.' };
const NO_VENDOR = { regex: '^(?!\\.|@exchequer/)', message: 'Pure libs import no package outside the workspace.' };

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.nx/**',
      '**/.exchequer/**',
      'coverage/**',
      'services/console/web/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
    },
  },
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: [],
          depConstraints: [
            { sourceTag: 'type:kernel', onlyDependOnLibsWithTags: [] },
            { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:kernel'] },
            { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: ['type:kernel', 'type:testing'] },
            { sourceTag: 'type:pure', onlyDependOnLibsWithTags: ['type:kernel', 'type:pure', 'type:testing'] },
            {
              sourceTag: 'type:adapter',
              onlyDependOnLibsWithTags: ['type:kernel', 'type:pure', 'type:contracts', 'type:adapter', 'type:testing'],
            },
            {
              sourceTag: 'type:cli',
              onlyDependOnLibsWithTags: ['type:kernel', 'type:pure', 'type:contracts', 'type:adapter', 'type:testing'],
            },
            {
              sourceTag: 'type:service',
              onlyDependOnLibsWithTags: ['type:kernel', 'type:pure', 'type:contracts', 'type:adapter', 'type:testing'],
            },
            {
              sourceTag: 'type:test',
              onlyDependOnLibsWithTags: [
                'type:kernel',
                'type:pure',
                'type:contracts',
                'type:adapter',
                'type:cli',
                'type:testing',
                'type:service',
              ],
            },
          ],
        },
      ],
      'no-restricted-imports': restricted(...vendorsForbiddenIn(undefined)),
    },
  },
  ...Object.keys(VENDOR_OWNERS).map((lib) => ({
    files: [`libs/${lib}/**/*.ts`],
    rules: { 'no-restricted-imports': restricted(...vendorsForbiddenIn(lib)) },
  })),
  {
    // A rival is the vendor's client itself, without ours around it.
    files: ['test/bench/contenders/*.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: PURE_LIBS.map((lib) => `libs/${lib}/src/**/*.ts`),
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': restricted(NO_NODE, NO_VENDOR),
      'no-restricted-globals': [
        'error',
        'process',
        'Buffer',
        'setTimeout',
        'setInterval',
        'performance',
        'crypto',
        'fetch',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time comes in as an argument.' },
        { object: 'Math', property: 'random', message: 'Chance comes in as an argument.' },
      ],
    },
  },
  {
    files: ['**/*.spec.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', setTimeout: 'readonly' } },
  },
);
