import { describe, expect, it } from '@jest/globals';
import { UNLIMITED, units, type WindowSpec } from '@exchequer/kernel';
import type { LimitPolicy } from '../commands.js';
import type { Fact, Threshold } from '../facts.js';
import { thresholdText } from '../report/limit-text.js';
import {
  authorize,
  Book,
  capture,
  configure,
  every,
  grant,
  limit,
  node,
  only,
  openSession,
  record,
  t,
  under,
} from '../spec/book.js';

const DAY = every('day');
const HALF: Threshold = { share: '0.5' };
const MOST: Threshold = { share: '0.75' };
const WHOLE: Threshold = { share: '1' };
const used = (whole: bigint): Threshold => ({ used: units(whole) });
const left = (whole: bigint): Threshold => ({ left: units(whole) });

const telling = (
  amount: bigint,
  thresholds: readonly Threshold[],
  window: WindowSpec = DAY,
  more: Partial<LimitPolicy> = {},
): LimitPolicy => limit('spend', amount, window, { mode: 'alert', thresholds, ...more });

function company(...limits: readonly LimitPolicy[]): Book {
  const book = new Book();
  book.must(t(0), configure(node('org', { limits }), under('org', 'user/ada')));
  book.must(t(0), grant('org', 1_000n));
  return book;
}

const change = (book: Book, at: number, ...limits: readonly LimitPolicy[]) =>
  crossings(book.must(at, configure(node('org', { limits }))));

/** `50% Crossed 1 at 5`: threshold, what became of it, number of the crossing, what was used. */
const crossings = (facts: readonly Fact[]): readonly string[] =>
  facts.flatMap((fact) => {
    if (fact.type !== 'ThresholdCrossed' && fact.type !== 'ThresholdRecovered') return [];
    const what = fact.type.slice('Threshold'.length);
    return `${thresholdText(fact.threshold)} ${what} ${String(fact.crossing)} at ${String(fact.used / units(1n))}`;
  });

describe('a threshold', () => {
  it('is told with the charge that crosses it, and once', () => {
    const book = company(telling(10n, [HALF, MOST, left(1n), used(7n)]));
    expect(crossings(book.must(t(1), record('user/ada', 4n)))).toEqual([]);
    const { hold } = book.hold(t(2), authorize('user/ada', 6n));
    const facts = book.must(t(2), capture(hold, 3n));
    expect(facts.at(-1)).toEqual({
      type: 'ThresholdCrossed',
      node: 'org',
      limit: 'spend',
      currency: 'credit',
      from: t(0),
      threshold: used(7n),
      crossing: 1,
      used: units(7n),
      amount: units(10n),
    });
    expect(crossings(facts)).toEqual(['50% Crossed 1 at 7', '7 used Crossed 1 at 7']);
    expect(crossings(book.must(t(3), record('user/ada', 5n)))).toEqual([
      '75% Crossed 1 at 12',
      '1 left Crossed 1 at 12',
    ]);
    expect(crossings(book.must(t(4), record('user/ada', 5n)))).toEqual([]);
  });

  it('is crossed at its amount itself, and not by what is held', () => {
    const book = company(telling(10n, [HALF]));
    book.hold(t(1), authorize('user/ada', 9n));
    expect(crossings(book.must(t(1), record('user/ada', 5n)))).toEqual(['50% Crossed 1 at 5']);
  });

  it('recovers with a refund, and the next crossing has the next number', () => {
    const book = company(telling(10n, [HALF, MOST]));
    book.must(t(1), record('user/ada', 8n));
    const [place = 0] = book.charges();
    const back = book.must(
      t(2),
      book.correction(place, { refund: [{ currency: 'credit' as never, amount: units(2n) }] }),
    );
    expect(crossings(back)).toEqual(['75% Recovered 1 at 6']);
    expect(crossings(book.must(t(3), record('user/ada', 3n)))).toEqual(['75% Crossed 2 at 9']);
  });

  it('begins un-crossed in every window, without facts', () => {
    const book = company(telling(10n, [HALF]));
    book.must(t(1), record('user/ada', 6n));
    expect(crossings(book.must(t(86_400), record('user/ada', 4n)))).toEqual([]);
    const [crossed] = book.must(t(86_401), record('user/ada', 1n)).slice(-1);
    expect(crossed).toMatchObject({ type: 'ThresholdCrossed', from: t(86_400), crossing: 1 });
  });

  it('is crossed in the window in which a late charge counts', () => {
    const book = company(telling(10n, [HALF]));
    book.must(t(1), record('user/ada', 4n));
    const late = book.must(t(90_000), record('user/ada', 2n, { usedAt: t(80_000) }));
    expect(late.at(-1)).toMatchObject({ type: 'ThresholdCrossed', from: t(0), crossing: 1, used: units(6n) });
    expect(crossings(book.must(t(90_001), record('user/ada', 6n)))).toEqual(['50% Crossed 1 at 6']);
  });

  it('is crossed by usage of a hold that has expired, and by the calls of a session', () => {
    const book = company(telling(10n, [HALF, MOST]));
    const { hold } = book.hold(t(1), authorize('user/ada', 6n, { holdForMs: t(5) }));
    expect(crossings(book.must(t(9), capture(hold, 6n)))).toEqual(['50% Crossed 1 at 6']);
    const opened = only(book.must(t(10), openSession('user/ada', 5n)), 'SessionOpened');
    const call = book.hold(t(11), authorize(opened.session, 3n));
    expect(crossings(book.must(t(12), capture(call.hold, 2n)))).toEqual(['75% Crossed 1 at 8']);
  });

  it('is crossed when the amount is lowered, and recovers when it is raised', () => {
    const book = company(telling(100n, [HALF, left(2n)]));
    book.must(t(1), record('user/ada', 9n));
    expect(change(book, t(2), telling(10n, [HALF, left(2n)]))).toEqual(['50% Crossed 1 at 9', '2 left Crossed 1 at 9']);
    expect(change(book, t(2), telling(10n, [HALF, left(2n)]))).toEqual([]);
    expect(change(book, t(3), telling(12n, [HALF, left(2n)]))).toEqual(['2 left Recovered 1 at 9']);
    expect(change(book, t(4), telling(0n, [HALF, left(2n)], DAY, { amount: UNLIMITED }))).toEqual([
      '50% Recovered 1 at 9',
    ]);
  });

  it('is judged anew when it is stated later, and finds what it was when it comes back', () => {
    const book = company(telling(10n, []));
    book.must(t(1), record('user/ada', 6n));
    expect(change(book, t(2), telling(10n, [HALF]))).toEqual(['50% Crossed 1 at 6']);
    expect(change(book, t(3), telling(10n, []))).toEqual([]);
    expect(change(book, t(4), telling(10n, [HALF]))).toEqual([]);
  });

  it('is crossed by what was used when the limit begins', () => {
    const book = company();
    const started = { usedAtStart: units(6n) };
    expect(change(book, t(1), telling(10n, [HALF], DAY, started))).toEqual(['50% Crossed 1 at 6']);
    expect(change(book, t(2), telling(10n, [HALF], { kind: 'lifetime' }, started))).toEqual(['50% Crossed 1 at 6']);
    expect(book.booked.at(-1)?.fact).not.toHaveProperty('from');
  });

  it('of a limit of nothing is crossed with the first that is used', () => {
    const book = company(telling(0n, [HALF]));
    expect(crossings(book.must(t(1), record('user/ada', 0n)))).toEqual([]);
    expect(crossings(book.must(t(1), record('user/ada', 1n)))).toEqual(['50% Crossed 1 at 1']);
  });

  it('that is a share is never crossed where there is no end; one of so much used is', () => {
    const book = company(telling(0n, [WHOLE, left(0n), used(5n)], DAY, { amount: UNLIMITED }));
    expect(crossings(book.must(t(1), record('user/ada', 500n)))).toEqual(['5 used Crossed 1 at 500']);
  });

  it('is judged by the limit that comes back when an override ends', () => {
    const book = company();
    const override = { limit: 'spend' as never, currency: 'credit' as never, amount: units(100n), until: t(9) };
    book.must(t(0), configure(node('org', { limits: [telling(10n, [WHOLE])], overrides: [override] })));
    book.must(t(1), record('user/ada', 20n));
    expect(crossings(book.advance(t(12)))).toEqual(['100% Crossed 1 at 20']);
  });
});

describe('thresholds of a sliding window', () => {
  const SLIDING: WindowSpec = { kind: 'sliding', lengthMs: t(60) };

  it('are left when enough has fallen out, which is told with the next charge', () => {
    const book = company(telling(10n, [HALF, WHOLE], SLIDING));
    expect(crossings(book.must(t(1), record('user/ada', 6n)))).toEqual(['50% Crossed 1 at 6']);
    expect(crossings(book.must(t(30), record('user/ada', 4n)))).toEqual(['100% Crossed 1 at 10']);
    expect(crossings(book.must(t(70), record('user/ada', 0n)))).toEqual([]);
    expect(crossings(book.must(t(70), record('user/ada', 2n)))).toEqual([
      '50% Recovered 1 at 4',
      '50% Crossed 2 at 6',
      '100% Recovered 1 at 6',
    ]);
    expect(book.booked.at(-1)?.fact).not.toHaveProperty('from');
  });

  it('do not count usage that is too old for the window', () => {
    const book = company(telling(10n, [HALF], SLIDING));
    expect(crossings(book.must(t(100), record('user/ada', 9n, { usedAt: t(1) })))).toEqual([]);
    expect(crossings(book.must(t(100), record('user/ada', 9n, { usedAt: t(40) })))).toEqual([]);
    expect(crossings(book.must(t(100), record('user/ada', 9n, { usedAt: t(60) })))).toEqual(['50% Crossed 1 at 9']);
  });

  it('are judged by a lower amount with all that the window has counted, and name no beginning', () => {
    const book = company(telling(20n, [HALF], SLIDING));
    book.must(t(10), record('user/ada', 6n));
    expect(change(book, t(20), telling(12n, [HALF], SLIDING))).toEqual(['50% Crossed 1 at 6']);
    book.must(t(21), record('user/ada', 1n));
    expect(change(book, t(21), telling(14n, [MOST, HALF], SLIDING))).toEqual([]);
    expect(change(book, t(21), telling(8n, [MOST, HALF], SLIDING))).toEqual(['75% Crossed 1 at 7']);
    expect(book.booked.at(-1)?.fact).not.toHaveProperty('from');
  });

  it('are crossed by what was used when the limit begins, and name no beginning', () => {
    const book = company();
    expect(change(book, t(1), telling(10n, [HALF], SLIDING, { usedAtStart: units(6n) }))).toEqual([
      '50% Crossed 1 at 6',
    ]);
    expect(book.booked.at(-1)?.fact).not.toHaveProperty('from');
  });
});

describe('a rolling window', () => {
  it('has crossings of its own', () => {
    const book = company(telling(10n, [HALF], { kind: 'rolling', lengthMs: t(10) }));
    expect(crossings(book.must(t(1), record('user/ada', 5n)))).toEqual(['50% Crossed 1 at 5']);
    expect(crossings(book.must(t(12), record('user/ada', 5n)))).toEqual(['50% Crossed 1 at 5']);
    expect(book.booked.at(-1)?.fact).toMatchObject({ from: t(12) });
  });

  it('is named by its beginning, though the charge that crosses came later', () => {
    const book = company(telling(10n, [HALF], { kind: 'rolling', lengthMs: t(10) }));
    book.must(t(1), record('user/ada', 4n));
    expect(book.must(t(5), record('user/ada', 1n)).at(-1)).toMatchObject({ type: 'ThresholdCrossed', from: t(1) });
  });
});

describe('a rolling window whose beginning is 35 days ago', () => {
  const DAYS_35 = t(35 * 86_400);

  it('is crossed by a correction of usage in it, for as long as it is kept', () => {
    const book = company(telling(10n, [HALF], { kind: 'rolling', lengthMs: t(6) }));
    book.must(t(0), record('user/ada', 1n));
    book.must(t(5), record('user/ada', 1n, { usedAt: t(1) }));
    const [, late = 0] = book.charges();
    const lines = [{ currency: 'credit' as never, amount: units(5n) }];
    expect(crossings(book.must(DAYS_35 + t(3), book.correction(late, { lines })))).toEqual(['50% Crossed 1 at 6']);
  });

  it('is opened no more by a correction, from the very instant on', () => {
    const opens = (at: number) => {
      const scope = { meters: ['input'] };
      const book = company(telling(10n, [HALF], { kind: 'rolling', lengthMs: t(6) }, { scope }));
      book.must(t(5), record('user/ada', 1n, { usedAt: t(1) }));
      const lines = [{ meter: 'input', currency: 'credit' as never, amount: units(1n) }];
      return book
        .must(at, book.correction(book.charges()[0] ?? 0, { lines }))
        .some(({ type }) => type === 'WindowOpened');
    };
    expect([opens(DAYS_35 + t(1) - 1), opens(DAYS_35 + t(1))]).toEqual([true, false]);
  });
});

describe('a window that never ends', () => {
  it('has its crossings once, and names no beginning', () => {
    const book = company(telling(10n, [HALF], { kind: 'lifetime' }));
    const facts = book.must(t(1), record('user/ada', 5n));
    expect(crossings(facts)).toEqual(['50% Crossed 1 at 5']);
    expect(facts.at(-1)).not.toHaveProperty('from');
    expect(crossings(book.must(t(2), record('user/ada', 1n)))).toEqual([]);
  });
});

describe('a window that is not kept any more', () => {
  it('crosses nothing when a charge in it is corrected', () => {
    const DAYS = 86_400;
    const book = company(telling(10n, [HALF]));
    book.must(t(1.5 * DAYS), record('user/ada', 2n, { usedAt: t(DAYS - 1) }));
    const [place = 0] = book.charges();
    const lines = [{ currency: 'credit' as never, amount: units(9n) }];
    const facts = book.must(t(36.25 * DAYS), book.correction(place, { lines }));
    expect(facts.map(({ type }) => type)).toEqual(['ChargeCorrected']);
  });
});
