import { describe, expect, it } from '@jest/globals';
import { amount, larger, minusFloored, smaller, units } from './amount.js';

describe('an amount', () => {
  it('counts whole units in nano-units', () => expect(units(12n)).toBe(12_000_000_000n));

  it('is the smaller or the larger of two', () => {
    expect(smaller(amount(2n), amount(3n))).toBe(2n);
    expect(smaller(amount(3n), amount(2n))).toBe(2n);
    expect(larger(amount(2n), amount(3n))).toBe(3n);
    expect(larger(amount(3n), amount(2n))).toBe(3n);
  });

  it('leaves nothing rather than less than nothing', () => {
    expect(minusFloored(amount(3n), amount(2n))).toBe(1n);
    expect(minusFloored(amount(2n), amount(2n))).toBe(0n);
    expect(minusFloored(amount(2n), amount(3n))).toBe(0n);
  });
});
