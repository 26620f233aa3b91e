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

export function resolve(specifier, context, next) {
  if (context.parentURL?.startsWith(compiled) !== true) return next(specifier, context);
  const instead = INSTEAD[specifier];
  if (instead !== undefined) return { url: instead, format: 'module', shortCircuit: true };
  const lib = /^@exchequer\/(\w+)$/.exec(specifier)?.[1];
  if (lib === undefined) return next(specifier, context);
  return { url: new URL(`libs/${lib}/src/index.js`, compiled).href, format: 'module', shortCircuit: true };
}
