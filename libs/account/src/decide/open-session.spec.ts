import { describe, expect, it } from '@jest/globals';
import { nodeId, units } from '@exchequer/kernel';
import { authorize, capture, CREDIT, every, limit, only, openSession, t } from '../spec/book.js';
import { team, open, share, held } from '../spec/session-team.js';

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
