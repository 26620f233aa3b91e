import { describe, expect, it } from '@jest/globals';
import { nodeId, UNLIMITED, units } from '@exchequer/kernel';
import { limitLines } from '../report/limit-lines.js';
import { authorize, Book, capture, configure, CREDIT, every, grant, limit, node, only, t } from '../spec/book.js';

const FREE = limit('daily', 0n, every('day'), { amount: UNLIMITED });

function withLimits(...limits: readonly ReturnType<typeof limit>[]): Book {
  const book = new Book();
  book.must(t(0), configure(node('org', { limits })));
  book.must(t(0), grant('org', 1_000n));
  return book;
}

const lines = (book: Book, at: number) =>
  limitLines(book.state.nodes.get(nodeId('org'))?.limits ?? [], { at, calendar: book.calendar });

describe('an unlimited limit', () => {
  it('lets pass whatever the funds cover, and says no more than that it does', () => {
    const book = withLimits(FREE);
    const placed = book.hold(t(1), authorize('org', 1_000n));
    expect(placed.tightest).toMatchObject({ node: 'org', limit: 'daily', remaining: UNLIMITED });
    expect(book.refused(t(1), authorize('org', 1n)).code).toBe('InsufficientCredits');
  });

  it('counts and shows what is used and held', () => {
    const book = withLimits(FREE);
    book.must(t(1), capture(book.hold(t(1), authorize('org', 4n)).hold));
    book.hold(t(2), authorize('org', 3n));
    expect(lines(book, t(3))).toMatchObject([
      { amount: UNLIMITED, remaining: UNLIMITED, used: units(4n), held: units(3n), currency: CREDIT },
    ]);
  });

  it('is never the tightest beside one that has an end', () => {
    const book = withLimits(FREE, limit('weekly', 500n, every('week')));
    expect(book.hold(t(1), authorize('org', 1n)).tightest).toMatchObject({ limit: 'weekly', remaining: units(499n) });
  });

  it('becomes one with an end, and back, and keeps its count', () => {
    const book = withLimits(FREE);
    book.must(t(1), capture(book.hold(t(1), authorize('org', 9n)).hold));
    const ended = book.must(t(2), configure(node('org', { limits: [limit('daily', 10n, every('day'))] })));
    expect(only(ended, 'LimitAmountChanged').amount).toBe(units(10n));
    expect(book.refused(t(3), authorize('org', 2n))).toMatchObject({
      code: 'LimitReached',
      binding: { remaining: units(1n) },
    });
    book.must(t(4), configure(node('org', { limits: [FREE] })));
    book.hold(t(5), authorize('org', 2n));
    expect(lines(book, t(5))).toMatchObject([{ used: units(9n), held: units(2n), remaining: UNLIMITED }]);
  });

  it('is kept in the ledger and in snapshots as the word', () => {
    const book = withLimits(FREE);
    book.hold(t(1), authorize('org', 1n));
    expect(book.text()).toContain('"amount":"unlimited"');
    expect(JSON.stringify(book.replayed().nodes.get(nodeId('org'))?.limits[0]?.amount.toString())).toBe(
      JSON.stringify(UNLIMITED.toString()),
    );
  });
});
