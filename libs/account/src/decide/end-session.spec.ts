import { describe, expect, it } from '@jest/globals';
import { units } from '@exchequer/kernel';
import { authorize, capture, configure, CREDIT, credits, endSession, only, record, t, under } from '../spec/book.js';
import { team, open, share, held, used } from '../spec/session-team.js';

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
