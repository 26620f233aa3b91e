import { describe, expect, it } from '@jest/globals';
import { currencyId, DAY_MS, nodeId, units, type CurrencyId, type NodeId } from '@exchequer/kernel';
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
import type { OpenSession } from '../commands.js';
import { evolve } from '../evolve/evolve.js';
import { leftOf } from '../sessions/reserve.js';
import { isSessionName } from '../sessions/session-id.js';

/** A team with lots of 5 and 20, nothing above it, and a daily limit of 30. */
function team(policy: Parameters<typeof node>[1] = {}): Book {
  const book = new Book();
  book.must(
    t(0),
    configure(
      node('org'),
      under('org', 'team', { limits: [limit('daily', 30n, every('day'))], ...policy }),
      under('team', 'agent/a', { pooling: 'parent' }),
    ),
  );
  book.must(t(0), grant('team', 5n, { layer: 'promotional', expiresAt: t(50) }));
  book.must(t(0), grant('team', 20n));
  return book;
}

const open = (book: Book, at: number, payer: string, amount: bigint, more: Partial<OpenSession> = {}): NodeId =>
  only(book.must(at, openSession(payer, amount, more)), 'SessionOpened').session;

const share = (lot: string, amount: bigint) => ({ lot, amount: units(amount) });
const held = (book: Book, name = 'daily') => book.limit('team', name).held;
const used = (book: Book, name = 'daily') => book.limit('team', name).counters.at(-1)?.used ?? 0n;

describe('opening a session', () => {
  it('sets a reserve aside in draw-down order and counts it in every limit above', () => {
    const book = team();
    expect(only(book.must(t(1), openSession('agent/a', 8n)), 'SessionOpened')).toMatchObject({
      session: 'session/s-1',
      payer: 'agent/a',
      endsAt: t(61),
      amounts: [{ currency: CREDIT, amount: units(8n) }],
      shares: [share('l-1', 5n), share('l-2', 3n)],
    });
    expect([held(book), book.lot('l-2').held]).toEqual([units(8n), units(3n)]);
    expect(book.state.nodes.get(nodeId('session/s-1'))).toMatchObject({ kind: 'session', parent: { id: 'agent/a' } });
  });

  it('is refused as a call of the same amount would be: by a limit, and for want of funds', () => {
    const book = team({ limits: [limit('daily', 9n, every('day'))] });
    expect(book.refused(t(1), openSession('team', 10n))).toMatchObject({
      code: 'LimitReached',
      binding: { node: 'team', limit: 'daily', remaining: units(9n) },
      wouldPass: [{ amount: units(9n) }],
    });
    expect(team().refused(t(1), openSession('team', 26n))).toMatchObject({
      code: 'InsufficientCredits',
      binding: { node: 'team', remaining: units(25n) },
    });
  });

  it('takes a smaller reserve where a part is welcome', () => {
    const book = team();
    expect(only(book.must(t(1), openSession('team', 50n, { accept: 'partial' })), 'SessionOpened')).toMatchObject({
      amounts: [{ amount: units(25n) }],
      asked: [{ amount: units(50n) }],
      binding: { node: 'team', remaining: units(25n) },
    });
  });

  it('needs a reserve', () =>
    expect(team().refused(t(1), openSession('team', 0n))).toEqual({
      code: 'Malformed',
      message: 'amounts: is nothing; a session lives on its reserve.',
    }));

  it('says which limit its reserve leaves least of, and what would have refused it were it not observed', () => {
    const book = team({ limits: [limit('daily', 9n, every('day'))], observe: true });
    const opened = only(book.must(t(1), openSession('team', 12n)), 'SessionOpened');
    expect(opened.tightest).toMatchObject({ node: 'team', limit: 'daily', remaining: 0n });
    expect(opened.observed).toEqual([{ code: 'LimitReached', node: 'team', limit: 'daily' }]);
    const fits = only(team().must(t(1), openSession('team', 12n)), 'SessionOpened');
    expect(fits.tightest).toMatchObject({ limit: 'daily', remaining: units(18n) });
    expect(fits).not.toHaveProperty('observed');
  });

  it('starts the rolling windows that count it', () => {
    const book = team({ limits: [limit('daily', 30n, { kind: 'rolling', lengthMs: t(10) })] });
    open(book, t(3), 'team', 1n);
    expect(book.limit('team', 'daily').counters).toMatchObject([{ from: t(3), to: t(13), used: 0n }]);
  });

  it('may set overage aside after all lots', () => {
    const book = team({ overage: [{ currency: CREDIT, amount: units(4n) }] });
    const session = open(book, t(1), 'team', 28n);
    const hold = book.hold(t(2), authorize(session, 27n));
    expect(hold).toMatchObject({ owed: [{ node: 'team', amount: units(2n) }] });
    const captured = only(book.must(t(3), capture(hold.hold, 28n)), 'HoldCaptured');
    expect(captured).toMatchObject({ owed: [{ node: 'team', amount: units(3n) }] });
    expect(captured.reserves).toMatchObject([{ session, shares: [], owed: [{ amount: units(1n) }] }]);
    expect(captured.beyondOverage).toBeUndefined();
  });
});

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

describe('a session ends', () => {
  it('at its time, and what is left goes back to its lots, or to breakage where a lot has ended', () => {
    const book = team();
    const session = open(book, t(1), 'team', 9n);
    book.must(t(2), capture(book.hold(t(2), authorize(session, 2n)).hold));
    expect(book.advance(t(60)).map((fact) => fact.type)).toEqual(['LotExpired']);
    expect(book.advance(t(61))).toEqual([
      {
        type: 'SessionEnded',
        session,
        at: t(61),
        reason: 'time',
        spent: [{ currency: CREDIT, amount: units(2n) }],
        returned: [share('l-2', 4n)],
        broken: [share('l-1', 3n)],
      },
    ]);
    expect(book.lot('l-1').forfeited).toBe(units(3n));
  });

  it('tells what it spent by currency, and nothing of what was refunded whole', () => {
    const book = team();
    const session = open(book, t(1), 'team', 10n);
    book.must(t(2), record(session, 4n));
    book.must(t(3), book.correction(book.charges()[0] ?? 0, { refund: [credits(4n)] }));
    expect(only(book.must(t(4), endSession(session)), 'SessionEnded').spent).toEqual([]);
  });

  it('at the instant at which a lot expires, before it', () => {
    const book = team();
    open(book, t(1), 'team', 5n, { lifeForMs: t(49) });
    expect(book.advance(t(50))).toMatchObject([
      { type: 'SessionEnded', returned: [share('l-1', 5n)] },
      { type: 'LotExpired', lot: 'l-1', forfeited: units(5n) },
    ]);
  });

  it('and what is left follows lots that went to a pool meanwhile', () => {
    const book = team();
    const session = open(book, t(1), 'team', 9n);
    book.must(t(2), configure(under('org', 'team', { pooling: 'parent' })));
    expect(book.must(t(3), endSession(session))).toMatchObject([
      { type: 'SessionEnded' },
      { type: 'CreditsTransferred', reason: 'pooled', moves: [{ toNode: 'org' }, { toNode: 'org' }] },
    ]);
  });

  it('while a call in it goes on: that settles from its own hold and gives the rest to the lots', () => {
    const book = team();
    const session = open(book, t(1), 'team', 10n);
    const { hold } = book.hold(t(2), authorize(session, 8n));
    expect(only(book.must(t(3), endSession(session)), 'SessionEnded').returned).toEqual([share('l-2', 2n)]);
    expect(held(book)).toBe(units(8n));
    const captured = only(book.must(t(4), capture(hold, 6n)), 'HoldCaptured');
    expect(captured).toMatchObject({ payer: session, returned: [share('l-2', 2n)] });
    expect(captured.kept).toBeUndefined();
    expect([held(book), used(book)]).toEqual([0n, units(6n)]);
  });

  it('and the late usage of a call that expired in it is drawn from the lots', () => {
    const book = team();
    const session = open(book, t(1), 'team', 10n);
    const { hold } = book.hold(t(2), authorize(session, 8n, { holdForMs: t(1) }));
    book.must(t(4), endSession(session));
    expect(only(book.must(t(5), capture(hold, 6n)), 'CreditsDrawn')).toMatchObject({
      late: true,
      payer: session,
      drawn: [share('l-1', 5n), share('l-2', 1n)],
    });
  });

  it('once: a second end says that it has ended, and so does a call that names it', () => {
    const book = team();
    const session = open(book, t(1), 'team', 10n);
    book.must(t(2), endSession(session));
    const ended = {
      code: 'NodeArchived',
      message: 'The session session/s-1 has ended; open another, or report what it used as usage.',
    };
    expect(book.refused(t(3), endSession(session))).toEqual(ended);
    expect(book.refused(t(3), authorize(session, 1n))).toEqual(ended);
    expect(book.refused(t(3), endSession('session/s-9')).code).toBe('UnknownNode');
    expect(book.refused(t(3), endSession('team'))).toMatchObject({
      code: 'Malformed',
      message: 'session: team is a node of the tree, not a session.',
    });
    expect(open(book, t(4), 'team', 1n)).toBe('session/s-2');
  });
});

describe('a session inside a session', () => {
  it('takes its reserve out of the one around it, and ends with it at the latest', () => {
    const book = team();
    const outer = open(book, t(1), 'team', 20n);
    const inner = only(book.must(t(2), openSession(outer, 12n, { lifeForMs: t(600) })), 'SessionOpened');
    expect(inner).toMatchObject({
      payer: outer,
      within: outer,
      endsAt: t(61),
      shares: [share('l-1', 5n), share('l-2', 7n)],
    });
    expect(held(book)).toBe(units(20n));
    expect(book.refused(t(3), openSession(outer, 9n))).toMatchObject({
      code: 'InsufficientCredits',
      binding: { node: outer, remaining: units(8n) },
      wouldPass: [{ amount: units(8n) }],
    });
    expect(book.advance(t(61)).map((fact) => fact.type === 'SessionEnded' && [fact.session, fact.reason])).toEqual([
      false,
      [inner.session, 'parent'],
      [outer, 'time'],
    ]);
  });

  it('leaves what it did not use to the one around it, and so do its calls that go on', () => {
    const book = team();
    const outer = open(book, t(1), 'team', 20n);
    const inner = open(book, t(2), outer, 12n);
    const { hold } = book.hold(t(3), authorize(inner, 6n));
    expect(only(book.must(t(4), endSession(inner)), 'SessionEnded')).toMatchObject({
      returned: [],
      kept: { session: outer, shares: [share('l-2', 6n)] },
    });
    expect(only(book.must(t(5), { type: 'void', hold }), 'HoldVoided')).toMatchObject({ kept: { session: outer } });
    expect(book.refused(t(6), authorize(outer, 21n)).binding).toMatchObject({ remaining: units(20n) });
  });

  it('that costs more than it has draws on the one around it, then on the lots', () => {
    const book = team();
    const outer = open(book, t(1), 'team', 20n);
    const inner = open(book, t(2), outer, 12n);
    expect(only(book.must(t(3), record(inner, 23n)), 'CreditsDrawn')).toMatchObject({
      reserves: [
        { session: inner, shares: [share('l-1', 5n), share('l-2', 7n)] },
        { session: outer, shares: [share('l-2', 8n)] },
      ],
      drawn: [share('l-2', 3n)],
    });
  });

  it('stands at most eight deep', () => {
    const book = team();
    let payer = 'team';
    for (let depth = 0; depth < 8; depth += 1) payer = open(book, t(1), payer, 2n);
    expect(book.refused(t(2), openSession(payer, 1n))).toMatchObject({
      code: 'Malformed',
      message: 'session: session/s-8 stands in 8 sessions already.',
    });
  });
});

describe('a session is no place for anything else', () => {
  it('neither for credits nor for nodes, and no policy says anything of it', () => {
    const book = team();
    const session = open(book, t(1), 'team', 5n);
    expect(book.refused(t(2), grant(session, 1n)).code).toBe('Malformed');
    expect(
      book.refused(t(2), { type: 'transfer', from: session, to: nodeId('org'), currency: CREDIT, amount: units(1n) }),
    ).toMatchObject({ code: 'InsufficientCredits' });
    expect(book.refused(t(2), configure(node(session)))).toMatchObject({
      code: 'Malformed',
      message: 'The name session/s-1 is kept for sessions; open-session makes them.',
    });
    expect(book.refused(t(2), configure(node('session/s-77'))).code).toBe('Malformed');
    expect(book.refused(t(2), configure(under(session, 'agent/b'))).code).toBe('UnknownNode');
    expect(book.refused(t(2), { ...configure(), archive: [session] }).message).toContain('it is a session');
  });

  it('and while it is open, nodes that it is charged to stay', () => {
    const book = team();
    const session = open(book, t(1), 'agent/a', 5n);
    book.must(t(2), record(session, 5n));
    const archive = { ...configure(), archive: [nodeId('agent/a')] };
    expect(book.refused(t(3), archive).message).toBe(
      'agent/a cannot be archived: the session session/s-1 is charged to it.',
    );
    book.must(t(4), endSession(session));
    book.must(t(5), archive);
  });

  it('changes the chain of nobody else', () => {
    const book = team();
    book.must(t(1), authorize('agent/a', 1n));
    const { structure, chains } = book.state;
    const known = [...chains.values()];
    const session = open(book, t(1), 'team', 5n);
    book.must(t(2), authorize(session, 1n));
    book.must(t(3), endSession(session));
    expect(book.state.structure).toBe(structure);
    expect([...chains.values()]).toEqual(expect.arrayContaining(known));
    expect([...chains.keys()].filter((key) => key.includes('session'))).toEqual([]);
  });

  it('keeps its currencies apart', () => {
    const usd = currencyId('usd');
    const book = team();
    const currencies = [usd, CREDIT].map((currency) => ({ currency, display: 2 }));
    book.must(t(0), { ...configure(), currencies });
    book.must(t(0), grant('team', 3n, { currency: usd }));
    const session = open(book, t(1), 'team', 5n);
    expect(
      book.refused(t(2), authorize(session, 1n, { lines: [credits(1n), { currency: usd, amount: units(1n) }] })),
    ).toMatchObject({ code: 'InsufficientCredits', binding: { node: session, currency: usd, remaining: 0n } });
  });

  it('keeps what it may owe in its currencies apart, takes each once, and says what is left', () => {
    const usd = currencyId('usd');
    const overage = [usd, CREDIT].map((currency) => ({ currency, amount: units(9n) }));
    const owed = (currency: CurrencyId, whole: bigint) => ({ node: 'team', currency, amount: units(whole) });
    const book = new Book();
    const currencies = [usd, CREDIT].map((currency) => ({ currency, display: 2 }));
    book.must(t(0), { ...configure(node('org'), under('org', 'team', { overage })), currencies });
    const of = (whole: bigint) => [credits(whole), { currency: usd, amount: units(whole) }];
    const session = open(book, t(1), 'team', 0n, { lines: of(6n) });
    const left = () => leftOf(book.state, book.state.sessions.get(session)!).map(({ amount }) => amount);
    const first = book.hold(t(2), authorize(session, 2n));
    expect([first.shares, first.owed, left()]).toEqual([[], [owed(CREDIT, 2n)], [units(4n), units(6n)]]);
    const second = book.hold(t(2), authorize(session, 0n, { lines: of(4n) }));
    expect([second.owed, left()]).toEqual([
      [owed(CREDIT, 4n), owed(usd, 4n)],
      [0n, units(2n)],
    ]);
    const third = book.must(t(3), record(session, 0n, { lines: of(1n) }));
    expect(only(third, 'CreditsDrawn').reserves).toEqual([{ session, shares: [], owed: [owed(usd, 1n)] }]);
  });

  it('lets a session inside it owe at each node what that set aside', () => {
    const overage = [{ currency: CREDIT, amount: units(4n) }];
    const book = new Book();
    book.must(t(0), configure(node('org', { overage }), under('org', 'team', { overage })));
    const owed = (id: string, whole: bigint) => ({ node: id, currency: CREDIT, amount: units(whole) });
    const outer = open(book, t(1), 'team', 7n);
    const inner = only(book.must(t(2), openSession(outer, 5n)), 'SessionOpened');
    expect(inner).toMatchObject({ within: outer, shares: [], owed: [owed('team', 4n), owed('org', 1n)] });
    expect(book.hold(t(3), authorize(outer, 2n)).owed).toEqual([owed('org', 2n)]);
    const call = book.hold(t(3), authorize(inner.session, 5n));
    expect(only(book.must(t(4), capture(call.hold, 4n)), 'HoldCaptured')).toMatchObject({
      owed: [owed('team', 4n)],
      kept: { session: inner.session, shares: [], owed: [owed('org', 1n)] },
    });
    const ended = book.must(t(5), endSession(inner.session));
    expect(ended).toMatchObject([{ returned: [], kept: { session: outer, owed: [owed('org', 1n)] } }]);
    expect(['team', 'org'].map((id) => book.state.nodes.get(nodeId(id))?.purses.get(CREDIT)?.owedHeld)).toEqual([
      0n,
      units(3n),
    ]);
  });

  it('has nothing owed to give back where lots alone were set aside', () => {
    const book = team();
    const session = open(book, t(1), 'team', 8n);
    const captured = only(book.must(t(3), capture(book.hold(t(2), authorize(session, 8n)).hold, 6n)), 'HoldCaptured');
    expect(captured.kept).toEqual({ session, shares: [share('l-2', 2n)] });
    expect(
      only(book.must(t(4), capture(book.hold(t(4), authorize(session, 2n)).hold)), 'HoldCaptured'),
    ).not.toHaveProperty('kept');
  });

  it('has a name of its own that no node of the tree has, also not from before', () => {
    const book = team();
    const old = { type: 'NodeAdded', node: nodeId('session/s-1'), kind: 'node', parent: nodeId('org') } as const;
    evolve(book.state, { ...old, pooling: 'own' }, t(0));
    expect(open(book, t(1), 'team', 1n)).toBe('session/s-2');
    expect(open(book, t(1), 'team', 1n)).toBe('session/s-3');
  });

  it.each([
    ['session/s-1', true],
    ['session/s-120', true],
    ['session/s-0', false],
    ['session/s-01', false],
    ['session/s-1/x', false],
    ['my/session/s-1', false],
    ['session/mine', false],
  ])('keeps to itself the names that it counts: %s', (name, isKept) =>
    expect(isSessionName(nodeId(name))).toBe(isKept),
  );
});
