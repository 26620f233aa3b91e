import { describe, expect, it } from '@jest/globals';
import { nodeId } from '@exchequer/kernel';
import type { RateRule } from '../facts.js';
import { authorize, Book, configure, grant, node, t, under } from '../spec/book.js';
import type { RateState } from '../state/rate-state.js';

const rule = (models: readonly string[], more: Partial<RateRule> = {}): RateRule => ({
  models,
  requests: { count: 5, per: 'hour' },
  ...more,
});

function rated(observe: boolean, ...rates: readonly RateRule[]) {
  const book = new Book();
  book.must(t(0), configure(node('org'), under('org', 'team', { rates, ...(observe && { observe }) })));
  book.must(t(0), grant('org', 100n));
  const all: readonly RateState[] = book.state.nodes.get(nodeId('team'))?.rates?.all ?? [];
  return { book, beyond: all.map((rate) => ({ rate })) };
}

describe('a call beyond several rates', () => {
  it('says which let it pass into credits, and which would have refused it were they not observed', () => {
    const { book, beyond } = rated(true, rule(['a']), rule(['b'], { then: 'spill' }));
    const placed = book.hold(t(1), authorize('team', 1n, { beyondRates: beyond }));
    expect(placed.spilled).toEqual([{ node: 'team', rate: 'requests/hour of b' }]);
    expect(placed.observed).toEqual([{ code: 'RateLimited', node: 'team', rate: 'requests/hour of a' }]);
  });

  it('that is more than a rate lets pass at all is told to be smaller, and no instant', () => {
    const { book, beyond } = rated(false, rule(['a']), rule(['b'], { then: 'cheaper-model' }));
    const refusal = book.refused(t(1), authorize('team', 1n, { beyondRates: beyond }));
    expect(refusal.message).toBe(
      'team lets 5 requests pass in an hour (requests/hour of a), and this call is beyond that; one call alone is more than that: make it smaller.',
    );
    expect(refusal).not.toHaveProperty('resetsAt');
    expect(refusal.cheaper).toEqual({ node: 'team', rate: 'requests/hour of b' });
  });
});
