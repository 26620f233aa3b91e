import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, units, type CurrencyId } from '@exchequer/kernel';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  credits,
  endSession,
  grant,
  node,
  only,
  openSession,
  record,
  t,
  under,
} from '../spec/book.js';
import { evolve } from '../evolve/evolve.js';
import { leftOf } from '../sessions/reserve.js';
import { isSessionName } from '../sessions/session-id.js';
import { team, open, share, held } from '../spec/session-team.js';

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
