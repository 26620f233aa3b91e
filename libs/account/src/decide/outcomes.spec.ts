import { DAY_MS, HOUR_MS, nodeId, units } from '@exchequer/kernel';
import { describe, expect, it } from '@jest/globals';
import type { Capture, TellOutcome } from '../commands.js';
import type { OutcomeRule, Particulars } from '../facts.js';
import {
  authorize,
  Book,
  capture,
  configure,
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
import { restoreState } from '../stored/restore-state.js';
import { storeState } from '../stored/store-state.js';

const TICKETS: OutcomeRule = {
  taskTypes: ['ticket'],
  charge: ['resolved', 'accepted'],
  withinMs: 3 * DAY_MS,
  otherwise: 'return',
};
const TICKET: Particulars = { taskType: 'ticket', taskId: 'ticket-1' };
const tell = (outcome: string, task = 'ticket-1'): TellOutcome => ({ type: 'tell-outcome', task, outcome });

/** org has 100 and charges tickets when they are resolved or accepted within three days; team takes all from it. */
function given(rule: Partial<OutcomeRule> = {}, more: Parameters<typeof under>[2] = {}): Book {
  const book = new Book();
  const outcomes = [{ ...TICKETS, ...rule }];
  book.must(0, configure(node('org', { outcomes }), under('org', 'team', { pooling: 'parent', ...more })));
  book.must(0, grant('org', 100n));
  return book;
}

/** A call of team for a ticket: 10 held at `at`, cost a second later. */
function called(book: Book, at: number, cost: bigint, told: Partial<Capture> = {}): string {
  const { hold } = book.hold(at, authorize('team', 10n, { particulars: TICKET }));
  book.must(at + t(1), capture(hold, cost, told));
  return hold;
}

const lotOf = (book: Book, id = 'l-1') => {
  const { available, held, spent, forfeited } = book.lot(id);
  return [available, held, spent, forfeited].map((part) => Number(part / units(1n)));
};

describe('a task that is charged by its outcome', () => {
  it('keeps what its calls cost held, and gives back at once what they did not', () => {
    const book = given();
    called(book, 0, 7n);
    expect(lotOf(book)).toEqual([93, 7, 0, 0]);
    called(book, t(2), 4n);
    expect(lotOf(book)).toEqual([89, 11, 0, 0]);
    expect(book.charges()).toEqual([]);
  });

  it('is charged, all its calls together, when it is resolved', () => {
    const book = given();
    called(book, 0, 7n);
    called(book, t(2), 4n);
    const [told] = book.must(HOUR_MS, tell('resolved'));
    expect(told).toMatchObject({ calls: 2, charged: [{ amount: units(11n) }] });
    const facts = book.advance(HOUR_MS);
    expect(facts.map(({ type }) => type)).toEqual(['HoldCaptured', 'HoldCaptured']);
    expect(facts[0]).toMatchObject({
      number: 1,
      usedAt: t(1),
      countedAt: t(1),
      at: HOUR_MS,
      particulars: { ...TICKET, outcome: 'resolved' },
    });
    expect(lotOf(book)).toEqual([89, 0, 11, 0]);
  });

  it('costs nothing when it comes out otherwise', () => {
    const book = given();
    called(book, 0, 7n);
    expect(book.must(HOUR_MS, tell('dropped'))).toMatchObject([{ calls: 1, returned: [{ amount: units(7n) }] }]);
    expect(only(book.advance(HOUR_MS), 'CostReturned')).toMatchObject({
      task: 'ticket-1',
      outcome: 'dropped',
      at: HOUR_MS,
      amounts: [{ amount: units(7n) }],
    });
    expect(lotOf(book)).toEqual([100, 0, 0, 0]);
  });

  it('costs nothing when no outcome is told in time: the end of the wait belongs to the return', () => {
    const book = given();
    called(book, 0, 7n);
    const end = t(1) + 3 * DAY_MS;
    expect(book.advance(end - 1)).toEqual([]);
    expect(book.advance(end)).toMatchObject([{ type: 'CostReturned', at: end }]);
    expect(lotOf(book)).toEqual([100, 0, 0, 0]);
    expect(only(book.must(end, tell('resolved')), 'OutcomeTold')).toEqual({
      type: 'OutcomeTold',
      task: 'ticket-1',
      outcome: 'resolved',
    });
  });

  it('is charged all the same, where the policy says so', () => {
    const late = given({ otherwise: 'charge' });
    called(late, 0, 7n);
    expect(late.advance(t(1) + 3 * DAY_MS)).toMatchObject([{ type: 'HoldCaptured', at: t(1) + 3 * DAY_MS }]);
    expect(lotOf(late)).toEqual([93, 0, 7, 0]);
    const dropped = given({ otherwise: 'charge' });
    called(dropped, 0, 7n);
    dropped.must(HOUR_MS, tell('dropped'));
    dropped.advance(HOUR_MS);
    expect(lotOf(dropped)).toEqual([93, 0, 7, 0]);
  });

  it('takes no notice of the outcome of another task, nor of tasks of other types or without a name', () => {
    const book = given();
    called(book, 0, 7n);
    book.must(t(2), tell('resolved', 'ticket-2'));
    expect(book.advance(t(2))).toEqual([]);
    const chat = book.hold(t(3), authorize('team', 10n, { particulars: { taskType: 'chat', taskId: 'ticket-1' } }));
    expect(only(book.must(t(4), capture(chat.hold, 1n)), 'HoldCaptured').at).toBeUndefined();
    const nameless = book.hold(t(5), authorize('team', 10n, { particulars: { taskType: 'ticket' } }));
    book.must(t(6), capture(nameless.hold, 2n));
    expect(lotOf(book)).toEqual([90, 7, 3, 0]);
  });

  it('goes by the nearest rule for its type', () => {
    const book = given({}, { outcomes: [{ ...TICKETS, charge: ['closed'] }] });
    called(book, 0, 7n);
    book.must(t(2), tell('resolved'));
    book.advance(t(2));
    expect(lotOf(book)).toEqual([100, 0, 0, 0]);
    book.must(t(3), tell('closed'));
    called(book, t(3), 5n);
    expect(lotOf(book)).toEqual([95, 0, 5, 0]);
  });

  it('goes by the rule of the day of the settlement', () => {
    const book = given();
    called(book, 0, 7n);
    book.must(t(2), configure(node('org', {})));
    called(book, t(3), 4n);
    expect(lotOf(book)).toEqual([89, 7, 4, 0]);
    book.must(t(5), tell('resolved'));
    book.advance(t(5));
    expect(lotOf(book)).toEqual([89, 0, 11, 0]);
  });

  it('waits also where usage had said how it came out before any rule: nothing but that usage knows it', () => {
    const book = new Book();
    book.must(0, configure(node('org')));
    book.must(0, grant('org', 100n));
    book.must(t(1), record('org', 2n, { particulars: { ...TICKET, outcome: 'resolved' } }));
    book.must(t(2), tell('resolved', 'ticket-2'));
    book.must(t(3), configure(node('org', { outcomes: [TICKETS] })));
    expect(book.must(t(4), record('org', 3n, { particulars: TICKET }))).toMatchObject([{ type: 'OutcomeAwaited' }]);
    const other = { ...TICKET, taskId: 'ticket-2' };
    expect(book.must(t(5), record('org', 3n, { particulars: other }))).toMatchObject([{ type: 'CreditsDrawn' }]);
  });

  it('ends when a call says how it came out, and with it all that had waited', () => {
    const book = given();
    called(book, 0, 7n);
    called(book, t(2), 4n, { particulars: { outcome: 'accepted' } });
    expect(lotOf(book)).toEqual([89, 7, 4, 0]);
    book.advance(t(3));
    expect(lotOf(book)).toEqual([89, 0, 11, 0]);
    called(book, t(4), 3n, { particulars: { outcome: 'dropped' } });
    expect(lotOf(book)).toEqual([86, 3, 11, 0]);
    book.advance(t(5));
    expect(lotOf(book)).toEqual([89, 0, 11, 0]);
  });

  it('is known to have come out for 35 days: usage that comes afterwards is charged or returned at once', () => {
    const book = given();
    book.must(0, tell('resolved'));
    called(book, t(1), 7n);
    expect(lotOf(book)).toEqual([93, 0, 7, 0]);
    book.must(t(5), tell('reopened'));
    called(book, t(6), 2n);
    book.advance(t(7));
    expect(lotOf(book)).toEqual([93, 0, 7, 0]);
    called(book, t(5) + 35 * DAY_MS - t(1), 3n);
    expect(lotOf(book)).toEqual([90, 3, 7, 0]);
  });
});

describe('the hold of a cost that waits', () => {
  it('has ended for everybody else: no capture, extension or voiding; more usage of it waits by itself', () => {
    const book = given();
    const hold = called(book, 0, 7n) as never;
    for (const command of [
      capture(hold, 1n),
      { type: 'void', hold } as const,
      { type: 'extend', hold, holdForMs: 5 } as const,
    ])
      expect(book.refused(t(2), command).code).toBe('HoldAlreadyEnded');
    const [more] = book.must(t(3), record('team', 2n, { hold, particulars: TICKET }));
    expect(more).toMatchObject({ type: 'OutcomeAwaited', placed: true, meantFor: hold });
    expect(lotOf(book)).toEqual([91, 9, 0, 0]);
    book.must(t(4), tell('resolved'));
    book.advance(t(4));
    expect(lotOf(book)).toEqual([91, 0, 9, 0]);
  });

  it('counts as held in every limit on its chain, and once charged as used at the instant of its usage', () => {
    const book = given({}, { limits: [limit('daily', 20n, every('day'))] });
    called(book, 0, 7n);
    expect(book.limit('team', 'daily').held).toBe(units(7n));
    expect(book.refused(t(2), authorize('team', 14n)).binding).toMatchObject({ remaining: units(13n) });
    book.must(DAY_MS, tell('resolved'));
    book.advance(DAY_MS);
    const { held, counters } = book.limit('team', 'daily');
    expect([held, counters]).toMatchObject([0n, [{ from: 0, used: units(7n) }]]);
  });

  it('starts a rolling window when it was used, as usage that is charged at once does', () => {
    const rolling = { kind: 'rolling', lengthMs: DAY_MS } as const;
    const book = given({}, { limits: [limit('roll', 20n, rolling)] });
    const usedAt = DAY_MS - HOUR_MS;
    book.must(DAY_MS, record('team', 7n, { particulars: TICKET, usedAt }));
    book.must(DAY_MS, tell('resolved'));
    book.advance(DAY_MS);
    expect(book.limit('team', 'roll').counters).toMatchObject([{ from: usedAt, to: usedAt + DAY_MS, used: units(7n) }]);
    expect(book.refused(DAY_MS, authorize('team', 14n)).binding).toMatchObject({ remaining: units(13n) });
  });

  it('holds more than it did where the call cost more: from lots, then as overage, flagged beyond what is allowed', () => {
    const book = given({}, { overage: [] });
    book.must(0, record('team', 88n));
    const { hold } = book.hold(t(1), authorize('team', 10n, { particulars: TICKET }));
    const [waits] = book.must(t(2), capture(hold, 15n));
    expect(waits).toMatchObject({
      type: 'OutcomeAwaited',
      retained: [{ amount: units(10n) }],
      drawn: [{ amount: units(2n) }],
      owed: [{ node: 'org', amount: units(3n) }],
      beyondOverage: [{ amount: units(3n) }],
    });
    expect(lotOf(book)).toEqual([0, 12, 88, 0]);
    expect(book.state.nodes.get(nodeId('org'))?.purses.get('credit' as never)).toMatchObject({
      owed: 0n,
      owedHeld: units(3n),
    });
    book.must(t(3), tell('resolved'));
    expect(only(book.advance(t(3)), 'HoldCaptured')).toMatchObject({
      spent: [{ lot: 'l-1', amount: units(12n) }],
      owed: [{ amount: units(3n) }],
      beyondOverage: [{ amount: units(3n) }],
    });
    expect(lotOf(book)).toEqual([0, 0, 100, 0]);
  });

  it('holds less of it, and charges what the call was told to cost, where the rest is written off', () => {
    const book = given({}, { captureBeyond: 'cap' });
    called(book, 0, 13n);
    expect(lotOf(book)).toEqual([90, 10, 0, 0]);
    book.must(t(2), tell('resolved'));
    expect(only(book.advance(t(2)), 'HoldCaptured')).toMatchObject({
      amounts: [{ amount: units(13n) }],
      uncollected: [{ amount: units(3n) }],
    });
    expect(lotOf(book)).toEqual([90, 0, 10, 0]);
  });

  it('survives the end of its lot: a charge still spends it, a return is breakage', () => {
    for (const [outcome, parts] of [
      ['resolved', [0, 0, 7, 3]],
      ['dropped', [0, 0, 0, 10]],
    ] as const) {
      const book = new Book();
      book.must(0, configure(node('org', { outcomes: [TICKETS] })));
      book.must(0, grant('org', 10n, { expiresAt: t(50) }));
      const { hold } = book.hold(0, authorize('org', 10n, { particulars: TICKET }));
      book.must(t(10), capture(hold, 7n));
      book.must(t(60), tell(outcome));
      book.advance(t(60));
      expect(lotOf(book)).toEqual(parts);
    }
  });

  it('takes the place of a late one: usage after its expiry waits on the chain that the hold remembered', () => {
    const book = given();
    const { hold } = book.hold(0, authorize('team', 10n, { particulars: TICKET, holdForMs: t(60) }));
    const [waits] = book.must(t(75), record('team', 6n, { hold, particulars: TICKET, usedAt: t(30) }));
    expect(waits).toMatchObject({ type: 'OutcomeAwaited', placed: true, late: true, meantFor: hold, countedAt: t(30) });
    book.must(t(80), tell('accepted'));
    expect(only(book.advance(t(80)), 'HoldCaptured')).toMatchObject({ late: true, countedAt: t(30) });
    expect(lotOf(book)).toEqual([94, 0, 6, 0]);
  });

  it('is corrected like any other once it is charged, and not before', () => {
    const book = given();
    called(book, 0, 7n);
    book.must(t(2), tell('resolved'));
    book.advance(t(2));
    const [place = -1] = book.charges();
    book.must(t(3), book.correction(place, { refund: [{ currency: credits(1n).currency, amount: units(3n) }] }));
    expect(lotOf(book)).toEqual([96, 0, 4, 0]);
  });

  it('is charged, for pool rules and corrections, in the month in which its wait ended, whenever that is written down', () => {
    const pools = [{ currency: credits(1n).currency, borrowMax: units(10n) }];
    const book = given({ otherwise: 'charge', withinMs: 31 * DAY_MS - t(2) }, { pools });
    called(book, 0, 7n);
    const february = 33 * DAY_MS;
    expect(book.advance(february)).toMatchObject([
      { type: 'PoolPeriodOpened', to: 31 * DAY_MS },
      { type: 'HoldCaptured', at: 31 * DAY_MS - t(1) },
    ]);
    const { hold } = book.hold(february, authorize('team', 10n));
    book.must(february, { type: 'void', hold });
    const [place = -1] = book.charges();
    const refund = { refund: [{ currency: credits(1n).currency, amount: units(3n) }] };
    expect(book.must(february, book.correction(place, refund))).toMatchObject([{ bookedAt: 31 * DAY_MS - t(1) }]);
    expect(book.refused(february, authorize('team', 11n)).binding).toMatchObject({ remaining: units(10n) });
  });

  it('is in a snapshot with all that it waits for', () => {
    const book = given();
    called(book, 0, 7n);
    const restored = restoreState(storeState(book.state));
    if (restored === undefined) throw new Error('not restored');
    expect(JSON.stringify(storeState(restored))).toBe(book.text());
    const other = new Book(restored, book.calendar);
    other.must(t(5), tell('resolved'));
    other.advance(t(5));
    expect(lotOf(other)).toEqual([93, 0, 7, 0]);
  });
});

describe('a task of calls in a session', () => {
  it('gives back to the reserves that it was taken from, while they are open, the rest to lots', () => {
    const book = given();
    const { session } = only(book.must(0, openSession('team', 20n)), 'SessionOpened');
    const inner = only(book.must(0, openSession(session, 8n)), 'SessionOpened').session;
    const [waits] = book.must(t(1), record(inner, 23n, { particulars: TICKET }));
    expect(waits).toMatchObject({
      reserves: [
        { session: inner, shares: [{ amount: units(8n) }] },
        { session, shares: [{ amount: units(12n) }] },
      ],
      drawn: [{ amount: units(3n) }],
    });
    expect(lotOf(book)).toEqual([77, 23, 0, 0]);
    book.must(t(2), tell('dropped'));
    expect(only(book.advance(t(2)), 'CostReturned')).toMatchObject({
      returned: [{ amount: units(3n) }],
      keeps: [
        { session: inner, shares: [{ amount: units(8n) }] },
        { session, shares: [{ amount: units(12n) }] },
      ],
    });
    expect(lotOf(book)).toEqual([80, 20, 0, 0]);
  });

  it('gives back past sessions that have ended meanwhile', () => {
    const book = given();
    const { session } = only(book.must(0, openSession('team', 20n)), 'SessionOpened');
    const inner = only(book.must(0, openSession(session, 8n)), 'SessionOpened').session;
    const { hold } = book.hold(t(1), authorize(inner, 5n, { particulars: TICKET }));
    book.must(t(2), capture(hold, 5n));
    book.must(t(3), endSession(inner));
    book.must(t(4), tell('dropped'));
    expect(only(book.advance(t(4)), 'CostReturned').keeps).toMatchObject([
      { session, shares: [{ amount: units(5n) }] },
    ]);
    book.must(t(5), endSession(session));
    expect(lotOf(book)).toEqual([100, 0, 0, 0]);
  });

  it('is charged after its session has ended, to whoever opened it', () => {
    const book = given({}, { limits: [limit('daily', 50n, every('day'))] });
    const { session } = only(book.must(0, openSession('team', 20n)), 'SessionOpened');
    book.must(t(1), record(session, 6n, { particulars: TICKET }));
    expect(only(book.must(t(2), endSession(session)), 'SessionEnded').spent).toEqual([]);
    expect(book.limit('team', 'daily').held).toBe(units(6n));
    book.must(t(4), tell('resolved'));
    book.advance(t(4));
    expect([lotOf(book), book.limit('team', 'daily').counters]).toMatchObject([[94, 0, 6, 0], [{ used: units(6n) }]]);
  });
});

describe('a rule for outcomes', () => {
  it.each([
    [{ withinMs: 36 * DAY_MS }, 'team may wait for an outcome for at most 35 days.'],
    [{ withinMs: 0 }, 'team may wait for an outcome for at most 35 days.'],
    [{ charge: [] }, 'team must name types of tasks, and outcomes that are charged.'],
    [{ taskTypes: ['ticket', 'ticket'] }, 'team states twice what becomes of tasks ticket.'],
  ])('that cannot be is refused: %j', (rule, sentence) => {
    const book = given();
    const refusal = book.refused(t(1), configure(node('team', { outcomes: [{ ...TICKETS, ...rule }] })));
    expect([refusal.code, refusal.message]).toEqual(['Malformed', sentence]);
  });

  it('stays while it is stated, and goes when it is not', () => {
    const book = given();
    expect(book.must(t(1), configure(node('org', { outcomes: [TICKETS] })))).toEqual([]);
    expect(book.must(t(1), configure(node('org', { outcomes: [] })))).toEqual([{ type: 'OutcomesSet', node: 'org' }]);
    expect(book.state.outcomePolicies).toBe(0);
  });
});
