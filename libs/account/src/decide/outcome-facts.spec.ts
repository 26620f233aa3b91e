import { currencyId, HOUR_MS, units } from '@exchequer/kernel';
import { describe, expect, it } from '@jest/globals';
import type { OutcomeRule, Particulars } from '../facts.js';
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

const RULE: OutcomeRule = { taskTypes: ['ticket'], charge: ['done'], withinMs: HOUR_MS, otherwise: 'return' };
const TICKET: Particulars = { taskType: 'ticket', taskId: 'ticket-1', model: 'small' };
const money = (whole: bigint) => [{ currency: CREDIT, amount: units(whole) }];
const share = (lot: string, whole: bigint) => ({ lot, amount: units(whole) });
const tell = (outcome: string) => ({ type: 'tell-outcome', task: 'ticket-1', outcome }) as const;

/** org has 20; team takes all from it, and may owe 10. */
function given(): Book {
  const book = new Book();
  const team = under('org', 'team', {
    pooling: 'own-then-parent',
    overage: [{ currency: CREDIT, amount: units(10n) }],
  });
  book.must(0, configure(node('org', { outcomes: [RULE] }), team));
  book.must(0, grant('org', 20n));
  return book;
}

/** All that can be told of usage: of a session, by meter, at stated prices, with an own key, from an event. */
const everything = {
  lines: [credits(2n, 'input'), credits(1n, 'output')],
  usedAt: t(1),
  usage: { source: 'desk', id: 'e-1' },
  particulars: TICKET,
  provisional: 'no card',
  market: money(9n),
} as const;
const used = {
  openers: ['team'],
  amounts: money(3n),
  market: money(9n),
  usedAt: t(1),
  usage: { source: 'desk', id: 'e-1' },
  provisional: 'no card',
};

describe('the facts of a cost that waits for an outcome', () => {
  it('say all that was told of the usage, when it begins to wait, is charged, and goes back', () => {
    for (const outcome of ['done', 'dropped']) {
      const book = given();
      const { session } = only(book.must(0, openSession('team', 10n)), 'SessionOpened');
      const told = { payer: session, nodes: [], ...used };
      const [waits] = book.must(t(2), { ...record(session, 0n), ...everything });
      expect(waits).toEqual({
        type: 'OutcomeAwaited',
        hold: 'h-1-1jk',
        placed: true,
        ...told,
        lines: everything.lines,
        countedAt: t(1),
        particulars: TICKET,
        task: 'ticket-1',
        until: t(2) + HOUR_MS,
        charge: ['done'],
        otherwise: 'return',
        retained: [],
        returned: [],
        reserves: [{ session, shares: [share('l-1', 3n)] }],
      });
      book.must(t(3), tell(outcome));
      expect(book.advance(t(3))).toEqual([
        outcome === 'done'
          ? {
              type: 'HoldCaptured',
              hold: 'h-1-1jk',
              number: 1,
              ...told,
              chain: ['org', 'team', session],
              lines: everything.lines,
              countedAt: t(1),
              particulars: { ...TICKET, outcome: 'done' },
              spent: [share('l-1', 3n)],
              returned: [],
              at: t(3),
            }
          : {
              type: 'CostReturned',
              hold: 'h-1-1jk',
              at: t(3),
              task: 'ticket-1',
              outcome: 'dropped',
              ...told,
              particulars: TICKET,
              returned: [],
              keeps: [{ session, shares: [share('l-1', 3n)] }],
            },
      ]);
    }
  });

  it('say no more than was told', () => {
    const book = given();
    const bare = { taskType: 'ticket', taskId: 'ticket-1' };
    const { hold } = book.hold(0, authorize('team', 3n, { particulars: bare }));
    expect(book.must(t(1), capture(hold))).toEqual([
      {
        type: 'OutcomeAwaited',
        hold,
        payer: 'team',
        nodes: [],
        amounts: money(3n),
        usedAt: t(1),
        countedAt: t(1),
        particulars: bare,
        task: 'ticket-1',
        until: t(1) + HOUR_MS,
        charge: ['done'],
        otherwise: 'return',
        retained: [share('l-1', 3n)],
        returned: [],
      },
    ]);
    expect(book.advance(t(1) + HOUR_MS)).toEqual([
      {
        type: 'CostReturned',
        hold,
        at: t(1) + HOUR_MS,
        task: 'ticket-1',
        payer: 'team',
        nodes: [],
        amounts: money(3n),
        usedAt: t(1),
        particulars: bare,
        returned: [share('l-1', 3n)],
      },
    ]);
  });

  it('keep the overage of a hold set aside as far as it is needed, and give it up when it goes back', () => {
    const book = given();
    const { hold } = book.hold(0, authorize('team', 25n, { particulars: TICKET }));
    expect(only(book.must(t(1), capture(hold, 22n)), 'OutcomeAwaited')).toMatchObject({
      retained: [share('l-1', 20n)],
      retainedOwed: [{ node: 'team', amount: units(2n) }],
      owed: [{ node: 'team', amount: units(2n) }],
    });
    const purse = book.state.nodes.get('team' as never)?.purses.get(CREDIT);
    expect(purse).toMatchObject({ owed: 0n, owedHeld: units(2n) });
    book.must(t(2), tell('dropped'));
    book.advance(t(2));
    expect([purse, book.lot('l-1')]).toMatchObject([
      { owed: 0n, owedHeld: 0n },
      { available: units(20n), held: 0n },
    ]);
  });

  it('give overage back to the reserve that it was taken from', () => {
    const book = given();
    const { session } = only(book.must(0, openSession('team', 25n)), 'SessionOpened');
    const { hold } = book.hold(t(1), authorize(session, 22n, { particulars: TICKET }));
    book.must(t(1), capture(hold, 24n));
    expect(book.state.sessions.get(session)).toMatchObject({ owed: [{ amount: units(1n) }] });
    book.must(t(2), tell('dropped'));
    expect(only(book.advance(t(2)), 'CostReturned').keeps).toEqual([
      {
        session,
        shares: [share('l-1', 20n)],
        owed: [
          { node: 'team', currency: CREDIT, amount: units(2n) },
          { node: 'team', currency: CREDIT, amount: units(2n) },
        ],
      },
    ]);
    expect(book.state.sessions.get(session)).toMatchObject({ owed: [{ amount: units(5n) }] });
  });

  it('give back to the sessions alone whose reserves paid', () => {
    const book = given();
    const { session } = only(book.must(0, openSession('team', 10n)), 'SessionOpened');
    const inner = only(book.must(0, openSession(session, 8n)), 'SessionOpened').session;
    book.must(t(1), record(inner, 5n, { particulars: TICKET }));
    book.must(t(2), tell('dropped'));
    expect(only(book.advance(t(2)), 'CostReturned').keeps).toEqual([{ session: inner, shares: [share('l-1', 5n)] }]);
  });

  it('give back to a session what was of its reserve, and each lot what was its own', () => {
    const book = given();
    const { session } = only(book.must(0, openSession('team', 20n)), 'SessionOpened');
    book.must(0, grant('org', 9n));
    book.must(t(1), record(session, 24n, { particulars: TICKET }));
    book.must(t(2), tell('dropped'));
    expect(only(book.advance(t(2)), 'CostReturned')).toMatchObject({
      keeps: [{ session, shares: [share('l-1', 20n)] }],
      returned: [share('l-2', 4n)],
    });
  });

  it('say how the task came out where that was known, and go back at once', () => {
    const book = given();
    book.must(t(1), tell('dropped'));
    const [waits] = book.must(t(2), record('team', 3n, { particulars: TICKET }));
    expect(waits).toMatchObject({ type: 'OutcomeAwaited', until: t(2), outcome: 'dropped' });
    expect(only(book.advance(t(2)), 'CostReturned')).toMatchObject({ at: t(2), outcome: 'dropped' });
  });

  it('sum up what had waited by currency, in the order of their names', () => {
    const usd = currencyId('usd');
    const inUsd = { currency: usd, amount: units(3n) };
    for (const lines of [
      [inUsd, credits(4n)],
      [credits(4n), inUsd],
    ]) {
      const book = given();
      const currencies = [CREDIT, usd].map((currency) => ({ currency, display: 2 }));
      book.must(0, { ...configure(), currencies });
      for (const at of [1, 2]) book.must(t(at), record('team', 0n, { lines, particulars: TICKET }));
      expect(only(book.must(t(2), tell('done')), 'OutcomeTold')).toMatchObject({
        calls: 2,
        charged: [
          { currency: CREDIT, amount: units(8n) },
          { currency: usd, amount: units(6n) },
        ],
      });
    }
  });

  it('tell nothing of calls where none had waited', () => {
    const book = given();
    expect(book.must(0, tell('done'))).toEqual([{ type: 'OutcomeTold', task: 'ticket-1', outcome: 'done' }]);
  });
});

describe('limits while a cost waits', () => {
  it('count it as held by meter and by layer, as they count the charge', () => {
    const book = given();
    const byMeter = limit('output', 9n, every('day'), { scope: { meters: ['output'] } });
    const byLayer = limit('bought', 9n, every('day'), { scope: { layers: ['purchased'] } });
    book.must(0, configure(node('team', { pooling: 'own-then-parent', limits: [byMeter, byLayer] })));
    book.must(t(1), record('team', 0n, { lines: [credits(2n, 'input'), credits(1n, 'output')], particulars: TICKET }));
    const held = () => ['output', 'bought'].map((name) => Number(book.limit('team', name).held / units(1n)));
    expect(held()).toEqual([1, 3]);
    book.must(t(2), tell('done'));
    book.advance(t(2));
    expect([held(), book.limit('team', 'bought').counters[0]?.used]).toEqual([[0, 0], units(3n)]);
  });
});
