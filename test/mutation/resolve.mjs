/**
 * How modules find each other in a run of the mutation tester: libs as they were compiled with the mutants in them, and
 * what collects tests and chooses examples in place of Jest and fast-check.
 */
const INSTEAD = {
  '@jest/globals': new URL('jest-globals.mjs', import.meta.url).href,
  'fast-check': new URL('fast-check.mjs', import.meta.url).href,
};

let compiled;

/** @param {{ compiled: string }} data where the compiled libs are, as a URL that ends in a slash */
export function initialize(data) {
  compiled = data.compiled;
}

/** The account, in whatever load it is, finds what belongs to that load; everything else is there once. */
export function resolve(specifier, context, next) {
  if (context.parentURL?.startsWith(compiled) !== true) return next(specifier, context);
  const instead = INSTEAD[specifier];
  if (instead !== undefined) return found(instead);
  const lib = /^@exchequer\/(\w+)$/.exec(specifier)?.[1];
  if (lib !== undefined) return found(new URL(`libs/${lib}/src/index.js`, compiled).href);
  if (!specifier.startsWith('.')) return next(specifier, context);
  return found(new URL(specifier, context.parentURL).href + new URL(context.parentURL).search);
}

const found = (url) => ({ url, format: 'module', shortCircuit: true });
