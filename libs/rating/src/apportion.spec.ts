import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apportion } from './apportion.js';
import { divideHalfAway } from './decimal.js';

const parts = (...exact: readonly bigint[]) =>
  exact.map((value, index) => ({ meter: `meter_${String(index)}`, exact: value }));
const amounts = (...exact: readonly bigint[]) =>
  apportion(
    parts(...exact),
    divideHalfAway(
      exact.reduce((sum, value) => sum + value, 0n),
      10n,
    ),
    10n,
  ).map((share) => share.amount);

describe('apportioning a rounded total', () => {
  it('gives what is missing to the part that lost most', () => {
    expect(amounts(14n, 18n, 8n)).toEqual([1n, 2n, 1n]);
    expect(amounts(14n, 17n, 13n)).toEqual([1n, 2n, 1n]);
  });

  it('settles ties by the name of the meter', () => {
    expect(amounts(15n, 15n)).toEqual([2n, 1n]);
    expect(amounts(5n, 5n, 5n)).toEqual([1n, 1n, 0n]);
  });

  it('leaves whole parts alone', () => {
    expect(amounts(20n, 30n)).toEqual([2n, 3n]);
    expect(amounts(20n, 4n)).toEqual([2n, 0n]);
  });

  it('sums to the total, each part within one of its exact value', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 40n }), { maxLength: 6 }), (exact) => {
        const sum = exact.reduce((total, value) => total + value, 0n);
        const total = divideHalfAway(sum, 10n);
        const shares = apportion(parts(...exact), total, 10n);
        expect(shares.reduce((got, share) => got + share.amount, 0n)).toBe(total);
        for (const [index, share] of shares.entries()) {
          const off = share.amount * 10n - exact[index]!;
          if (off >= 10n || off <= -10n) throw new Error('a part is a whole unit off');
        }
      }),
    );
  });
});
