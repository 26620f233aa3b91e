import { describe, expect, it } from '@jest/globals';
import { nodeId } from '@exchequer/kernel';
import type { NodePolicy } from '../commands.js';
import type { RateRule } from '../facts.js';
import { authorize, Book, configure, every, grant, limit, node, t, under } from '../spec/book.js';
import type { RateState } from '../state/rate-state.js';
import { changesOf } from '../report/changes.js';

const FIVE = { requests: { count: 5, per: 'minute' } } as const;
const SLOW: RateRule = { ...FIVE, then: 'slow', slowMs: 30_000 };

function rated(rule: RateRule, policy: Partial<NodePolicy> = {}): { readonly book: Book; readonly rate: RateState } {
  const book = new Book();
  book.must(t(0), configure(node('org'), under('org', 'team', { rates: [rule], ...policy })));
  book.must(t(0), grant('org', 100n));
  const [rate] = book.state.nodes.get(nodeId('team'))?.rates?.all ?? [];
  if (rate === undefined) throw new Error('there is no rate');
  return { book, rate };
}

describe('a request beyond a rate', () => {
  it('is refused with the instant at which it would fit', () => {
    const { book, rate } = rated(FIVE);
    expect(book.refused(t(1), authorize('team', 1n, { beyondRates: [{ rate, retryAfterMs: 9_000 }] }))).toMatchObject({
      code: 'RateLimited',
      message:
        'team lets 5 requests pass in a minute (requests/minute), and this call is beyond that; try again in 9 s.',
      rule: { kind: 'rate', node: 'team', rate: 'requests/minute' },
      resetsAt: t(10),
    });
  });

  it('is told what to do where the rate lets nothing pass at all', () => {
    const { book, rate } = rated({ requests: { count: 0, per: 'minute' } });
    expect(book.refused(t(1), authorize('team', 1n, { beyondRates: [{ rate }] })).message).toBe(
      'team lets no requests pass (requests/minute is 0); have that rate raised or taken away.',
    );
  });

  it('is told of one alone as of one', () => {
    const { book, rate } = rated({ tokens: { count: 1, per: 'hour' } });
    expect(book.refused(t(1), authorize('team', 1n, { beyondRates: [{ rate }] })).message).toBe(
      'team lets 1 token pass in an hour (tokens/hour), and this call is beyond that; one call alone is more than that: make it smaller.',
    );
  });

  it('passes into credits where the rate spills', () => {
    const { book, rate } = rated({ ...FIVE, then: 'spill' });
    const placed = book.hold(t(1), authorize('team', 1n, { beyondRates: [{ rate }] }));
    expect(placed.spilled).toEqual([{ node: 'team', rate: 'requests/minute' }]);
  });

  it('passes with a delay where the rate slows down, or says that it is too long', () => {
    const { book, rate } = rated(SLOW);
    const placed = book.hold(t(1), authorize('team', 1n, { slowedBy: { rate, ms: 7_000 } }));
    expect(placed.delay).toEqual({ ms: 7_000, node: 'team', rate: 'requests/minute' });
    const refusal = book.refused(t(1), authorize('team', 1n, { beyondRates: [{ rate, retryAfterMs: 5 }] }));
    expect(refusal.message).toContain('it would have to wait longer than 30 s; try again in 5 ms');
  });

  it('keeps the longer of two delays, of equal ones that of the limit', () => {
    const throttle = { fromShare: '0', delayMs: 10_000 };
    const { book, rate } = rated(SLOW, {
      limits: [limit('soft', 10n, every('day'), { mode: 'throttle', throttle })],
    });
    const byRate = (ms: number) => ({ slowedBy: { rate, ms } });
    expect(book.hold(t(1), authorize('team', 4n, byRate(4_001))).delay).toMatchObject({ ms: 4_001, rate: rate.name });
    expect(book.hold(t(1), authorize('team', 1n, byRate(5_000))).delay).toEqual({
      ms: 5_000,
      node: 'team',
      limit: 'soft',
    });
    expect(book.hold(t(1), authorize('team', 1n, byRate(1))).delay).toMatchObject({ ms: 6_000, limit: 'soft' });
  });
});

describe('a rate that slows down', () => {
  it.each([
    ['without a longest delay', { ...FIVE, then: 'slow' }],
    ['with one that it has no use for', { ...FIVE, slowMs: 5 }],
  ] satisfies readonly [string, RateRule][])('is refused %s', (_, rule) =>
    expect(new Book().refused(t(0), configure(node('org', { rates: [FIVE, rule] })))).toEqual({
      code: 'Malformed',
      message: 'A rate of org: then: slow and the longest delay slow are stated together.',
      path: 'nodes.0.rates.1',
    }),
  );

  it('changes its longest delay and stays the same rate', () => {
    const { book, rate } = rated(SLOW);
    const facts = book.must(t(1), configure(under('org', 'team', { rates: [{ ...SLOW, slowMs: 60_000 }] })));
    expect([rate.slowMs, rate.since]).toEqual([60_000, t(0)]);
    expect(changesOf(book.state, facts)[0]?.to).toBe('5 requests/minute, then slow by up to 1m');
    book.must(t(2), configure(under('org', 'team', { rates: [FIVE] })));
    expect([rate.then, rate.slowMs]).toEqual(['refuse', 0]);
  });
});
