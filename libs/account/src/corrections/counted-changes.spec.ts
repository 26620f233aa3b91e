import { describe, expect, it } from '@jest/globals';
import { currencyId, DAY_MS, units, type WindowSpec } from '@exchequer/kernel';
import type { Correct, LimitPolicy } from '../commands.js';
import type { Scope } from '../facts.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  credits,
  endSession,
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
import { planReturn } from './plan-return.js';

const USD = currencyId('usd');
const usd = (whole: bigint) => ({ currency: USD, amount: units(whole) });
const back = (whole: bigint): Correct['to'] => ({ refund: [credits(whole)] });
const really = (...whole: readonly bigint[]): Correct['to'] => ({
  lines: whole.map((each, index) => (index === 0 ? credits(each) : usd(each))),
});

/** A limit of 1,000 a day on part of what is spent. */
const on = (name: string, scope: Scope, window: WindowSpec = every('day')): LimitPolicy =>
  limit(name, 1_000n, window, { scope });

/** Corrects the newest charge. */
const correct = (book: Book, at: number, to: Correct['to']) =>
  only(book.must(at, book.correction(book.charges().at(-1) ?? 0, to)), 'ChargeCorrected');

const used = (book: Book, ...names: readonly string[]) =>
  names.map((name) => (book.limit('org', name).counters.at(-1)?.used ?? 0n) / units(1n));

/** Promotional 5 until t(100), plan 10; the team may owe 3, and the organization 50, in credits and in dollars. */
function company(...limits: readonly LimitPolicy[]): Book {
  const book = new Book();
  const upTo = (whole: bigint) => [
    { currency: CREDIT, amount: units(whole) },
    { currency: USD, amount: units(whole) },
  ];
  const currencies = [CREDIT, USD].map((currency) => ({ currency, display: 2 }));
  const nodes = [node('org', { limits, overage: upTo(50n) }), under('org', 'team', { overage: upTo(3n) })];
  book.must(t(0), { ...configure(...nodes), currencies });
  book.must(t(0), grant('team', 5n, { layer: 'promotional', expiresAt: t(100) }));
  book.must(t(0), grant('team', 10n, { layer: 'plan' }));
  return book;
}

describe('a limit on layers, and a charge that is corrected', () => {
  const LAYERS = ['promotional', 'plan', 'overage'] as const;
  const byLayer = () => company(...LAYERS.map((layer) => on(layer, { layers: [layer] })));
  const counted = (book: Book) => used(book, ...LAYERS);

  it('counts what is owed in its currency alone', () => {
    const book = company({ ...on('overage', { layers: ['overage'] }), currency: USD });
    book.must(t(1), record('team', 0n, { lines: [credits(16n), usd(2n)] }));
    expect(used(book, 'overage')).toEqual([2n]);
    correct(book, t(2), really(17n, 2n));
    expect(used(book, 'overage')).toEqual([2n]);
    correct(book, t(3), really(17n, 3n));
    expect(used(book, 'overage')).toEqual([3n]);
  });

  it('counts what is drawn and owed now, and no more what went back or was forgiven', () => {
    const book = byLayer();
    book.must(t(1), record('team', 12n));
    expect(counted(book)).toEqual([5n, 7n, 0n]);
    correct(book, t(2), really(17n));
    expect(counted(book)).toEqual([5n, 10n, 2n]);
    correct(book, t(3), really(22n));
    expect(counted(book)).toEqual([5n, 10n, 7n]);
    correct(book, t(4), really(24n));
    expect(counted(book)).toEqual([5n, 10n, 9n]);
    correct(book, t(5), back(6n));
    expect(counted(book)).toEqual([5n, 10n, 3n]);
    correct(book, t(6), back(11n));
    expect(counted(book)).toEqual([5n, 2n, 0n]);
    correct(book, t(7), really(13n));
    expect(counted(book)).toEqual([5n, 8n, 0n]);
  });

  it('counts no more what went to breakage', () => {
    const book = byLayer();
    book.must(t(1), record('team', 12n));
    correct(book, t(200), back(10n));
    expect(counted(book)).toEqual([2n, 0n, 0n]);
  });

  it('counts its own currency alone', () => {
    const book = byLayer();
    book.must(t(1), record('team', 15n, { lines: [credits(17n), usd(2n)] }));
    expect(counted(book)).toEqual([5n, 10n, 2n]);
    correct(book, t(2), really(18n, 9n));
    expect(counted(book)).toEqual([5n, 10n, 3n]);
    correct(book, t(3), really(16n, 1n));
    expect(counted(book)).toEqual([5n, 10n, 1n]);
  });
});

describe('a limit on models, and a charge that is corrected', () => {
  it('counts the correction as it counted the charge', () => {
    const book = company(on('o3', { models: ['o3'] }), on('gpt', { models: ['gpt-4o'] }));
    book.must(t(1), record('team', 12n, { particulars: { model: 'o3' } }));
    correct(book, t(2), back(5n));
    expect(used(book, 'o3', 'gpt')).toEqual([7n, 0n]);
    book.must(t(3), record('team', 2n));
    expect(book.must(t(4), book.correction(book.charges().at(-1) ?? 0, back(1n)))).toHaveLength(1);
    expect(used(book, 'o3', 'gpt')).toEqual([7n, 0n]);
  });
});

describe('a sliding limit, and a charge that is corrected', () => {
  it('counts the correction in the bucket of the charge, and opens no window for it', () => {
    const book = company(
      limit('minute', 1_000n, { kind: 'sliding', lengthMs: t(60) }),
      on('input', { meters: ['input'] }, { kind: 'sliding', lengthMs: t(60) }),
    );
    book.must(t(10), record('team', 9n));
    book.must(t(20), record('team', 1n));
    const to = { lines: [credits(2n, 'input'), credits(2n, 'output')] };
    const facts = book.must(t(30), book.correction(book.charges()[0] ?? 0, to));
    expect(facts.map(({ type }) => type)).toEqual(['ChargeCorrected']);
    const buckets = (name: string) => book.limit('org', name).counters.map(({ from, used: sum }) => [from, sum]);
    expect(buckets('minute')).toEqual([
      [t(10), units(4n)],
      [t(20), units(1n)],
    ]);
    expect(buckets('input')).toEqual([[t(10), units(2n)]]);
  });
});

describe('a window that ended 35 days before a correction', () => {
  const LAST = 36 * DAY_MS - 1;

  /** Used on the first day and reported on the twentieth, so that it can be corrected until the fifty-fifth. */
  function late(): Book {
    const book = company(limit('daily', 1_000n, every('day')), on('input', { meters: ['input'] }));
    book.must(20 * DAY_MS, record('team', 9n, { usedAt: t(1) }));
    return book;
  }

  it('still counts a millisecond before, and from then on stays as it was', () => {
    const before = late();
    correct(before, LAST, back(4n));
    expect(before.limit('org', 'daily').counters.map((counter) => counter.used)).toEqual([units(5n)]);
    const after = late();
    correct(after, LAST + 1, back(4n));
    expect(after.limit('org', 'daily').counters.map((counter) => counter.used)).toEqual([units(9n)]);
  });

  it('is opened for what it did not count a millisecond before, and from then on not', () => {
    const lines = [credits(4n, 'input')];
    const types = (at: number) => {
      const book = late();
      return book.must(at, book.correction(book.charges()[0] ?? 0, { lines })).map(({ type }) => type);
    };
    expect(types(LAST)).toEqual(['WindowOpened', 'ChargeCorrected']);
    expect(types(LAST + 1)).toEqual(['ChargeCorrected']);
  });
});

describe('what a charge remembers of its chain', () => {
  it('leaves out a session that is over by then', () => {
    const book = company();
    const { session } = only(book.must(t(1), openSession('team', 6n)), 'SessionOpened');
    const { hold } = book.hold(t(2), authorize(session, 4n));
    const other = book.hold(t(2), authorize(session, 1n));
    expect(only(book.must(t(3), capture(other.hold)), 'HoldCaptured').chain).toEqual(['org', 'team', session]);
    book.must(t(4), endSession(session));
    expect(only(book.must(t(5), capture(hold)), 'HoldCaptured').chain).toEqual(['org', 'team']);
  });
});

describe('giving back', () => {
  it('never makes credits: more than was paid is a fault', () => {
    const book = company();
    const [lot] = [...book.state.lots.keys()];
    const standing = {
      amounts: [credits(2n)],
      lines: undefined,
      uncollected: [],
      owing: [],
      particulars: undefined,
      market: undefined,
    };
    const paid = { ...standing, paid: [{ lot: lot!, amount: units(2n) }] };
    expect(planReturn(book.state, paid, [credits(2n), usd(0n)]).returned).toEqual(paid.paid);
    expect(() => planReturn(book.state, paid, [credits(3n)])).toThrow('more is given back than was paid');
  });
});
