import { describe, expect, it } from '@jest/globals';
import { DAY_MS, END_OF_TIME, nodeId, units, ZERO } from '@exchequer/kernel';
import { nextDueAt } from '../decide/due.js';
import type { Fact } from '../facts.js';
import { brokenInvariants } from '../invariants.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  endSession,
  grant,
  node,
  openSession,
  record,
  t,
  under,
} from '../spec/book.js';
import type { AccountState } from '../state/account-state.js';
import { restoreState } from '../stored/restore-state.js';
import type { StoredState } from '../stored/stored-state.js';

const notices = (...seconds: readonly number[]) => ({ expiryNoticeMs: seconds.map(t) });

/** What the account tells by itself up to an instant: `l-1 -7s: 5` for a notice, `l-1 ends` for an end. */
const told = (facts: readonly Fact[]): readonly string[] =>
  facts.flatMap((fact) => {
    if (fact.type === 'LotExpired') return [`${fact.lot} ends`];
    if (fact.type !== 'LotExpiring') return [];
    return [`${fact.lot} -${String(fact.beforeMs / 1_000)}s: ${String(fact.amount / units(1n))}`];
  });

/** 10 at the organization until t(100) (l-1), told 30 and 7 seconds before, and a team under it. */
function company(): Book {
  const book = new Book();
  book.must(t(0), configure(node('org', notices(7, 30)), under('org', 'team')));
  book.must(t(0), grant('org', 10n, { expiresAt: t(100) }));
  return book;
}

const restored = (book: Book): Book => {
  const state = restoreState(JSON.parse(book.text()) as StoredState);
  if (state === undefined) throw new Error('the snapshot was not understood');
  return new Book(state);
};

const transfer = (from: string, to: string, whole: bigint) =>
  ({ type: 'transfer', from: nodeId(from), to: nodeId(to), currency: CREDIT, amount: units(whole) }) as const;

describe('notice before a lot expires', () => {
  it('is a fact at its instant, with what would be forfeited if nothing happened', () => {
    const book = company();
    book.must(t(1), record('org', 3n));
    expect(book.advance(t(70) - 1)).toEqual([]);
    expect(book.advance(t(70))).toEqual([
      {
        type: 'LotExpiring',
        lot: 'l-1',
        node: 'org',
        currency: 'credit',
        amount: units(7n),
        expiresAt: t(100),
        beforeMs: t(30),
        at: t(70),
      },
    ]);
    expect(book.lot('l-1')).toMatchObject({ available: units(7n), forfeited: 0n, ended: false });
  });

  it('is given once for each length that is stated, the longest first, and then the lot ends', () =>
    expect(told(company().advance(t(200)))).toEqual(['l-1 -30s: 10', 'l-1 -7s: 10', 'l-1 ends']));

  it('counts what calls under way hold, and says how much that is', () => {
    const book = company();
    book.hold(t(60), authorize('team', 4n, { holdForMs: t(30) }));
    expect(book.advance(t(70))).toMatchObject([{ amount: units(10n), held: units(4n) }]);
    expect(told(book.advance(t(100)))).toEqual(['l-1 -7s: 10', 'l-1 ends']);
  });

  it('is due at its own instant, under a name of its own', () => {
    const book = company();
    const names = [70, 93, 100].map((second) => {
      const due = book.due(t(second));
      book.advance(t(second));
      return [nextDueAt(book.state), due?.id];
    });
    expect(names).toEqual([
      [t(93), 'due/l-1/30000'],
      [t(100), 'due/l-1/7000'],
      [undefined, 'due/l-1'],
    ]);
  });

  it('tells at the same instant what holds have given back by then', () => {
    const book = company();
    book.hold(t(60), authorize('team', 4n, { holdForMs: t(10) }));
    expect(book.advance(t(70))).toMatchObject([{ type: 'HoldExpired' }, { type: 'LotExpiring', amount: units(10n) }]);
    expect(book.booked.at(-1)?.fact).not.toHaveProperty('held');
  });

  it('takes a day for 24 hours, whatever the clocks of a place do', () => {
    const book = new Book();
    const summerTimeEnds = Date.UTC(2026, 9, 25, 12);
    book.must(summerTimeEnds - 9 * DAY_MS, configure(node('org', { expiryNoticeMs: [DAY_MS] })));
    book.must(summerTimeEnds - 9 * DAY_MS, grant('org', 1n, { expiresAt: summerTimeEnds }));
    expect(nextDueAt(book.state)).toBe(summerTimeEnds - DAY_MS);
  });
});

describe('credits of 10 that end on 31 December, with notice 30 and 7 days before', () => {
  const december = (day: number): number => Date.UTC(2026, 11, day);

  it('are told of on the 1st with all, and on the 24th with the 6 that are left then, of which 1 is held', () => {
    const book = new Book();
    book.must(december(1) - DAY_MS, configure(node('org', { expiryNoticeMs: [30 * DAY_MS, 7 * DAY_MS] })));
    book.must(december(1) - DAY_MS, grant('org', 10n, { expiresAt: december(31) }));
    book.must(december(10), grant('org', 2n, { expiresAt: december(31), layer: 'purchased', priority: 99 }));
    book.must(december(20), record('org', 4n));
    book.hold(december(23), authorize('org', 1n, { holdForMs: 2 * DAY_MS }));
    book.advance(december(30));
    const facts = book.booked.map(({ fact }) => fact).filter(({ type }) => type === 'LotExpiring');
    expect(facts).toMatchObject([
      { lot: 'l-1', at: december(1), amount: units(10n) },
      { lot: 'l-1', at: december(24), amount: units(6n), held: units(1n) },
      { lot: 'l-2', at: december(24), amount: units(2n) },
    ]);
  });
});

describe('a lot that has nothing left', () => {
  it('is not told of, and is again once something comes back, from the next notice on', () => {
    const book = company();
    book.must(t(1), record('org', 10n));
    expect([book.lot('l-1').noticeAt, nextDueAt(book.state)]).toEqual([END_OF_TIME, t(100)]);
    expect(book.advance(t(80))).toEqual([]);
    const [charge = 0] = book.charges();
    book.must(t(80), book.correction(charge, { refund: [{ currency: CREDIT, amount: units(2n) }] }));
    expect(told(book.advance(t(100)))).toEqual(['l-1 -7s: 2', 'l-1 ends']);
  });

  it('is one whose last part was held and spent, by a call or out of a reserve', () => {
    const book = company();
    const { hold } = book.hold(t(0), authorize('org', 4n));
    book.must(t(1), openSession('org', 6n));
    const inSession = book.hold(t(1), authorize('session/s-1', 6n)).hold;
    book.must(t(2), capture(hold));
    expect(book.lot('l-1').noticeAt).toBe(t(70));
    book.must(t(3), capture(inSession));
    expect([book.lot('l-1').noticeAt, told(book.advance(t(99)))]).toEqual([END_OF_TIME, []]);
  });

  it('is one that was transferred away', () => {
    const book = company();
    book.must(t(0), transfer('org', 'team', 10n));
    expect(told(book.advance(t(100)))).toEqual(['l-2 -30s: 10', 'l-2 -7s: 10', 'l-1 ends', 'l-2 ends']);
  });
});

describe('a lot that comes with less time left than a notice', () => {
  it('is not told of late: whoever grants it knows its end', () => {
    const book = company();
    book.must(t(1), grant('org', 1n, { expiresAt: t(9) }));
    expect(told(book.advance(t(9)))).toEqual(['l-2 -7s: 1', 'l-2 ends']);
  });

  it('is not told of at the instant of its making either', () => {
    const book = company();
    book.must(t(1), grant('org', 1n, { expiresAt: t(8) }));
    expect(told(book.advance(t(8)))).toEqual(['l-2 ends']);
  });

  it('may be a part of one that was told of: the lot that it comes to is told of from the next on', () => {
    const book = company();
    book.advance(t(70));
    book.must(t(71), transfer('org', 'team', 4n));
    expect(told(book.advance(t(93)))).toEqual(['l-1 -7s: 6', 'l-2 -7s: 4']);
  });

  it('may be a refund with a grace: it is told of as any lot', () => {
    const book = new Book();
    const refunds = { expired: 'new-lot', graceMs: t(20) } as const;
    book.must(t(0), configure(node('org', { refunds, ...notices(30, 7) })));
    book.must(t(0), grant('org', 5n, { expiresAt: t(10) }));
    book.must(t(1), record('org', 5n));
    book.must(t(12), book.correction(book.charges()[0] ?? 0, { refund: [{ currency: CREDIT, amount: units(2n) }] }));
    expect(told(book.advance(t(40)))).toEqual(['l-2 -7s: 2', 'l-2 ends']);
  });
});

describe('who wants notice', () => {
  const ends = (...lots: readonly string[]) => lots.map((lot) => `${lot} ends`);

  it('is nobody, where nobody says so', () => {
    const book = new Book();
    book.must(t(0), configure(node('org')));
    book.must(t(0), grant('org', 10n, { expiresAt: t(100) }));
    expect(told(book.advance(t(100)))).toEqual(ends('l-1'));
  });

  it('is said by the node in which the lot lies, else by the nearest above it', () => {
    const book = company();
    book.must(
      t(0),
      configure(under('org', 'team', notices(50)), under('team', 'ada', notices()), under('team', 'bob', {})),
    );
    for (const id of ['team', 'ada', 'bob']) book.must(t(0), grant(id, 1n, { expiresAt: t(100) }));
    expect(told(book.advance(t(99)))).toEqual(['l-2 -50s: 1', 'l-4 -50s: 1', 'l-1 -30s: 10', 'l-1 -7s: 10']);
  });

  it('may say so later: what has passed by then is not told in a burst', () => {
    const book = new Book();
    book.must(t(0), configure(node('org')));
    book.must(t(0), grant('org', 10n, { expiresAt: t(100) }));
    book.must(t(70), configure(node('org', notices(50, 30, 7))));
    expect(told(book.advance(t(100)))).toEqual(['l-1 -7s: 10', 'l-1 ends']);
  });

  it('may say something else: what was told is not told again, and what is not wanted any more is not told', () => {
    const book = company();
    book.advance(t(70));
    book.must(t(70), configure(node('org', notices(40, 30, 20, 9))));
    book.must(t(85), configure(node('org', notices(5))));
    book.advance(t(100));
    const all = told(book.booked.map(({ fact }) => fact));
    expect(all).toEqual(['l-1 -30s: 10', 'l-1 -20s: 10', 'l-1 -5s: 10', 'l-1 ends']);
  });

  it('may say that it wants none, and again nothing, which is what is said above it', () => {
    const book = new Book();
    book.must(t(0), configure(node('org', notices(30)), under('org', 'team', notices())));
    book.must(t(0), grant('team', 1n, { expiresAt: t(100) }));
    expect(book.lot('l-1').noticeAt).toBe(END_OF_TIME);
    expect(book.must(t(1), configure(under('org', 'team')))).toEqual([{ type: 'ExpiryNoticeSet', node: 'team' }]);
    expect(book.lot('l-1').noticeAt).toBe(t(70));
  });

  it('changes for a node that comes to stand under another, and for all under it', () => {
    const book = company();
    book.must(t(0), configure(under('org', 'other', notices(50)), under('team', 'ada')));
    book.must(t(0), grant('ada', 1n, { expiresAt: t(100) }));
    book.must(t(1), configure(under('other', 'team')));
    expect(book.lot('l-2').noticeAt).toBe(t(50));
    book.must(t(60), configure(under('org', 'team')));
    expect(book.lot('l-2').noticeAt).toBe(t(70));
  });

  it('says each length once, in any order, and what is said already changes nothing', () => {
    const book = company();
    expect(book.must(t(1), configure(node('org', notices(30, 7))))).toEqual([]);
    expect(book.must(t(1), configure(node('org', notices(7, 9, 8))))).toEqual([
      { type: 'ExpiryNoticeSet', node: 'org', beforeMs: [t(9), t(8), t(7)] },
    ]);
    expect(book.refused(t(2), configure(node('team'), node('org', notices(7, 9, 7))))).toMatchObject({
      code: 'Malformed',
      message: 'org states the same notice twice.',
      path: 'nodes.1.expiryNotice',
    });
    expect(book.refused(t(2), configure(node('org', notices(7, 0))))).toMatchObject({
      code: 'Malformed',
      message: 'org must be told before its lots end, not when they do.',
    });
  });
});

describe('notices that were due while nobody asked', () => {
  it('are all given afterwards, in order, as at their own instants', () => {
    const book = company();
    book.hold(t(0), authorize('org', 4n, { holdForMs: t(80) }));
    expect(book.advance(t(500)).map((fact) => ('at' in fact ? [fact.type, fact.at] : []))).toEqual([
      ['LotExpiring', t(70)],
      ['HoldExpired', t(80)],
      ['LotExpiring', t(93)],
      ['LotExpired', t(100)],
    ]);
  });

  /** A hold of the team ends after the team came to take all from its pool: what comes back goes on to the organization. */
  function pooled(): Book {
    const book = new Book();
    book.must(t(0), configure(node('org', notices(30, 7)), under('org', 'team')));
    book.must(t(0), grant('team', 4n, { expiresAt: t(100) }));
    book.hold(t(0), authorize('team', 4n, { holdForMs: t(50) }));
    book.must(t(1), configure(under('org', 'team', { pooling: 'parent' })));
    return book;
  }

  it('are given of what came to a pool by itself before them', () => {
    const book = pooled();
    expect(told(book.advance(t(500)))).toEqual(['l-2 -30s: 4', 'l-2 -7s: 4', 'l-1 ends', 'l-2 ends']);
    expect(book.booked.map(({ fact }) => fact).find(({ type }) => type === 'CreditsTransferred')).toMatchObject({
      reason: 'pooled',
      at: t(50),
    });
  });

  it('are given of a cost that came back to a pool when nobody had told the outcome of its task in time', () => {
    const outcomes = [{ taskTypes: ['ticket'], charge: ['done'], withinMs: t(50), otherwise: 'return' as const }];
    const book = new Book();
    book.must(t(0), configure(node('org', notices(30, 7)), under('org', 'team', { outcomes })));
    book.must(t(0), grant('team', 4n, { expiresAt: t(100) }));
    book.must(t(0), record('team', 4n, { particulars: { taskId: 'one', taskType: 'ticket' } }));
    book.must(t(1), configure(under('org', 'team', { outcomes, pooling: 'parent' })));
    expect(told(book.advance(t(500)))).toEqual(['l-2 -30s: 4', 'l-2 -7s: 4', 'l-1 ends', 'l-2 ends']);
  });

  it('are given of what a session left to a pool when its time came, and of what a command leaves there from then on', () => {
    const session = (): Book => {
      const book = new Book();
      book.must(t(0), configure(node('org', notices(30, 7)), under('org', 'team')));
      book.must(t(0), grant('team', 4n, { expiresAt: t(100) }));
      book.must(t(0), openSession('team', 4n, { lifeForMs: t(50) }));
      book.must(t(1), configure(under('org', 'team', { pooling: 'parent' })));
      return book;
    };
    expect(told(session().advance(t(99)))).toEqual(['l-2 -30s: 4', 'l-2 -7s: 4']);
    const early = session();
    const facts = early.must(t(40), endSession('session/s-1'));
    expect(facts.find(({ type }) => type === 'CreditsTransferred')).not.toHaveProperty('at');
    expect(told(early.advance(t(99)))).toEqual(['l-2 -30s: 4', 'l-2 -7s: 4']);
  });
});

describe('an account that was restored from a snapshot', () => {
  it('gives each notice that is still to come, and none again', () => {
    const book = company();
    expect(told(restored(book).advance(t(100)))).toEqual(['l-1 -30s: 10', 'l-1 -7s: 10', 'l-1 ends']);
    book.advance(t(75));
    const again = restored(book);
    again.must(t(80), configure(under('org', 'other', notices(9))));
    again.must(t(80), grant('other', 1n, { expiresAt: t(99) }));
    expect(told(again.advance(t(100)))).toEqual(['l-2 -9s: 1', 'l-1 -7s: 10', 'l-2 ends', 'l-1 ends']);
  });

  it('counts who states notices, so that a new lot is still looked at', () => {
    const again = restored(company());
    expect(again.state.expiryNotices).toBe(1);
    again.must(t(1), configure(node('org')));
    expect([again.state.expiryNotices, told(again.advance(t(99)))]).toEqual([0, []]);
  });
});

describe('the invariants', () => {
  const faults = (state: AccountState): readonly string[] => brokenInvariants(state);

  it('see a notice that nobody wants, and one that is forgotten', () => {
    const unwanted = company();
    unwanted.state.nodes.get(nodeId('org'))!.expiryNoticeMs = [t(8)];
    expect(faults(unwanted.state)).toContain('notice of lot l-1 is due, and nobody wants it');
    const emptied = company();
    emptied.lot('l-1').available = ZERO;
    expect(faults(emptied.state)).toContain('notice of lot l-1 is due, and nobody wants it');
    const ended = company();
    ended.lot('l-1').ended = true;
    expect(faults(ended.state)).toContain('notice of lot l-1 is due, and nobody wants it');
    const forgotten = company();
    forgotten.lot('l-1').noticeAt = END_OF_TIME;
    expect(faults(forgotten.state)).toContain('notice of lot l-1 is wanted, and none is due');
  });
});
