import { describe, expect, it } from '@jest/globals';
import { DAY_MS, nodeId, units } from '@exchequer/kernel';
import { authorize, Book, capture, configure, CREDIT, every, grant, limit, node, t } from '../spec/book.js';
import { limitLines } from './limit-lines.js';

function company(): Book {
  const book = new Book();
  const limits = [limit('daily', 10n, every('day')), limit('weekly', 12n, { kind: 'rolling', lengthMs: t(50) })];
  book.must(t(0), configure(node('org', { limits })));
  book.must(t(0), grant('org', 100n));
  return book;
}

const lines = (book: Book, at: number) =>
  limitLines(book.state.nodes.get(nodeId('org'))?.limits ?? [], { at, calendar: book.calendar });

describe('how a limit stands', () => {
  it('is what it has used, what is held, what remains, and when it begins anew', () => {
    const book = company();
    book.must(t(1), capture(book.hold(t(1), authorize('org', 4n)).hold));
    book.hold(t(2), authorize('org', 3n));
    expect(lines(book, t(3))).toMatchObject([
      {
        node: 'org',
        limit: 'daily',
        currency: CREDIT,
        amount: units(10n),
        used: units(4n),
        held: units(3n),
        remaining: units(3n),
        resetsAt: DAY_MS,
        rule: 'personal',
      },
      {
        node: 'org',
        limit: 'weekly',
        currency: CREDIT,
        amount: units(12n),
        used: units(4n),
        held: units(3n),
        remaining: units(5n),
        resetsAt: t(51),
        rule: 'personal',
      },
    ]);
  });

  it('says which thresholds the present window has crossed; of a sliding one those that it is beyond now', () => {
    const book = company();
    const half = { share: '0.5' };
    const more = { thresholds: [half, { left: units(1n) }] };
    const sliding = limit('sliding', 10n, { kind: 'sliding', lengthMs: t(60) }, more);
    book.must(t(0), configure(node('org', { limits: [limit('daily', 10n, every('day'), more), sliding] })));
    book.must(t(1), capture(book.hold(t(1), authorize('org', 6n)).hold));
    const crossed = [
      { threshold: half, crossed: true },
      { threshold: { left: units(1n) }, crossed: false },
    ];
    expect(lines(book, t(2))).toMatchObject([{ thresholds: crossed }, { thresholds: crossed }]);
    expect(lines(book, t(90))).toMatchObject([
      { thresholds: crossed },
      { thresholds: [{ crossed: false }, { crossed: false }] },
    ]);
  });

  it('is untouched where nothing was used', () =>
    expect(lines(company(), t(3))).toMatchObject([
      { used: 0n, remaining: units(10n), resetsAt: DAY_MS },
      { used: 0n, remaining: units(12n), resetsAt: undefined },
    ]));

  it('never leaves less than nothing', () => {
    const book = company();
    book.must(t(1), capture(book.hold(t(1), authorize('org', 4n)).hold, 30n));
    expect(lines(book, t(3))).toMatchObject([{ used: units(30n), remaining: 0n }, { remaining: 0n }]);
  });

  it('is, where it has a pace, also what that has released', () => {
    const book = new Book();
    const limits = [limit('daily', 24n, every('day')), limit('even', 24n, every('day'), { pace: { aheadMs: 0 } })];
    book.must(t(0), configure(node('org', { limits })));
    expect(lines(book, DAY_MS / 4)).toMatchObject([
      { limit: 'daily', released: undefined, remaining: units(24n) },
      { limit: 'even', released: units(6n), remaining: units(6n) },
    ]);
  });

  it('is of the window of the instant that is asked for', () => {
    const book = company();
    book.must(t(1), capture(book.hold(t(1), authorize('org', 4n)).hold));
    expect(lines(book, DAY_MS)).toMatchObject([
      { used: 0n, remaining: units(10n), resetsAt: 2 * DAY_MS },
      { used: 0n, resetsAt: undefined },
    ]);
  });
});
