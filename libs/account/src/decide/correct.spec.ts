import { describe, expect, it } from '@jest/globals';
import { currencyId, DAY_MS, nodeId, units } from '@exchequer/kernel';
import type { Bag } from '../bag.js';
import type { Correct } from '../commands.js';
import type { ChargeCorrected } from '../facts.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  credits,
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

const back = (whole: bigint): Correct['to'] => ({ refund: [{ currency: CREDIT, amount: units(whole) }] });
const really = (whole: bigint, meter?: string): Correct['to'] => ({ lines: [credits(whole, meter)] });
const share = (lot: string, whole: bigint) => ({ lot, amount: units(whole) });
const bag = (whole: bigint): Bag => [{ currency: CREDIT, amount: units(whole) }];

/** Promotional 5 until t(100) (l-1), plan 10 (l-2) at the team under an organization that counts a hundred a day. */
function spent(whole: bigint, policy: Parameters<typeof node>[1] = {}): Book {
  const book = new Book();
  book.must(
    t(0),
    configure(
      node('org', { limits: [limit('daily', 100n, every('day'))] }),
      under('org', 'team', { overage: [{ currency: CREDIT, amount: units(3n) }], ...policy }),
    ),
  );
  book.must(t(0), grant('team', 5n, { layer: 'promotional', expiresAt: t(100) }));
  book.must(t(0), grant('team', 10n, { layer: 'plan' }));
  book.must(t(1), record('team', whole));
  return book;
}

/** Corrects the newest charge. */
function corrected(book: Book, at: number, to: Correct['to'], more: Partial<Correct> = {}): ChargeCorrected {
  const place = book.charges().at(-1) ?? 0;
  return only(book.must(at, book.correction(place, to, more)), 'ChargeCorrected');
}

describe('a correction that only tells a market cost again, or none', () => {
  const isCorrected = (book: Book, more: Partial<Correct>) => {
    const again = book.correction(book.charges().at(-1) ?? 0, really(4n), more);
    return book.must(t(2), again).some(({ type }) => type === 'ChargeCorrected');
  };

  it('changes nothing: neither of a call without one, nor of a call with it', () => {
    expect(isCorrected(spent(4n), { market: bag(9n) })).toBe(false);
    const book = spent(1n);
    book.must(t(1), record('team', 4n, { market: bag(9n) }));
    expect([{}, { market: bag(9n) }].map((more) => isCorrected(book, more))).toEqual([false, false]);
    expect(isCorrected(book, { market: bag(8n) })).toBe(true);
  });
});

describe('a refund', () => {
  it('counts in the rolling window of its charge for as long as that is kept, whenever in it the usage was', () => {
    const book = new Book();
    book.must(t(0), configure(node('org', { limits: [limit('roll', 100n, { kind: 'rolling', lengthMs: t(6) })] })));
    book.must(t(0), grant('org', 100n));
    book.must(t(0), record('org', 1n));
    book.must(t(5), record('org', 5n, { usedAt: t(1) }));
    const [, late = 0] = book.charges();
    book.must(35 * DAY_MS + t(3), book.correction(late, back(3n)));
    expect(book.limit('org', 'roll').counters.map(({ used }) => used)).toEqual([units(3n)]);
  });

  it('begins no rolling window anew where the one that counted the charge is forgotten', () => {
    const book = new Book();
    book.must(t(0), configure(node('org', { limits: [limit('roll', 100n, { kind: 'rolling', lengthMs: t(6) })] })));
    book.must(t(0), grant('org', 100n));
    book.must(t(0), record('org', 1n));
    book.must(t(7), record('org', 5n, { usedAt: t(4) }));
    const [, late = 0] = book.charges();
    book.must(35 * DAY_MS + t(6.5), record('org', 1n));
    const facts = book.must(35 * DAY_MS + t(6.6), book.correction(late, back(3n)));
    expect(facts.map(({ type }) => type)).toEqual(['ChargeCorrected']);
    expect(book.limit('org', 'roll').counters.map(({ used }) => used)).toEqual([units(1n)]);
  });

  it('goes back to the lots that were drawn, the last one first, and out of the limit that counted it', () => {
    const book = spent(12n);
    expect(corrected(book, t(2), back(9n), { reason: 'an outage' })).toMatchObject({
      amounts: bag(3n),
      amountsBefore: bag(12n),
      returned: [share('l-2', 7n), share('l-1', 2n)],
      paid: [share('l-1', 3n)],
      reason: 'an outage',
    });
    expect(book.lot('l-1')).toMatchObject({ available: units(2n), spent: units(3n) });
    expect(book.lot('l-2')).toMatchObject({ available: units(10n), spent: units(0n) });
    expect(book.limit('org', 'daily').counters).toMatchObject([{ used: units(3n) }]);
    expect(book.state.nodes.get(nodeId('org'))?.activityIn(CREDIT).spent).toBe(units(3n));
  });

  it('of a captured hold gives back what was drawn beyond it before what it had set aside', () => {
    const book = spent(0n);
    const { hold } = book.hold(t(2), authorize('team', 6n));
    book.must(t(3), capture(hold, 8n));
    expect(corrected(book, t(4), back(4n)).returned).toEqual([share('l-2', 2n), share('l-2', 1n), share('l-1', 1n)]);
  });

  it('forgives what is owed before it gives anything back', () => {
    const book = spent(18n);
    expect(book.state.nodes.get(nodeId('team'))?.purse(CREDIT).owed).toBe(units(3n));
    expect(corrected(book, t(2), back(4n))).toMatchObject({
      forgiven: [{ node: 'team', currency: CREDIT, amount: units(3n) }],
      returned: [share('l-2', 1n)],
      paid: [share('l-1', 5n), share('l-2', 9n)],
    });
    expect(book.state.nodes.get(nodeId('team'))?.purse(CREDIT).owed).toBe(0n);
  });

  it('to a lot that has expired since is breakage, from the very instant of the expiry', () => {
    const book = spent(5n);
    expect(corrected(book, t(100), back(2n))).toMatchObject({ returned: [], broken: [share('l-1', 2n)] });
    expect(book.lot('l-1')).toMatchObject({ available: 0n, spent: units(3n), forfeited: units(2n) });
  });

  it('follows lots of nodes that take all from their pool by now', () => {
    const book = spent(12n);
    book.must(t(2), configure(under('org', 'team', { pooling: 'parent' })));
    const facts = book.must(t(3), book.correction(book.charges()[0] ?? 0, back(4n)));
    expect(only(facts, 'CreditsTransferred')).toMatchObject({
      reason: 'pooled',
      moves: [{ lot: 'l-2', toNode: 'org', amount: units(4n) }],
    });
    expect(book.lot('l-2').available).toBe(0n);
  });

  it('does not stay with a node that was archived', () => {
    const book = spent(18n, { overage: [] });
    corrected(book, t(2), back(3n));
    book.must(t(3), { ...configure(), archive: [nodeId('team')] });
    const facts = book.must(t(4), book.correction(book.charges()[0] ?? 0, back(4n)));
    expect(only(facts, 'CreditsTransferred').moves).toMatchObject([{ toNode: 'org', amount: units(4n) }]);
  });

  it('is never more than the charge still costs, in all corrections together', () => {
    const book = spent(12n);
    corrected(book, t(2), back(9n));
    const [place = 0] = book.charges();
    expect(book.refused(t(3), book.correction(place, back(4n)))).toEqual({
      code: 'Malformed',
      message: 'refund.credit: 4 is more than the 3 that the charge still costs.',
      path: 'refund.credit',
    });
    expect(corrected(book, t(3), back(3n)).paid).toEqual([]);
    expect(book.refused(t(3), book.correction(place, back(1n))).code).toBe('Malformed');
  });

  it('of what was written off is not possible', () => {
    const book = spent(0n, { captureBeyond: 'cap' });
    const { hold } = book.hold(t(2), authorize('team', 6n));
    book.must(t(3), capture(hold, 8n));
    expect(book.refused(t(4), book.correction(book.charges().at(-1) ?? 0, back(7n))).message).toContain(
      'more than the 6',
    );
    expect(corrected(book, t(4), back(6n))).toMatchObject({ amounts: bag(2n), uncollected: bag(2n), paid: [] });
  });

  it('counts in the window of the original, and shrinks the parts of its meters alike', () => {
    const book = new Book();
    const tokens = { scope: { meters: ['input'] } };
    book.must(0, configure(node('org', { limits: [limit('input', 50n, every('day'), tokens)] })));
    book.must(0, grant('org', 40n));
    book.must(t(1), { ...record('org', 0n), lines: [credits(6n, 'input'), credits(3n, 'output')] });
    book.must(DAY_MS, { ...record('org', 0n), lines: [credits(5n, 'input')] });
    const [first = 0] = book.charges();
    const fact = only(book.must(DAY_MS + 1, book.correction(first, back(3n))), 'ChargeCorrected');
    expect(fact.lines).toEqual([credits(4n, 'input'), credits(2n, 'output')]);
    expect(book.limit('org', 'input').counters.map(({ used }) => used)).toEqual([units(4n), units(5n)]);
  });

  it('is refused for what is no charge, in a currency that nobody knows, and after 35 days', () => {
    const book = spent(12n);
    const [place = 0] = book.charges();
    expect(book.refused(t(2), book.correction(0, back(1n)))).toEqual({
      code: 'Malformed',
      message: 'of: there is no charge at account-test@0.0.',
      path: 'of',
    });
    const euros = { refund: [{ currency: currencyId('euro'), amount: units(1n) }] };
    expect(book.refused(t(2), book.correction(place, euros)).message).toContain('The currency euro is not declared');
    const end = t(1) + 35 * DAY_MS;
    expect(book.refused(end, book.correction(place, back(1n)))).toEqual({
      code: 'Malformed',
      message: 'of: the charge was booked more than 35 days ago; grant credits instead.',
      path: 'of',
    });
  });

  it('is possible up to the last millisecond of 35 days, and then what was remembered of it is forgotten', () => {
    const book = spent(12n);
    corrected(book, t(1) + 35 * DAY_MS - 1, back(1n));
    expect(book.state.corrected.size).toBe(1);
    book.must(80 * DAY_MS, record('team', 1n));
    corrected(book, 80 * DAY_MS, back(1n));
    expect([...book.state.corrected.keys()]).toHaveLength(1);
  });

  it('of a charge that an earlier release booked says that it cannot be told what counted it', () => {
    const book = spent(12n);
    const command = book.correction(book.charges()[0] ?? 0, back(1n));
    if (command.original === undefined) throw new Error('no charge');
    const fact = { ...command.original.fact };
    Reflect.deleteProperty(fact, 'number');
    const refusal = book.refused(t(2), { ...command, original: { ...command.original, fact } });
    expect(refusal).toEqual({
      code: 'Malformed',
      message: 'of: the charge was booked by a release that knew no corrections; grant credits instead.',
      path: 'of',
    });
  });
});

describe('a correction', () => {
  it('draws what is missing now, and counts it where the charge was counted', () => {
    const book = spent(4n);
    book.must(DAY_MS, grant('org', 50n));
    expect(corrected(book, DAY_MS, really(9n))).toMatchObject({
      amounts: bag(9n),
      drawn: [share('l-2', 5n)],
      returned: [],
      paid: [share('l-1', 4n), share('l-2', 5n)],
    });
    expect(book.limit('org', 'daily').counters).toMatchObject([{ from: 0, used: units(9n) }]);
  });

  it('owes what funds do not cover, beyond every limit', () => {
    const book = spent(15n);
    expect(corrected(book, t(2), really(20n))).toMatchObject({
      owed: [{ node: 'team', currency: CREDIT, amount: units(5n) }],
      beyondOverage: bag(2n),
      owing: [{ node: 'team', currency: CREDIT, amount: units(5n) }],
    });
  });

  it('takes back what was written off before it gives anything back', () => {
    const book = spent(0n, { captureBeyond: 'cap' });
    const { hold } = book.hold(t(2), authorize('team', 6n));
    book.must(t(3), capture(hold, 8n));
    expect(corrected(book, t(4), really(7n))).toMatchObject({ amounts: bag(7n), uncollected: bag(1n), returned: [] });
    const fact = corrected(book, t(5), really(5n));
    expect(fact).toMatchObject({ amounts: bag(5n), returned: [share('l-2', 1n)] });
    expect(fact.uncollected).toBeUndefined();
    expect(book.limit('org', 'daily').counters).toMatchObject([{ used: units(5n) }]);
  });

  it('there and back again leaves every balance and every count as it was', () => {
    const book = spent(12n);
    const before = JSON.stringify(
      [book.lot('l-1'), book.lot('l-2')].map(({ available, spent: used }) => [String(available), String(used)]),
    );
    corrected(book, t(2), really(4n));
    corrected(book, t(3), really(12n));
    expect(
      JSON.stringify(
        [book.lot('l-1'), book.lot('l-2')].map(({ available, spent: used }) => [String(available), String(used)]),
      ),
    ).toBe(before);
    expect(book.limit('org', 'daily').counters).toMatchObject([{ used: units(12n) }]);
  });

  it('to what it costs already brings about nothing', () => {
    const book = spent(12n);
    expect(book.must(t(2), book.correction(book.charges()[0] ?? 0, really(12n)))).toEqual([]);
  });

  it('to other quantities tells them, and those of before', () => {
    const book = new Book();
    book.must(0, configure(node('org')));
    book.must(0, grant('org', 40n));
    const particulars = { model: 'o3', meters: { input: 9 }, card: 'old' };
    book.must(1, { ...record('org', 0n), lines: [credits(9n, 'input')], particulars });
    const told = { particulars: { meters: { input: 4 }, card: 'new' } };
    expect(corrected(book, 2, really(4n, 'input'), told)).toMatchObject({
      particulars: { model: 'o3', meters: { input: 4 }, card: 'new' },
      metersBefore: { input: 9 },
    });
    expect(corrected(book, 3, really(3n, 'input'), { particulars: { meters: { input: 3 } } })).toMatchObject({
      metersBefore: { input: 4 },
    });
  });

  it('counts a meter that was not told before in its own window, which it opens', () => {
    const book = new Book();
    const inputs = limit('input', 50n, { kind: 'rolling', lengthMs: 100 }, { scope: { meters: ['input'] } });
    book.must(0, configure(node('org', { limits: [inputs] })));
    book.must(0, grant('org', 40n));
    book.must(10, { ...record('org', 0n), lines: [credits(9n, 'output')] });
    corrected(book, 500, { lines: [credits(4n, 'input'), credits(5n, 'output')] });
    expect(book.limit('org', 'input').counters).toEqual([{ from: 10, to: 110, used: units(4n) }]);
  });
});

describe('what a correction tells', () => {
  it('is of a plain charge only what there is to tell', () => {
    const book = spent(12n);
    expect(corrected(book, t(2), back(1n))).toEqual({
      type: 'ChargeCorrected',
      of: book.correction(book.charges()[0] ?? 0, back(1n)).of,
      payer: 'team',
      nodes: [],
      bookedAt: t(1),
      number: 1,
      chain: ['org', 'team'],
      amounts: bag(11n),
      countedAt: t(1),
      amountsBefore: bag(12n),
      returned: [share('l-2', 1n)],
      paid: [share('l-1', 5n), share('l-2', 6n)],
    });
  });

  it('is of a metered call also its hold, when it was used, and which event told it', () => {
    const book = spent(0n);
    const { hold } = book.hold(t(2), authorize('team', 6n));
    const usage = { source: 'gateway', id: 'call-7' };
    book.must(t(9), record('team', 6n, { hold, usedAt: t(4), usage, particulars: { model: 'o3' } }));
    expect(corrected(book, t(10), back(1n))).toMatchObject({
      hold,
      usedAt: t(4),
      countedAt: t(4),
      usage,
      particulars: { model: 'o3' },
    });
  });

  it('is who opened the session that the charge was of, also once that is over', () => {
    const book = spent(0n);
    book.must(t(2), configure(under('org', 'project')));
    const opened = only(book.must(t(2), openSession('team', 6n, { nodes: [nodeId('project')] })), 'SessionOpened');
    const charged = only(book.must(t(3), record(opened.session, 4n)), 'CreditsDrawn');
    const { openers, payer } = corrected(book, t(4), back(1n));
    expect([openers, payer]).toEqual([charged.openers, opened.session]);
    expect(openers?.length).toBeGreaterThan(0);
  });

  it('is what is still owed and forgiven, and what was written off before', () => {
    const book = spent(20n);
    const fact = corrected(book, t(2), back(1n));
    expect(fact).toMatchObject({
      forgiven: [{ node: 'team', currency: CREDIT, amount: units(1n) }],
      owing: [{ node: 'team', currency: CREDIT, amount: units(4n) }],
    });
    expect(Object.keys(fact)).not.toContain('uncollectedBefore');
    const capped = spent(0n, { captureBeyond: 'cap' });
    capped.must(t(3), capture(capped.hold(t(2), authorize('team', 6n)).hold, 8n));
    expect(corrected(capped, t(4), really(7n)).uncollectedBefore).toEqual(bag(2n));
  });

  it('is that its parts are others, though the whole costs the same', () => {
    const book = new Book();
    book.must(0, configure(node('org')));
    book.must(0, grant('org', 40n));
    book.must(1, { ...record('org', 0n), lines: [credits(5n, 'input'), credits(4n, 'output')] });
    const lines = [credits(4n, 'input'), credits(5n, 'output')];
    expect(corrected(book, 2, { lines })).toMatchObject({ amounts: bag(9n), lines, returned: [] });
    expect(book.must(3, book.correction(book.charges()[0] ?? 0, { lines }))).toEqual([]);
  });
});

describe('what a correction counts by', () => {
  it('is the chain of the charge, wherever its nodes stand by now', () => {
    const book = new Book();
    const daily = [limit('daily', 100n, every('day'))];
    const tree = [node('org'), under('org', 'a', { limits: daily }), under('org', 'b', { limits: daily })];
    book.must(0, configure(...tree, under('a', 'user/ada')));
    book.must(0, grant('org', 40n));
    book.must(0, record('user/ada', 9n));
    book.must(0, configure(under('b', 'user/ada')));
    book.must(0, record('user/ada', 5n));
    book.must(0, configure(under('org', 'user/ada')));
    const [first = 0, second = 0] = book.charges();
    expect(only(book.must(0, book.correction(first, back(2n))), 'ChargeCorrected').chain).toEqual([
      'org',
      'a',
      'user/ada',
    ]);
    book.must(0, book.correction(second, back(4n)));
    expect(['a', 'b'].map((id) => book.limit(id, 'daily').counters[0]?.used)).toEqual([units(7n), units(1n)]);
  });

  it('is, for a captured hold, the chain of the day it was placed', () => {
    const book = new Book();
    const daily = [limit('daily', 100n, every('day'))];
    book.must(
      0,
      configure(
        node('org'),
        under('org', 'a', { limits: daily }),
        under('org', 'b', { limits: daily }),
        under('a', 'user/ada'),
      ),
    );
    book.must(0, grant('org', 40n));
    const { hold } = book.hold(0, authorize('user/ada', 9n));
    book.must(0, configure(under('b', 'user/ada')));
    book.must(0, capture(hold));
    corrected(book, 0, back(2n));
    expect(book.limit('a', 'daily').counters).toMatchObject([{ used: units(7n) }]);
    expect(book.limit('b', 'daily').counters).toEqual([]);
  });

  it('are not the limits that were set since, nor one that replaced another of its name', () => {
    const book = spent(12n);
    const weekly = limit('weekly', 100n, every('week'));
    const [{ window }] = [limit('daily', 100n, { kind: 'rolling', lengthMs: t(50) })];
    book.must(t(1), configure(node('org', { limits: [weekly, limit('daily', 100n, window)] })));
    book.must(t(1), record('team', 1n));
    book.must(t(2), book.correction(book.charges()[0] ?? 0, back(5n)));
    expect(['daily', 'weekly'].map((name) => book.limit('org', name).counters[0]?.used)).toEqual([
      units(1n),
      units(1n),
    ]);
  });
});

describe('a correction of what a session spent', () => {
  /** A team with 40 and a limit of 100 a day, its session with a reserve of 25, and a call in it that cost 8. */
  function spentInSession() {
    const book = new Book();
    book.must(t(0), configure(node('org'), under('org', 'team', { limits: [limit('daily', 100n, every('day'))] })));
    book.must(t(0), grant('team', 40n));
    const { session } = only(book.must(t(1), openSession('team', 25n)), 'SessionOpened');
    book.must(t(2), record(session, 8n));
    return { book, session };
  }

  it('goes back to the lots and not to the reserve, also once the session is over', () => {
    const { book, session } = spentInSession();
    corrected(book, t(3), back(3n));
    expect(book.lot('l-1')).toMatchObject({ available: units(18n), held: units(17n), spent: units(5n) });
    book.must(t(4), { type: 'end-session', session });
    expect(corrected(book, t(5), back(2n)).chain).toEqual(['org', 'team']);
    expect(book.lot('l-1')).toMatchObject({ available: units(37n), held: 0n, spent: units(3n) });
    expect(book.limit('team', 'daily').counters).toMatchObject([{ used: units(3n) }]);
  });

  it('takes what is missing from the reserve while the session is open, and from who opened it once it is over', () => {
    const { book, session } = spentInSession();
    expect(corrected(book, t(3), really(10n)).reserves).toMatchObject([{ session, shares: [share('l-1', 2n)] }]);
    book.must(t(4), { type: 'end-session', session });
    expect(corrected(book, t(5), really(11n)).drawn).toEqual([share('l-1', 1n)]);
    expect(corrected(book, t(6), back(5n)).paid).toEqual([share('l-1', 6n)]);
  });

  it('takes nothing more once nobody knows who opened the session, but gives back still', () => {
    const DAYS = DAY_MS / 1_000;
    const { book, session } = spentInSession();
    book.must(t(4), { type: 'end-session', session });
    book.must(t(34 * DAYS), record(session, 6n));
    const place = book.charges().at(-1) ?? 0;
    const later = only(book.must(t(35.5 * DAYS), openSession('team', 1n)), 'SessionOpened').session;
    book.must(t(35.5 * DAYS), { type: 'end-session', session: later });
    expect(book.refused(t(36 * DAYS), book.correction(place, really(7n)))).toEqual({
      code: 'Malformed',
      message: 'of: the session session/s-1 is over; who would pay more is not known.',
      path: 'of',
    });
    expect(corrected(book, t(36 * DAYS), back(4n)).paid).toEqual([share('l-1', 2n)]);
  });
});
