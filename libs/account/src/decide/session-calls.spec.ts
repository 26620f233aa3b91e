import { describe, expect, it } from '@jest/globals';
import { DAY_MS, nodeId, units } from '@exchequer/kernel';
import {
  authorize,
  capture,
  configure,
  CREDIT,
  endSession,
  every,
  grant,
  limit,
  only,
  record,
  t,
  under,
} from '../spec/book.js';
import { team, open, share, held, used } from '../spec/session-team.js';

describe('a call in a session', () => {
  it('draws on what is left of the reserve in order, and counts nowhere twice', () => {
    const book = team();
    const session = open(book, t(1), 'team', 20n);
    const hold = book.hold(t(2), authorize(session, 7n));
    expect(hold).toMatchObject({ session, shares: [share('l-1', 5n), share('l-2', 2n)] });
    expect(held(book)).toBe(units(20n));
    const captured = only(book.must(t(3), capture(hold.hold, 6n)), 'HoldCaptured');
    expect(captured).toMatchObject({ returned: [], kept: { session, shares: [share('l-2', 1n)] } });
    expect([held(book), used(book)]).toEqual([units(14n), units(6n)]);
  });

  it('is not stopped by a limit that counted the reserve, however full that is', () => {
    const book = team({ limits: [limit('daily', 20n, every('day'))] });
    const session = open(book, t(1), 'team', 20n);
    expect(book.refused(t(2), authorize('team', 1n)).code).toBe('LimitReached');
    book.must(t(2), authorize(session, 20n));
  });

  it('is counted by a limit that could not count the reserve, and stopped there', () => {
    const scope = { scope: { models: ['o3'] } };
    const book = team({ limits: [limit('o3', 4n, every('day'), scope)] });
    const session = open(book, t(1), 'team', 20n);
    expect(held(book, 'o3')).toBe(0n);
    const o3 = { particulars: { model: 'o3' } };
    book.must(t(2), authorize(session, 3n, o3));
    expect(held(book, 'o3')).toBe(units(3n));
    expect(book.refused(t(3), authorize(session, 2n, o3))).toMatchObject({
      code: 'LimitReached',
      binding: { limit: 'o3', remaining: units(1n) },
    });
    book.must(t(3), authorize(session, 2n));
  });

  it('is counted by a limit on tags of the session, unless the call says another: then it leaves that count', () => {
    const scope = { scope: { tags: { run: ['nightly'] } } };
    const book = team({ limits: [limit('nightly', 9n, every('day'), scope)] });
    const nightly = { particulars: { tags: { run: 'nightly' } } };
    const session = open(book, t(1), 'team', 9n, nightly);
    expect(held(book, 'nightly')).toBe(units(9n));
    book.hold(t(2), authorize(session, 4n, nightly));
    expect(held(book, 'nightly')).toBe(units(9n));
    book.hold(t(3), authorize(session, 3n));
    expect(held(book, 'nightly')).toBe(units(6n));
    const other = open(book, t(4), 'team', 9n);
    expect(book.refused(t(5), authorize(other, 4n, nightly)).binding).toMatchObject({ remaining: units(3n) });
  });

  it('is counted by a limit on layers as what pays for it, from the reserve on', () => {
    const scope = { scope: { layers: ['promotional'] as const } };
    const book = team({ limits: [limit('promo', 5n, every('day'), scope)] });
    const ada = limit('own', 3n, every('day'), scope);
    book.must(t(0), configure(under('org', 'user/ada', { limits: [ada] })));
    const session = open(book, t(1), 'team', 9n);
    expect(held(book, 'promo')).toBe(units(5n));
    const asAda = { nodes: [nodeId('user/ada')] };
    expect(book.refused(t(2), authorize(session, 4n, asAda))).toMatchObject({
      binding: { node: 'user/ada', remaining: units(3n) },
      wouldPass: [{ amount: units(3n) }],
    });
    book.must(t(2), record(session, 7n));
    expect([held(book, 'promo'), used(book, 'promo')]).toEqual([0n, units(5n)]);
    book.hold(t(3), authorize(session, 2n, asAda));
  });

  it('is counted by the limits of a node that the session did not name', () => {
    const book = team();
    book.must(t(0), configure(under('org', 'user/ada', { limits: [limit('own', 4n, every('day'))] })));
    const session = open(book, t(1), 'team', 20n);
    expect(book.refused(t(2), authorize(session, 5n, { nodes: [nodeId('user/ada')] }))).toMatchObject({
      binding: { node: 'user/ada', remaining: units(4n) },
    });
  });

  it('that asks more than is left is refused with the session, what is left, and what would pass', () => {
    const book = team();
    const session = open(book, t(1), 'team', 6n);
    expect(book.refused(t(2), authorize(session, 7n))).toMatchObject({
      code: 'InsufficientCredits',
      message:
        'The reserve of session/s-1 has 6 credit left and 7 was asked; ask for less, or open a session with a larger reserve.',
      binding: { node: session, currency: CREDIT, remaining: units(6n) },
      wouldPass: [{ currency: CREDIT, amount: units(6n) }],
    });
    const part = book.hold(t(2), authorize(session, 7n, { accept: 'partial' }));
    expect(part.amounts).toEqual([{ currency: CREDIT, amount: units(6n) }]);
  });

  it('that asks more than is left is told so, whatever pool rules would let its opener draw', () => {
    const book = team({ pools: [{ currency: CREDIT, lendMax: units(8n) }] });
    const session = open(book, t(1), 'agent/a', 6n);
    const { binding } = book.refused(t(2), authorize(session, 9n));
    expect(binding).toEqual({ node: session, currency: CREDIT, remaining: units(6n) });
  });

  it('that its reserve covers after all writes nothing off and owes nothing, and one that it covers in no part names it not', () => {
    const book = team({ captureBeyond: 'cap' });
    const session = open(book, t(1), 'team', 10n);
    const { hold } = book.hold(t(2), authorize(session, 4n));
    const captured = only(book.must(t(3), capture(hold, 9n)), 'HoldCaptured');
    expect(captured.reserves).toMatchObject([{ session, shares: [share('l-1', 1n), share('l-2', 4n)] }]);
    for (const name of ['uncollected', 'owed', 'drawn']) expect(captured).not.toHaveProperty(name);
    book.must(t(4), record(session, 1n));
    expect(only(book.must(t(5), record(session, 2n)), 'CreditsDrawn')).not.toHaveProperty('reserves');
  });

  it('that costs more than its hold takes what is left of the reserve, then goes the ordinary way', () => {
    const book = team();
    const session = open(book, t(1), 'team', 10n);
    const { hold } = book.hold(t(2), authorize(session, 7n));
    const captured = only(book.must(t(3), capture(hold, 15n)), 'HoldCaptured');
    expect(captured).toMatchObject({
      spent: [share('l-1', 5n), share('l-2', 2n)],
      reserves: [{ session, shares: [share('l-2', 3n)] }],
      drawn: [share('l-2', 5n)],
    });
    expect([held(book), used(book), book.lot('l-2').available]).toEqual([0n, units(15n), units(10n)]);
  });

  it('that costs more than the reserve is written off where the payer says so', () => {
    const book = team({ captureBeyond: 'cap' });
    const session = open(book, t(1), 'team', 10n);
    const { hold } = book.hold(t(2), authorize(session, 7n));
    const captured = only(book.must(t(3), capture(hold, 15n)), 'HoldCaptured');
    expect(captured).toMatchObject({ uncollected: [{ amount: units(5n) }], reserves: [{ session }] });
    expect(captured.drawn).toBeUndefined();
  });

  it('gives back to the reserve what was to be owed, and owes only what it cost', () => {
    const book = team({ overage: [{ currency: CREDIT, amount: units(10n) }] });
    const session = open(book, 1, 'team', 30n);
    const owed = (whole: bigint) => ({ node: 'team', currency: CREDIT, amount: units(whole) });
    const first = book.hold(t(2), authorize(session, 28n));
    const captured = only(book.must(t(3), capture(first.hold, 26n)), 'HoldCaptured');
    expect(captured).toMatchObject({ owed: [owed(1n)], kept: { session, shares: [], owed: [owed(2n)] } });
    expect(book.hold(t(4), authorize(session, 4n))).toMatchObject({ shares: [], owed: [owed(4n)] });
    const all = only(book.must(t(5), capture(book.hold(t(5), authorize(session, 0n)).hold)), 'HoldCaptured');
    expect(all).not.toHaveProperty('kept');
  });

  it('gives back to the reserve when it is voided or expires, also of a lot that has ended meanwhile', () => {
    const book = team();
    const session = open(book, t(1), 'team', 6n, { lifeForMs: t(600) });
    const first = book.hold(t(2), authorize(session, 4n));
    book.must(t(3), { type: 'void', hold: first.hold });
    const second = book.hold(t(4), authorize(session, 6n));
    expect(second.shares).toEqual([share('l-1', 5n), share('l-2', 1n)]);
    expect(only(book.advance(t(64)), 'HoldExpired')).toMatchObject({ returned: [], kept: { session } });
    expect(book.lot('l-1')).toMatchObject({ ended: true, held: units(5n), forfeited: 0n });
    book.must(t(65), capture(book.hold(t(65), authorize(session, 5n)).hold));
    expect(book.lot('l-1').spent).toBe(units(5n));
  });

  it('counts where the reserve counts, though its team has moved', () => {
    const book = team();
    book.must(t(0), configure(under('org', 'division', { limits: [limit('x', 1n, every('day'))] })));
    const session = open(book, t(1), 'team', 10n);
    book.must(t(2), configure(under('division', 'team', { limits: [limit('daily', 30n, every('day'))] })));
    book.must(t(3), capture(book.hold(t(3), authorize(session, 5n)).hold));
    expect(book.limit('division', 'x').counters).toEqual([]);
    expect([held(book), used(book)]).toEqual([units(5n), units(5n)]);
  });
});

describe('a charge to a session', () => {
  it('says by itself who opened it, also when that has ended', () => {
    const book = team();
    const outer = open(book, t(1), 'team', 20n, { nodes: [nodeId('agent/a')] });
    const inner = open(book, t(2), outer, 12n);
    const openers = [outer, 'team', 'agent/a'];
    const { hold, ...placed } = book.hold(t(3), authorize(inner, 6n));
    expect(placed.openers).toEqual(openers);
    expect(only(book.must(t(3), record(inner, 1n)), 'CreditsDrawn').openers).toEqual(openers);
    book.must(t(4), endSession(outer));
    expect(only(book.must(t(5), capture(hold)), 'HoldCaptured').openers).toEqual(openers);
    expect(only(book.must(t(6), record(inner, 1n)), 'CreditsDrawn').openers).toEqual(openers);
    expect(only(book.must(t(6), record(outer, 0n, { unpriced: 'no card' })), 'UsageUnpriced').openers).toEqual(
      openers.slice(1),
    );
    expect(only(book.must(t(7), record('team', 1n)), 'CreditsDrawn').openers).toBeUndefined();
  });

  it('says the same of two sessions in whatever order it names them', () => {
    const book = team();
    book.must(t(0), grant('org', 9n));
    const nodes = [open(book, t(1), 'team', 1n), open(book, t(1), 'agent/a', 1n)];
    const openers = (named: typeof nodes) => book.hold(t(2), authorize('org', 1n, { nodes: named })).openers;
    expect([openers(nodes), openers([...nodes].reverse())]).toEqual([
      ['team', 'agent/a'],
      ['team', 'agent/a'],
    ]);
  });
});

describe('usage without a hold', () => {
  it('that names a session draws on its reserve first', () => {
    const book = team();
    const session = open(book, t(1), 'team', 6n);
    expect(only(book.must(t(2), record(session, 8n)), 'CreditsDrawn')).toMatchObject({
      reserves: [{ session, shares: [share('l-1', 5n), share('l-2', 1n)] }],
      drawn: [share('l-2', 2n)],
    });
  });

  it('that names a session which has ended is drawn on the chain of its opener, for 35 days', () => {
    const book = team();
    const session = open(book, t(1), 'team', 6n);
    book.must(t(2), endSession(session));
    const drawn = only(book.must(t(3), record(session, 8n)), 'CreditsDrawn');
    expect(drawn).toMatchObject({ payer: session, drawn: [share('l-1', 5n), share('l-2', 3n)] });
    expect(used(book)).toBe(units(8n));
    const last = t(2) + 35 * DAY_MS;
    book.must(last - 1, record(session, 1n));
    expect(book.refused(last, record(session, 1n)).code).toBe('NodeArchived');
  });
});
