import { currencyId, DAY_MS, holdId, units } from '@exchequer/kernel';
import { describe, expect, it } from '@jest/globals';
import type { OutcomeRule, Particulars } from '../facts.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  credits,
  grant,
  node,
  only,
  openSession,
  record,
  t,
  under,
} from '../spec/book.js';
import { evolve } from './evolve.js';

const RULE: OutcomeRule = { taskTypes: ['ticket'], charge: ['done'], withinMs: t(60), otherwise: 'return' };
const TICKET: Particulars = { taskType: 'ticket', taskId: 't-1' };
const tell = (task: string, outcome = 'done') => ({ type: 'tell-outcome', task, outcome }) as const;

function given(): Book {
  const book = new Book();
  book.must(0, configure(node('org', { outcomes: [RULE] }), under('org', 'team', { pooling: 'parent' })));
  book.must(0, grant('org', 100n));
  return book;
}

describe('what is known of a task', () => {
  it('is forgotten when it has been told for 35 days, with whatever is told next', () => {
    const book = given();
    book.must(0, tell('a'));
    book.must(1, tell('b'));
    book.must(35 * DAY_MS - 1, tell('c'));
    expect([...book.state.outcomes.keys()]).toEqual(['a', 'b', 'c']);
    book.must(35 * DAY_MS, tell('b'));
    expect([...book.state.outcomes.keys()]).toEqual(['c', 'b']);
  });

  it('charges usage of it a moment before that, and lets it wait from then on', () => {
    for (const [at, type] of [
      [35 * DAY_MS - 1, 'CreditsDrawn'],
      [35 * DAY_MS, 'OutcomeAwaited'],
    ] as const) {
      const book = given();
      book.must(0, tell('t-1'));
      expect(book.must(at, record('team', 1n, { particulars: TICKET })).map((fact) => fact.type)).toEqual([type]);
    }
  });
});

describe('a cost that begins to wait', () => {
  it('is a hold with a number of its own where the call had none, and keeps number and instant where it had', () => {
    const book = given();
    const { hold } = book.hold(t(1), authorize('team', 5n, { particulars: TICKET }));
    book.must(t(2), record('team', 1n, { particulars: TICKET }));
    book.must(t(3), capture(hold));
    expect(Array.from(book.state.holds.values(), ({ id, order, placedAt }) => [id, order, placedAt])).toEqual([
      ['h-1-rs', 1, t(1)],
      ['h-2-1jk', 2, t(2)],
    ]);
    expect(book.hold(t(4), authorize('team', 1n)).hold).toBe('h-3-334');
  });

  it('takes the place of what was remembered of its lapsed hold: more usage of that is not late again', () => {
    const book = given();
    const { hold } = book.hold(0, authorize('team', 5n, { particulars: TICKET, holdForMs: t(1) }));
    const other = book.hold(0, authorize('team', 5n, { holdForMs: t(1) })).hold;
    book.must(t(2), record('team', 1n, { particulars: TICKET, hold }));
    expect([...book.state.lapsed.keys()]).toEqual([other]);
    expect(book.must(t(3), record('team', 1n, { particulars: TICKET, hold }))).not.toMatchObject([{ late: true }]);
  });

  it('gives back to the session what of its hold it does not need', () => {
    const book = given();
    const { session } = only(book.must(0, openSession('team', 10n)), 'SessionOpened');
    const { hold } = book.hold(t(1), authorize(session, 6n, { particulars: TICKET }));
    book.must(t(2), capture(hold, 4n));
    expect(book.state.sessions.get(session)?.shares).toEqual([{ lot: 'l-1', amount: units(6n) }]);
  });

  it('stops the account when its hold is not open, is there already, or waits already', () => {
    const book = given();
    const { hold } = book.hold(0, authorize('team', 5n, { particulars: TICKET }));
    const [waits] = book.must(t(1), capture(hold));
    if (waits?.type !== 'OutcomeAwaited') throw new Error('it does not wait');
    const open = book.hold(t(1), authorize('team', 5n)).hold;
    for (const fact of [waits, { ...waits, hold: holdId('h-9-0') }, { ...waits, hold: open, placed: true as const }])
      expect(() => evolve(book.state, fact, t(2))).toThrow(
        `broken invariant: hold ${fact.hold} waits for an outcome but is not open`,
      );
  });
});

describe('a task with several calls', () => {
  it('goes on for the later ones where it is over for the first', () => {
    const book = given();
    book.must(0, record('team', 3n, { particulars: TICKET }));
    book.must(t(20), record('team', 2n, { particulars: TICKET }));
    expect(book.advance(t(60))).toMatchObject([{ type: 'CostReturned', amounts: [{ amount: units(3n) }] }]);
    expect(book.must(t(61), tell('t-1'))).toMatchObject([{ calls: 1, charged: [{ amount: units(2n) }] }]);
    expect(book.advance(t(61))).toMatchObject([{ type: 'HoldCaptured', amounts: [{ amount: units(2n) }] }]);
    expect(book.state.awaiting.size).toBe(0);
  });
});

describe('an outcome', () => {
  it('charges some of what waits and returns the rest, each by the rule of its own payer, and says so by currency', () => {
    const USD = currencyId('usd');
    const book = new Book();
    const other = under('org', 'other', { pooling: 'parent', outcomes: [{ ...RULE, charge: ['ok'] }] });
    const nodes = configure(node('org', { outcomes: [RULE] }), under('org', 'team', { pooling: 'parent' }), other);
    book.must(0, { ...nodes, currencies: [...nodes.currencies, { currency: USD, display: 2 }] });
    book.must(0, grant('org', 100n));
    book.must(0, grant('org', 100n, { currency: USD }));
    const lines = [{ currency: USD, amount: units(2n) }, credits(1n)];
    for (const payer of ['team', 'other', 'team']) book.must(t(1), record(payer, 0n, { lines, particulars: TICKET }));
    expect(book.must(t(2), tell('t-1'))).toEqual([
      {
        type: 'OutcomeTold',
        task: 't-1',
        outcome: 'done',
        calls: 3,
        charged: [
          { currency: CREDIT, amount: units(2n) },
          { currency: USD, amount: units(4n) },
        ],
        returned: [
          { currency: CREDIT, amount: units(1n) },
          { currency: USD, amount: units(2n) },
        ],
      },
    ]);
    expect(book.advance(t(2)).map(({ type }) => type)).toEqual(['HoldCaptured', 'CostReturned', 'HoldCaptured']);
    expect(book.state.awaiting.size).toBe(0);
  });

  it('is not told for a call without a task, nor where nobody could wait for it', () => {
    const book = given();
    const told = { taskType: 'ticket', outcome: 'done' };
    expect(book.must(0, record('team', 1n, { particulars: told })).map(({ type }) => type)).toEqual(['CreditsDrawn']);
    const { hold } = book.hold(0, authorize('team', 1n, { particulars: TICKET }));
    book.must(0, capture(hold));
    book.must(0, configure(node('org')));
    const typeless = { taskId: 't-1', outcome: 'done' };
    const types = () => book.must(t(1), record('team', 1n, { particulars: typeless })).map(({ type }) => type);
    expect(types()).toEqual(['CreditsDrawn', 'OutcomeTold']);
    expect(book.advance(t(1))).toMatchObject([{ type: 'HoldCaptured' }]);
    expect(types()).toEqual(['CreditsDrawn']);
  });
});

describe('a rule that cannot be', () => {
  it.each([
    [{ withinMs: 0 }, 'nodes.0.outcomes.1.within'],
    [{ taskTypes: [] }, 'nodes.0.outcomes.1'],
    [{ taskTypes: ['ticket'] }, 'nodes.0.outcomes.1.taskTypes'],
  ])('is refused by its place: %j', (rule, path) => {
    const second = { ...RULE, taskTypes: ['review'], ...rule };
    const refusal = given().refused(1, configure(node('org', { outcomes: [RULE, second] })));
    expect(refusal).toMatchObject({ code: 'Malformed', path });
  });

  it('may wait for a millisecond, and for 35 days', () => {
    for (const withinMs of [1, 35 * DAY_MS]) {
      const book = given();
      book.must(1, configure(node('org', { outcomes: [{ ...RULE, withinMs }] })));
      expect(book.must(t(1), record('team', 1n, { particulars: TICKET }))).toMatchObject([{ until: t(1) + withinMs }]);
    }
  });
});
