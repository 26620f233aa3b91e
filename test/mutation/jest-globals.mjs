/**
 * Stands in for `@jest/globals` in a run of the mutation tester: collects the tests of all files that are loaded, to be
 * run many times in this one process. Knows what the specs of the account use: `describe`, `it`, `it.each` and `expect`.
 */
import { format } from 'node:util';
export { expect } from 'expect';

let collected = [];
let names = new Map();
let around = [];

/** Every test since the last time: its name with those of what it is in, and what it does. Names that occur twice get a number. */
export function takeCollected() {
  const taken = collected;
  collected = [];
  names = new Map();
  return taken;
}

export function describe(name, body) {
  const outer = around;
  around = [...around, name];
  try {
    body();
  } finally {
    around = outer;
  }
}

export function it(name, run) {
  const full = [...around, name].join(' ');
  const times = (names.get(full) ?? 0) + 1;
  names.set(full, times);
  collected.push({ id: times === 1 ? full : `${full} (${times})`, run });
}

it.each = (rows) => (name, run) => {
  for (const row of rows) {
    const values = Array.isArray(row) ? row : [row];
    it(titled(name, values), () => run(...values));
  }
};

/** The name of one row, with as many of its values as the name has places for. */
function titled(name, values) {
  const places = name.match(/%[a-zA-Z]/g)?.length ?? 0;
  return format(name, ...values.slice(0, places));
}
