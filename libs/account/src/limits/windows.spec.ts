import { describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, MINUTE_MS, units, type WindowSpec } from '@exchequer/kernel';
import { isRefusal } from '../refusal.js';
import { authorize, Book, capture, configure, every, grant, limit, node, only, record, t } from '../spec/book.js';
import { COUNTER_KEPT_MS } from './windows.js';

const BERLIN = 'Europe/Berlin';

/** An account whose root may spend ten in each window, opened at `at`. */
function limited(at: number, window: WindowSpec): Book {
  const book = new Book();
  book.must(at, configure(node('org', { limits: [limit('ten', 10n, window)] })));
  book.must(at, grant('org', 10_000n));
  return book;
}

const passes = (book: Book, at: number, whole: bigint): boolean => {
  const decision = book.do(at, authorize('org', whole));
  if (isRefusal(decision)) return false;
  book.must(at, capture(only(decision, 'HoldPlaced').hold));
  return true;
};

const counters = (book: Book) =>
  book.limit('org', 'ten').counters.map(({ from, to, used }) => [from, to, used / units(1n)]);

describe('a limit in a calendar window', () => {
  it('is open again at the very instant the next window begins', () => {
    const book = limited(t(0), every('minute'));
    expect(passes(book, t(59), 10n)).toBe(true);
    expect(passes(book, t(60) - 1, 1n)).toBe(false);
    expect(passes(book, t(60), 10n)).toBe(true);
    expect(counters(book)).toEqual([
      [t(0), t(60), 10n],
      [t(60), t(120), 10n],
    ]);
  });

  it('says when it resets', () => {
    const book = limited(Date.UTC(2026, 10, 21, 10), every('month', BERLIN));
    expect(book.refused(Date.UTC(2026, 10, 21, 10), authorize('org', 11n))).toMatchObject({
      resetsAt: Date.UTC(2026, 10, 30, 23),
      binding: { resetsAt: Date.UTC(2026, 10, 30, 23) },
    });
  });

  it('has 23 hours on the day the clock is put forward', () => {
    const begins = Date.UTC(2026, 2, 28, 23);
    const book = limited(begins, every('day', BERLIN));
    expect(passes(book, begins, 10n)).toBe(true);
    expect(passes(book, begins + 23 * HOUR_MS - 1, 1n)).toBe(false);
    expect(passes(book, begins + 23 * HOUR_MS, 10n)).toBe(true);
  });

  it('has 25 hours on the day the clock is put back', () => {
    const begins = Date.UTC(2026, 9, 24, 22);
    const book = limited(begins, every('day', BERLIN));
    expect(passes(book, begins, 10n)).toBe(true);
    expect(passes(book, begins + 25 * HOUR_MS - 1, 1n)).toBe(false);
    expect(passes(book, begins + 25 * HOUR_MS, 10n)).toBe(true);
  });

  it('has 169 hours in the week in which the clock is put back', () => {
    const monday = Date.UTC(2026, 9, 18, 22);
    const book = limited(monday, every('week', BERLIN));
    expect(passes(book, monday, 10n)).toBe(true);
    expect(passes(book, monday + 169 * HOUR_MS - 1, 1n)).toBe(false);
    expect(passes(book, monday + 169 * HOUR_MS, 10n)).toBe(true);
  });

  it('keeps an anchor on day 31 through a short month', () => {
    const book = limited(Date.UTC(2026, 0, 31), every('month', 'UTC', '2026-01-31T00:00'));
    const begins = [Date.UTC(2026, 0, 31), Date.UTC(2026, 1, 28), Date.UTC(2026, 2, 31), Date.UTC(2026, 3, 30)];
    for (const at of begins) expect([passes(book, at, 10n), passes(book, at + DAY_MS, 1n)]).toEqual([true, false]);
    expect(counters(book).map(([from]) => from)).toEqual(begins.slice(1));
  });

  it.each(['quarter', 'year'] as const)('begins the %s at its anchor', (unit) => {
    const book = limited(Date.UTC(2026, 1, 14), every(unit, 'UTC', '2020-02-15T00:00'));
    expect(passes(book, Date.UTC(2026, 1, 14, 23), 10n)).toBe(true);
    expect(passes(book, Date.UTC(2026, 1, 15) - 1, 1n)).toBe(false);
    expect(passes(book, Date.UTC(2026, 1, 15), 10n)).toBe(true);
  });

  // 31 January 2026, 00:15 on clocks that are five and a half hours ahead.
  it.each([
    ['minute', '2026-02-09T18:45Z', '2026-02-09T18:46Z'],
    ['hour', '2026-02-09T18:45Z', '2026-02-09T19:45Z'],
    ['day', '2026-02-09T18:45Z', '2026-02-10T18:45Z'],
    ['week', '2026-02-06T18:45Z', '2026-02-13T18:45Z'],
    ['month', '2026-01-30T18:45Z', '2026-02-27T18:45Z'],
    ['quarter', '2026-01-30T18:45Z', '2026-04-29T18:45Z'],
    ['year', '2026-01-30T18:45Z', '2027-01-30T18:45Z'],
  ] as const)('begins and ends a %s by its zone and anchor', (unit, begins, ends) => {
    const [from, to] = [Date.parse(begins), Date.parse(ends)];
    const book = limited(from - 1, every(unit, 'Asia/Kolkata', '2026-01-31T00:15'));
    expect([passes(book, from - 1, 10n), passes(book, from, 10n)]).toEqual([true, true]);
    expect(book.refused(to - 1, authorize('org', 1n)).resetsAt).toBe(to);
    expect(passes(book, to, 10n)).toBe(true);
  });

  it('counts a call that began before midnight and ended after it on the day it was used', () => {
    const book = limited(0, every('day'));
    const { hold } = book.hold(DAY_MS - t(1), authorize('org', 10n));
    book.must(DAY_MS + t(1), capture(hold, 10n, { usedAt: DAY_MS - 1 }));
    expect(counters(book)).toEqual([[0, DAY_MS, 10n]]);
    expect(passes(book, DAY_MS + t(2), 10n)).toBe(true);
  });

  it('counts it today when nothing is said of when it was used', () => {
    const book = limited(0, every('day'));
    const { hold } = book.hold(DAY_MS - t(1), authorize('org', 10n));
    book.must(DAY_MS + t(1), capture(hold));
    expect(counters(book)).toEqual([[DAY_MS, 2 * DAY_MS, 10n]]);
  });

  it('counts an open hold in the window of now, whenever it was placed', () => {
    const book = limited(0, every('day'));
    book.hold(DAY_MS - t(1), authorize('org', 6n));
    expect(book.refused(DAY_MS + t(1), authorize('org', 5n)).binding?.remaining).toBe(units(4n));
  });

  it('counts several windows of one node apart', () => {
    const book = limited(0, every('day'));
    const limits = [limit('ten', 10n, every('day')), limit('hourly', 4n, every('hour'))];
    book.must(0, configure(node('org', { limits })));
    expect([0, 1, 2, 3].map((hour) => passes(book, hour * HOUR_MS, 4n))).toEqual([true, true, false, false]);
    expect(book.refused(3 * HOUR_MS, authorize('org', 4n)).binding).toMatchObject({
      limit: 'ten',
      remaining: units(2n),
    });
  });
});

describe('a limit in a rolling window', () => {
  const ROLLING: WindowSpec = { kind: 'rolling', lengthMs: 100 };

  it('begins with the first hold, not with the limit', () => {
    const book = limited(0, ROLLING);
    book.hold(30, authorize('org', 10n));
    expect(counters(book)).toEqual([[30, 130, 0n]]);
  });

  it('is open again at the very instant the window ends', () => {
    const book = limited(0, ROLLING);
    expect([passes(book, 30, 10n), passes(book, 129, 1n), passes(book, 130, 10n)]).toEqual([true, false, true]);
    expect(counters(book)).toEqual([
      [30, 130, 10n],
      [130, 230, 10n],
    ]);
  });

  it('does not say when it resets while none runs', () => {
    const book = limited(0, ROLLING);
    expect(book.refused(0, authorize('org', 11n)).resetsAt).toBeUndefined();
    expect(book.refused(0, authorize('org', 11n)).message).toMatch(/its window has not begun\.$/);
    book.hold(30, authorize('org', 1n));
    expect(book.refused(31, authorize('org', 11n)).resetsAt).toBe(130);
  });

  it('begins with usage that no hold went before', () => {
    const book = limited(0, ROLLING);
    book.must(50, record('org', 3n, { usedAt: 40 }));
    expect(counters(book)).toEqual([[40, 140, 3n]]);
  });

  it('is not begun by what costs nothing', () => {
    const book = limited(0, ROLLING);
    book.must(30, capture(book.hold(30, authorize('org', 0n)).hold));
    book.must(50, record('org', 0n));
    expect(counters(book)).toEqual([]);
  });

  it('begins before the one that runs for usage that was earlier, and ends where that begins', () => {
    const book = limited(0, ROLLING);
    book.must(150, record('org', 1n));
    book.must(160, record('org', 2n, { usedAt: 90 }));
    book.must(170, record('org', 4n, { usedAt: 120 }));
    book.must(180, record('org', 8n, { usedAt: 10 }));
    expect(counters(book)).toEqual([
      [10, 90, 8n],
      [90, 150, 6n],
      [150, 250, 1n],
    ]);
  });

  it('begins at the instant of capture when the one that the hold began has ended', () => {
    const book = limited(0, ROLLING);
    const { hold } = book.hold(30, authorize('org', 5n));
    book.must(200, capture(hold));
    expect(counters(book)).toEqual([
      [30, 130, 0n],
      [200, 300, 5n],
    ]);
  });
});

describe('a limit for ever', () => {
  it('never resets', () => {
    const book = limited(0, { kind: 'lifetime' });
    expect([passes(book, 0, 10n), passes(book, 10_000 * DAY_MS, 1n)]).toEqual([true, false]);
    expect(book.refused(10_000 * DAY_MS, authorize('org', 1n)).message).toMatch(/it does not reset\.$/);
  });
});

describe('usage that counts at an instant of its own', () => {
  it('counts in the window of that instant', () => {
    const book = limited(0, every('minute'));
    book.must(3 * MINUTE_MS, record('org', 4n, { usedAt: MINUTE_MS }));
    book.must(3 * MINUTE_MS, record('org', 2n, { usedAt: MINUTE_MS - 1 }));
    expect(counters(book)).toEqual([
      [0, MINUTE_MS, 2n],
      [MINUTE_MS, 2 * MINUTE_MS, 4n],
    ]);
  });

  it('counts now when it claims to come from the future', () => {
    const book = limited(0, every('minute'));
    const drawn = only(book.must(10, record('org', 4n, { usedAt: 11 })), 'CreditsDrawn');
    expect([drawn.usedAt, drawn.countedAt]).toEqual([11, 10]);
  });

  it('counts 35 days ago at the earliest: an old timestamp does not escape', () => {
    const book = limited(0, every('day'));
    const now = 40 * DAY_MS + HOUR_MS;
    const drawn = only(book.must(now, record('org', 4n, { usedAt: 0 })), 'CreditsDrawn');
    expect(drawn.countedAt).toBe(5 * DAY_MS + HOUR_MS);
    expect(counters(book)).toEqual([[5 * DAY_MS, 6 * DAY_MS, 4n]]);
  });

  it('counts against a limit that was set after it', () => {
    const book = limited(t(100), every('minute'));
    book.must(t(110), record('org', 4n, { usedAt: t(30) }));
    expect(counters(book)).toEqual([[t(0), t(60), 4n]]);
  });
});

describe("a window's count", () => {
  it('is kept for 35 days beyond its end, and dropped then', () => {
    const book = limited(0, every('day'));
    expect(passes(book, 0, 1n)).toBe(true);
    expect(passes(book, COUNTER_KEPT_MS + DAY_MS - 1, 1n)).toBe(true);
    expect(counters(book).map(([from]) => from)).toEqual([0, COUNTER_KEPT_MS]);
    expect(passes(book, COUNTER_KEPT_MS + DAY_MS, 1n)).toBe(true);
    expect(counters(book).map(([from]) => from)).toEqual([COUNTER_KEPT_MS, COUNTER_KEPT_MS + DAY_MS]);
  });

  it('takes usage of a lapsed hold whose window is older than is kept, 35 days back', () => {
    const book = limited(0, every('minute'));
    const { hold } = book.hold(0, authorize('org', 5n, { holdForMs: 2 * MINUTE_MS }));
    const late = COUNTER_KEPT_MS + 90 * 1_000;
    book.must(late - 1, record('org', 1n));
    const drawn = only(book.must(late, record('org', 5n, { hold, usedAt: 0 })), 'CreditsDrawn');
    expect([drawn.late, drawn.countedAt]).toEqual([true, 90 * 1_000]);
    expect(counters(book)[0]).toEqual([MINUTE_MS, 2 * MINUTE_MS, 5n]);
  });

  it('takes usage of a hold that was kept open longer than that, 35 days back', () => {
    const book = limited(0, every('day'));
    const { hold } = book.hold(0, authorize('org', 5n, { holdForMs: 40 * DAY_MS }));
    book.must(39 * DAY_MS, record('org', 1n));
    const captured = only(book.must(39 * DAY_MS, capture(hold, 5n, { usedAt: 1 })), 'HoldCaptured');
    expect(captured.countedAt).toBe(4 * DAY_MS);
  });
});
