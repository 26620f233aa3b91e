import { describe, expect, it } from '@jest/globals';
import type { StoredFact } from './entry.js';
import { UnknownVersion } from './errors.js';
import { FactShapes } from './fact-shapes.js';

// An invented past: first a grant had whole dollars, then an amount and a currency, then also a layer.
const shapes = new FactShapes([
  {
    type: 'CreditsGranted',
    from: 2,
    upcast: (fact) => ({ ...fact, layer: 'purchased' }),
  },
  {
    type: 'CreditsGranted',
    from: 1,
    upcast: ({ dollars, ...rest }) => ({ ...rest, amount: `${String(dollars)}000000000`, currency: 'usd' }),
  },
]);

const address = (): string => 'account-a@4.2';
const read = (fact: StoredFact): StoredFact => shapes.read(fact, address);

describe('a fact of an old shape', () => {
  it('is read as if it had been written today', () => {
    const today = { type: 'CreditsGranted', node: 'root', amount: '7000000000', currency: 'usd', layer: 'purchased' };
    expect(read({ type: 'CreditsGranted', node: 'root', dollars: 7 })).toEqual(today);
    expect(read({ type: 'CreditsGranted', version: 1, node: 'root', dollars: 7 })).toEqual(today);
    const second = { type: 'CreditsGranted', version: 2, node: 'root', amount: '7000000000', currency: 'usd' };
    expect(read(second)).toEqual(today);
  });

  it('stays as it is when its shape is that of today', () => {
    const plan = { type: 'CreditsGranted', amount: '1', currency: 'usd', layer: 'plan' };
    expect(read({ ...plan, version: 3 })).toEqual(plan);
    const drawn = { type: 'CreditsDrawn', amount: '1' };
    expect(read(drawn)).toBe(drawn);
  });

  it('is refused, not skipped, when its version is not known', () => {
    for (const fact of [
      { type: 'CreditsGranted', version: 4 },
      { type: 'CreditsGranted', version: 0 },
      { type: 'CreditsGranted', version: 1.5 },
      { type: 'CreditsDrawn', version: 2 },
    ])
      expect(() => read(fact)).toThrow(UnknownVersion);
    expect(() => read({ type: 'CreditsGranted', version: 4 })).toThrow(
      'account-a@4.2: version 4 of CreditsGranted is not known to this release',
    );
  });

  it('is written with its version when that is not the first', () => {
    expect(shapes.stamp({ type: 'CreditsGranted', amount: '1' })).toEqual({
      type: 'CreditsGranted',
      amount: '1',
      version: 3,
    });
    expect(shapes.stamp({ type: 'CreditsDrawn', amount: '1' })).toEqual({ type: 'CreditsDrawn', amount: '1' });
    expect(shapes.currentVersion('CreditsGranted')).toBe(3);
  });

  it('needs an upcaster for each step', () => {
    const upcast = (fact: StoredFact): StoredFact => fact;
    expect(() => new FactShapes([{ type: 'X', from: 2, upcast }])).toThrow(RangeError);
    expect(
      () =>
        new FactShapes([
          { type: 'X', from: 1, upcast },
          { type: 'X', from: 1, upcast },
        ]),
    ).toThrow(RangeError);
  });
});
