import { describe, expect, it } from '@jest/globals';
import { amount, nodeId, units } from '@exchequer/kernel';
import { brokenInvariants } from './invariants.js';
import { authorize, Book, configure, CREDIT, every, grant, limit, node, record, t, under } from './spec/book.js';
import type { LimitState } from './state/limit-state.js';
import type { PoolState } from './state/pool-state.js';

/** A team that has used 6 of 10 credits, all from above, and holds 2 more. */
function account(): Book {
  const book = new Book();
  const limits = [limit('daily', 10n, every('day'), { thresholds: [{ share: '0.5' }, { share: '0.9' }] })];
  const pools = [{ currency: CREDIT, borrowMax: units(20n) }];
  book.must(t(0), configure(node('org'), under('org', 'team', { limits, pools })));
  book.must(t(0), grant('org', 50n));
  book.must(t(1), record('team', 6n));
  book.hold(t(2), authorize('team', 2n));
  return book;
}

const said = (book: Book): string => brokenInvariants(book.state).join('\n');

/** What is said of the account once something of its limit was changed by hand. */
function saidOfLimit(change: (counter: LimitState['counters'][number]) => void): string {
  const book = account();
  for (const counter of book.limit('team', 'daily').counters) change(counter);
  return said(book);
}

/** As {@link saidOfLimit}, of its pool rules. */
function saidOfPools(change: (pool: PoolState) => void): string {
  const book = account();
  for (const pool of book.state.nodes.get(nodeId('team'))?.pools?.values() ?? []) change(pool);
  return said(book);
}

describe('the check of an account with thresholds', () => {
  it('finds one that is not crossed though it was come to, and one that is though it was not', () => {
    expect(said(account())).toBe('');
    expect(saidOfLimit((counter) => (counter.crossings = new Map()))).toBe(
      'share 500000000 of limit daily of team is not crossed',
    );
    expect(saidOfLimit((counter) => (counter.used = units(1n)))).toBe(
      'share 500000000 of limit daily of team is crossed',
    );
  });
});

describe('the check of an account with pool rules', () => {
  it('finds counts that are not what holds set aside, or less than nothing', () => {
    expect(saidOfPools(({ borrowed }) => (borrowed.held = units(1n)))).toBe(
      'I4: borrowed by the pool rules of team in credit is not what its holds set aside',
    );
    expect(saidOfPools(({ lent }) => (lent.held = units(1n)))).toBe(
      'I4: lent by the pool rules of team in credit is not what its holds set aside',
    );
    expect(saidOfPools(({ borrowed }) => (borrowed.used = amount(-1n)))).toBe(
      'I4: borrowed by the pool rules of team in credit is less than nothing',
    );
  });

  it('finds rules that nobody counts', () => {
    const book = account();
    book.state.pooled = 3;
    expect(said(book)).toBe('1 pool rules stand, 3 are counted');
  });
});
