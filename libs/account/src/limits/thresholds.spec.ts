import { describe, expect, it } from '@jest/globals';
import { amount, UNLIMITED } from '@exchequer/kernel';
import { isReached, levelOf, thresholdsOf } from './thresholds.js';

const left = (nano: bigint) => ({ left: amount(nano) });

describe('the thresholds of a limit', () => {
  it('are none where none is stated, and each once, that of its pause too', () => {
    expect(thresholdsOf({})).toBeUndefined();
    expect(thresholdsOf({ thresholds: [left(1n), left(2n), left(1n)], pauses: { at: left(2n) } })).toEqual([
      left(1n),
      left(2n),
    ]);
  });

  it('lie at a share rounded up, so that no less than it crosses them', () => {
    const half = { share: '0.5' };
    expect([3n, 4n, 5n].map((most) => levelOf(half, amount(most)))).toEqual([2n, 2n, 3n]);
    expect([isReached(half, amount(3n), amount(1n)), isReached(half, amount(3n), amount(2n))]).toEqual([false, true]);
  });

  it('have no place in a limit without an end, unless they are so much used', () => {
    expect([{ share: '0.5' }, left(1n)].map((one) => levelOf(one, UNLIMITED))).toEqual([undefined, undefined]);
    expect(levelOf({ used: amount(7n) }, UNLIMITED)).toBe(7n);
  });
});
