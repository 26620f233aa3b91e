import { describe, expect, it } from '@jest/globals';
import { ConcurrentHistory } from './concurrent-history.js';
import { isLinearizable } from './is-linearizable.js';
import type { Kind, Operation } from './operation.js';

const HISTORIES = 1_000;

/** An operation in a history that is written down: from when to when, and what was answered. */
const op = (id: string, kind: Kind, amount: number, from: number, to?: number, text = '', of?: string): Operation => ({
  id,
  kind,
  amount,
  invokedAt: from,
  copies: 1,
  ...(to !== undefined && { answer: { at: to, text } }),
  ...(of !== undefined && { of }),
});

const granted = op('g', 'grant', 10, 1, 2, 'granted');

describe('the check for an order that explains all answers', () => {
  it('finds one where calls overlap', () => {
    const one = op('a', 'authorize', 6, 3, 6, 'InsufficientCredits');
    const two = op('b', 'authorize', 6, 4, 5, 'allowed');
    expect(isLinearizable([granted, one, two])).toBe(true);
  });

  it('finds none where a call that was over before another began would have to come after it', () => {
    const one = op('a', 'authorize', 6, 3, 4, 'InsufficientCredits');
    const two = op('b', 'authorize', 6, 5, 6, 'allowed');
    expect(isLinearizable([granted, one, two])).toBe(false);
  });

  it('lets a call of which nobody knows have happened, or not, but not before it was made', () => {
    const lost = op('a', 'authorize', 6, 3);
    expect(isLinearizable([granted, lost, op('b', 'balance', 0, 4, 5, '4 6 0')])).toBe(true);
    expect(isLinearizable([granted, lost, op('b', 'balance', 0, 4, 5, '10 0 0')])).toBe(true);
    expect(isLinearizable([granted, op('b', 'balance', 0, 3, 4, '4 6 0'), { ...lost, invokedAt: 5 }])).toBe(false);
  });

  it('does not let an answer change back', () => {
    const lost = op('a', 'authorize', 6, 3);
    const seen = op('b', 'balance', 0, 4, 5, '4 6 0');
    expect(isLinearizable([granted, lost, seen, op('c', 'balance', 0, 6, 7, '10 0 0')])).toBe(false);
  });

  it('sees a credit that was spent twice', () => {
    const both = ['a', 'b'].map((id, index) => op(id, 'authorize', 10, 3 + index, 6 + index, 'allowed'));
    expect(isLinearizable([granted, ...both])).toBe(false);
  });
});

describe('I8: one account that several clients ask at once, with answers that get lost', () => {
  it(`answers ${String(HISTORIES)} histories as if one call came after the other`, async () => {
    let unknown = 0;
    for (let seed = 1; seed <= HISTORIES; seed += 1) {
      const operations = await new ConcurrentHistory(seed).play();
      if (!isLinearizable(operations)) expect({ seed, operations }).toBeUndefined();
      unknown += operations.filter(({ answer }) => answer === undefined).length;
    }
    expect(unknown).toBeGreaterThan(HISTORIES / 10);
  }, 600_000);
});
