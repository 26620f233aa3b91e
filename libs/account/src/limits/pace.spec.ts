import { describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, units } from '@exchequer/kernel';
import { authorize, Book, configure, every, grant, limit, node, record, t } from '../spec/book.js';

/** 240 a day, released evenly: ten an hour. */
function paced(aheadMs: number): Book {
  const book = new Book();
  book.must(t(0), configure(node('org', { limits: [limit('even', 240n, every('day'), { pace: { aheadMs } })] })));
  book.must(t(0), grant('org', 10_000n));
  return book;
}

const left = (book: Book, at: number) => book.refused(at, authorize('org', 10_000n)).binding?.remaining;

describe('a limit with a pace', () => {
  it('lets pass the part of its amount that its window has come to', () => {
    const book = paced(0);
    expect(left(book, HOUR_MS)).toBe(units(10n));
    book.must(HOUR_MS, record('org', 4n));
    expect(left(book, 3 * HOUR_MS)).toBe(units(26n));
  });

  it('rounds down what is released', () => {
    const book = new Book();
    book.must(t(0), configure(node('org', { limits: [limit('even', 1n, every('day'), { pace: { aheadMs: 0 } })] })));
    book.must(t(0), grant('org', 10n));
    expect(left(book, 1)).toBe(11n);
  });

  it('has a head start, and never releases more than all', () => {
    const book = paced(2 * HOUR_MS);
    expect([left(book, 0), left(book, HOUR_MS), left(book, 23 * HOUR_MS)]).toEqual([20n, 30n, 240n].map(units));
  });

  it('says when so much will have been released, and at the latest when its window ends', () => {
    const book = paced(HOUR_MS);
    book.must(HOUR_MS, record('org', 15n));
    const resetsAt = (whole: bigint, at = HOUR_MS) => book.refused(at, authorize('org', whole)).resetsAt;
    expect([resetsAt(6n), resetsAt(25n), resetsAt(230n)]).toEqual([(11 * HOUR_MS) / 10, 3 * HOUR_MS, DAY_MS]);
    expect([resetsAt(225n), resetsAt(226n)]).toEqual([23 * HOUR_MS, DAY_MS]);
    expect(book.refused(HOUR_MS, authorize('org', 25n)).message).toMatch(
      /has 5 credit left and 25 was asked; enough is released at 1970-01-01T03:00:00\.000Z\.$/,
    );
    book.refused(3 * HOUR_MS - 1, authorize('org', 25n));
    book.hold(3 * HOUR_MS, authorize('org', 25n));
  });

  it('begins anew with its window', () => {
    const book = paced(0);
    book.must(23 * HOUR_MS, record('org', 200n));
    expect(left(book, DAY_MS + HOUR_MS)).toBe(units(10n));
    expect(book.refused(DAY_MS + HOUR_MS, authorize('org', 25n)).resetsAt).toBe(DAY_MS + 2.5 * HOUR_MS);
  });

  it('of nothing releases nothing until its window ends', () => {
    const book = new Book();
    book.must(t(0), configure(node('org', { limits: [limit('even', 0n, every('day'), { pace: { aheadMs: 0 } })] })));
    expect(book.refused(HOUR_MS, authorize('org', 1n)).resetsAt).toBe(DAY_MS);
  });

  it('is another limit when its pace is another', () => {
    const book = paced(0);
    const other = limit('even', 240n, every('day'), { pace: { aheadMs: 1 } });
    expect(book.must(t(1), configure(node('org', { limits: [other] }))).map((fact) => fact.type)).toEqual([
      'LimitRemoved',
      'LimitSet',
    ]);
  });

  it('takes a calendar window', () =>
    expect(
      new Book().refused(
        t(0),
        configure(node('org', { limits: [limit('even', 1n, { kind: 'lifetime' }, { pace: { aheadMs: 0 } })] })),
      ),
    ).toEqual({
      code: 'Malformed',
      message: 'The limit even of org: only a calendar window has a pace.',
      path: 'nodes.0.limits.0',
    }));
});
