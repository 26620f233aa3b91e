import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CALLS_LEARNED_MIN, LearnedOutput } from './learned-output.js';

const learnedFrom = (outputs: readonly number[]): LearnedOutput => {
  const learned = new LearnedOutput();
  for (const tokens of outputs) learned.learn('project/chat', 'small', tokens);
  return learned;
};
const at = (learned: LearnedOutput, share: number) => learned.quantile('project/chat', 'small', share);

describe('the output that a payer and model were seen to have', () => {
  it('is unknown before enough calls, and of others', () => {
    const few = Array.from({ length: CALLS_LEARNED_MIN - 1 }, () => 100);
    expect(at(learnedFrom(few), 0.5)).toBeUndefined();
    const learned = learnedFrom([...few, 100]);
    expect(at(learned, 0.5)).toEqual({ outputTokens: 111, calls: CALLS_LEARNED_MIN });
    expect(learned.quantile('project/chat', 'large', 0.5)).toBeUndefined();
    expect(learned.quantile('user/ada', 'small', 0.5)).toBeUndefined();
  });

  it('has the length at each quantile: of 1 to 100 tokens, 95 % stay within 97', () => {
    const learned = learnedFrom(Array.from({ length: 100 }, (_, index) => index + 1));
    expect([0.5, 0.9, 0.95, 0.99].map((share) => at(learned, share)?.outputTokens)).toEqual([55, 97, 97, 111]);
  });

  it('is exact for lengths of nothing, one token, and powers of two', () => {
    for (const tokens of [0, 1, 2, 4, 1_024])
      expect(at(learnedFrom(Array<number>(20).fill(tokens)), 0.5)?.outputTokens).toBeGreaterThanOrEqual(tokens);
    expect(at(learnedFrom(Array<number>(20).fill(0)), 0.99)?.outputTokens).toBe(0);
  });

  it('is never below what the share of calls had, and at most 15 % and one token above', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 20, maxLength: 60 }),
        fc.constantFrom(0.5, 0.9, 0.95, 0.99),
        (outputs, share) => {
          const sorted = [...outputs].sort((one, other) => one - other);
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
          const told = at(learnedFrom(outputs), share)?.outputTokens ?? -1;
          return told >= exact && told <= exact * 2 ** 0.2 + 1;
        },
      ),
    ));

  it('follows what changes: long calls of long ago weigh less', () => {
    const learned = learnedFrom([...Array<number>(4_000).fill(4_000), ...Array<number>(20_000).fill(10)]);
    expect(at(learned, 0.95)?.outputTokens).toBeLessThan(12);
  });

  it('is bounded: beyond 2,000 payers and models the one settled longest ago leaves', () => {
    const learned = learnedFrom(Array<number>(20).fill(10));
    for (let payer = 0; payer < 2_000; payer += 1) learned.learn(`user/u${String(payer)}`, 'small', 1);
    expect(at(learned, 0.5)).toBeUndefined();
    expect(learned.export()).toHaveLength(2_000);
  });

  it('comes back as it was stored', () => {
    const learned = learnedFrom(Array.from({ length: 300 }, (_, index) => index * 7));
    learned.learn('user/ada', 'large', 3);
    const restored = new LearnedOutput(learned.export());
    expect(restored.export()).toEqual(learned.export());
    expect(at(restored, 0.9)).toEqual(at(learned, 0.9));
  });
});
