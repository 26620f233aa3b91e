import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amount } from './amount.js';
import { isSmallerRatio, scaleDown, WHOLE, type Ratio } from './ratio.js';

/** Divisible by every number to 20, so that fractions of small numbers compare as whole numbers. */
const DIVISIBLE = 232_792_560n;
const inParts = ({ part, whole }: Ratio): bigint => (part * DIVISIBLE) / whole;

const ratios = fc
  .bigInt({ min: 1n, max: 20n })
  .chain((whole) => fc.record({ part: fc.bigInt({ min: 0n, max: whole }), whole: fc.constant(whole) }));

describe('a ratio', () => {
  it('is smaller than another as their fractions are', () =>
    fc.assert(
      fc.property(ratios, ratios, (a, b) => {
        expect(isSmallerRatio(a, b)).toBe(inParts(a) < inParts(b));
      }),
    ));

  it('does not tell two fractions of the same value apart', () => {
    expect(isSmallerRatio({ part: 1n, whole: 2n }, { part: 2n, whole: 4n })).toBe(false);
    expect(isSmallerRatio({ part: 2n, whole: 4n }, { part: 1n, whole: 2n })).toBe(false);
  });

  it('takes a third of ten as three: it rounds down', () =>
    expect(scaleDown(amount(10n), { part: 1n, whole: 3n })).toBe(3n));

  it('leaves everything when whole and nothing when zero', () => {
    expect(scaleDown(amount(2n ** 63n - 1n), WHOLE)).toBe(2n ** 63n - 1n);
    expect(scaleDown(amount(10n), { part: 0n, whole: 3n })).toBe(0n);
  });

  it('gives the parts together no more than the whole would get', () =>
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 20n })), ratios, (values, ratio) => {
        const parts = values.reduce((sum, value) => sum + scaleDown(amount(value), ratio), 0n);
        const whole = values.reduce((sum, value) => sum + value, 0n);
        expect(parts <= scaleDown(amount(whole), ratio)).toBe(true);
      }),
    ));
});
