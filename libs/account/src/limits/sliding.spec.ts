import { describe, expect, it } from '@jest/globals';
import { units } from '@exchequer/kernel';
import { authorize, Book, capture, configure, grant, limit, node, record, t } from '../spec/book.js';

/** Ten in any sixty seconds, counted in buckets of one second. */
const MINUTE = { kind: 'sliding', lengthMs: t(60) } as const;

function sliding(amount = 10n): Book {
  const book = new Book();
  book.must(t(0), configure(node('org', { limits: [limit('ten', amount, MINUTE)] })));
  book.must(t(0), grant('org', 10_000n));
  return book;
}

const buckets = (book: Book) => book.limit('org', 'ten').counters.map(({ from, used }) => [from, used / units(1n)]);

describe('a limit in a sliding window', () => {
  it('counts what was used in the last sixtieths of its length, the present one among them', () => {
    const book = sliding();
    book.must(t(100.5), record('org', 6n));
    book.must(t(130), record('org', 3n));
    expect(book.refused(t(159.999), authorize('org', 2n)).binding?.remaining).toBe(units(1n));
    book.hold(t(160), authorize('org', 7n));
  });

  it('counts usage in the bucket of its instant, in whatever order it arrives, and none that fell out before it came', () => {
    const book = sliding();
    const used = (seconds: number, whole: bigint, at = 40) =>
      book.must(t(at), record('org', whole, { usedAt: t(seconds) }));
    for (const [seconds, whole] of [
      [10, 1n],
      [30, 2n],
      [20, 3n],
      [20.5, 1n],
      [10.9, 1n],
      [5, 1n],
    ] as const)
      used(seconds, whole);
    expect(buckets(book)).toEqual([
      [t(5), 1n],
      [t(10), 2n],
      [t(20), 4n],
      [t(30), 2n],
    ]);
    used(10, 2n, 69.999);
    expect(buckets(book)[0]).toEqual([t(10), 4n]);
    used(10, 2n, 70);
    expect(buckets(book)[0]).toEqual([t(20), 4n]);
  });

  it('needs no fact to begin a bucket', () =>
    expect(
      sliding()
        .must(t(5), record('org', 1n))
        .map((fact) => fact.type),
    ).toEqual(['CreditsDrawn']));

  it('says the first instant at which the request would pass', () => {
    const book = sliding();
    for (const second of [10, 20, 30]) book.must(t(second), record('org', 3n));
    const resetsAt = (whole: bigint) => book.refused(t(40), authorize('org', whole)).resetsAt;
    expect([resetsAt(2n), resetsAt(4n), resetsAt(5n), resetsAt(10n)]).toEqual([t(70), t(70), t(80), t(90)]);
    expect(book.refused(t(40), authorize('org', 2n)).message).toMatch(
      /has 1 credit left and 2 was asked; enough falls out of it at 1970-01-01T00:01:10\.000Z\.$/,
    );
    book.refused(t(79.999), authorize('org', 5n));
    book.hold(t(80), authorize('org', 5n));
  });

  it('says no instant for what never fits beside what is held', () => {
    const book = sliding();
    book.must(t(1), record('org', 1n));
    book.hold(t(1), authorize('org', 4n, { holdForMs: t(600) }));
    const { resetsAt, message } = book.refused(t(2), authorize('org', 7n));
    expect(resetsAt).toBeUndefined();
    expect(message).toMatch(/so much never fits beside what it holds\.$/);
  });

  it('counts late usage at its own instant, and not at all once that has fallen out', () => {
    const book = sliding();
    const { hold } = book.hold(t(10), authorize('org', 1n));
    book.must(t(50), capture(hold, 1n, { usedAt: t(20) }));
    expect(buckets(book)).toEqual([[t(20), 1n]]);
    book.must(t(100), record('org', 4n, { usedAt: t(30) }));
    expect(buckets(book)).toEqual([]);
  });

  it('tells with a hold when all that was used will have fallen out, and nothing once it has', () => {
    const book = sliding();
    book.must(t(10), record('org', 2n));
    expect(book.hold(t(12), authorize('org', 1n)).tightest?.resetsAt).toBe(t(70));
    expect(book.hold(t(75), authorize('org', 1n)).tightest).not.toHaveProperty('resetsAt');
  });

  it('keeps no more buckets than it counts', () => {
    const book = sliding(1_000n);
    for (let second = 0; second < 200; second += 1) book.must(t(second), record('org', 1n));
    expect(buckets(book)).toHaveLength(60);
    expect(book.limit('org', 'ten').counters[0]?.from).toBe(t(140));
  });

  it('may begin with something used', () => {
    const book = new Book();
    book.must(t(5) + 250, configure(node('org', { limits: [limit('ten', 10n, MINUTE, { usedAtStart: units(8n) })] })));
    book.must(t(6), grant('org', 100n));
    expect(book.refused(t(64), authorize('org', 3n)).resetsAt).toBe(t(65));
    book.hold(t(65), authorize('org', 3n));
  });
});
