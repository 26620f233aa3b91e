import { describe, expect, it } from '@jest/globals';
import { DAY_MS, nodeId, units, type LotId } from '@exchequer/kernel';
import type { Command } from '../commands.js';
import { evolve } from '../evolve/evolve.js';
import type { Fact } from '../facts.js';
import { brokenInvariants } from '../invariants.js';
import { isRefusal } from '../refusal.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  every,
  grant,
  limit,
  node,
  record,
  t,
  under,
} from '../spec/book.js';
import { decide } from './decide.js';
import { nextDue, nextDueAt } from './due.js';

function company(): Book {
  const book = new Book();
  book.must(t(0), configure(node('org'), under('org', 'team')));
  return book;
}

describe('what is due by itself', () => {
  it('is nothing in an account without holds and expiries', () => {
    const book = company();
    book.must(t(0), grant('org', 10n));
    expect([nextDueAt(book.state), book.due(t(9_999))]).toEqual([undefined, undefined]);
  });

  it('is the earliest, and only once its instant has come', () => {
    const book = company();
    book.must(t(0), grant('org', 10n, { expiresAt: t(90) }));
    book.hold(t(0), authorize('org', 1n));
    expect(nextDueAt(book.state)).toBe(t(60));
    expect(book.due(t(60) - 1)).toBeUndefined();
    expect(book.due(t(60))?.facts).toMatchObject([{ type: 'HoldExpired' }]);
  });

  it('has the same name however often it is asked for', () => {
    const book = company();
    book.must(t(0), grant('org', 10n, { expiresAt: t(60) }));
    const { hold } = book.hold(t(0), authorize('org', 1n));
    expect([book.due(t(60)), book.due(t(61))].map((due) => due?.id)).toEqual([`due/${hold}`, `due/${hold}`]);
    book.must(t(1), { type: 'void', hold });
    expect(book.due(t(60))?.id).toBe('due/l-1');
  });

  it('has a name of its own for each time that a node resumes by itself', () => {
    const book = company();
    const pauses = { at: { used: units(5n) }, resume: 'at-reset' } as const;
    book.must(t(0), configure(node('team', { limits: [limit('daily', 9n, every('day'), { pauses })] })));
    book.must(t(1), record('team', 5n));
    expect(book.due(DAY_MS)?.id).toBe('due/resumption-1');
    book.advance(DAY_MS);
    book.must(DAY_MS, record('team', 5n));
    expect(book.due(2 * DAY_MS)?.id).toBe('due/resumption-2');
  });

  it('comes before a command, or the command is not decided', () => {
    const book = company();
    book.must(t(0), grant('org', 10n, { expiresAt: t(60) }));
    const asking = () => decide(book.state, authorize('org', 1n), { at: t(60), calendar: book.calendar });
    expect(asking).toThrow(/due facts come before a command/);
    book.advance(t(60));
    expect(asking()).toMatchObject({ code: 'InsufficientCredits' });
  });

  it('does not let time go back', () => {
    const book = company();
    book.must(t(10), grant('org', 10n));
    expect(() => book.do(t(10) - 1, grant('org', 1n))).toThrow(/time went back/);
    book.must(t(10), grant('org', 1n));
  });

  it('is all that advancing does', () => {
    const book = company();
    book.must(t(0), grant('org', 10n, { expiresAt: t(60) }));
    expect(book.must(t(61), { type: 'advance' })).toEqual([]);
    expect(book.lot('l-1').ended).toBe(true);
  });
});

describe('at the same instant', () => {
  const types = (book: Book, at: number) =>
    book
      .advance(at)
      .map((fact) => (fact.type === 'HoldExpired' ? fact.hold : fact.type === 'LotExpired' ? fact.lot : fact.type));

  it('holds give back before lots expire, so that all of it is forfeited by the lot', () => {
    const book = company();
    book.must(t(0), grant('org', 10n, { expiresAt: t(60) }));
    book.hold(t(0), authorize('org', 4n));
    expect(book.advance(t(60))).toMatchObject([
      { type: 'HoldExpired', returned: [{ lot: 'l-1', amount: 4_000_000_000n }] },
      { type: 'LotExpired', forfeited: 10_000_000_000n },
    ]);
  });

  it('holds end in the order of their placing, the tenth after the ninth', () => {
    const book = company();
    const ids = Array.from({ length: 40 }, () => book.hold(t(0), authorize('org', 0n)).hold);
    expect(types(book, t(60))).toEqual(ids);
  });

  it('thousands of holds end one by one, and leave nothing held', () => {
    const { state, calendar } = company();
    const at = t(0);
    const apply = (facts: readonly Fact[], when: number): void => facts.forEach((fact) => evolve(state, fact, when));
    const decided = (command: Command): readonly Fact[] => {
      const decision = decide(state, command, { at, calendar });
      if (isRefusal(decision)) throw new Error(decision.message);
      return decision;
    };
    apply(decided(grant('org', 3_000n)), at);
    for (let count = 0; count < 3_000; count += 1) apply(decided(authorize('team', 1n)), at);
    expect([state.holds.size, brokenInvariants(state)]).toEqual([3_000, []]);
    let ended = 0;
    const moment = { at: t(60), calendar };
    for (let due = nextDue(state, moment); due !== undefined; due = nextDue(state, moment)) {
      ended += 1;
      expect(due.id).toBe(`due/h-${ended.toString(36)}-0`);
      apply(due.facts, t(60));
    }
    expect([ended, state.holds.size, brokenInvariants(state)]).toEqual([3_000, 0, []]);
    expect(state.lots.get('l-1' as LotId)).toMatchObject({ available: 3_000_000_000_000n, held: 0n });
  });

  it('lots end in the order of their making', () => {
    const book = company();
    for (let count = 0; count < 12; count += 1) book.must(t(0), grant('org', 1n, { expiresAt: t(60) }));
    expect(types(book, t(60))).toEqual(Array.from({ length: 12 }, (_, index) => `l-${String(index + 1)}`));
  });

  it('a hold that was extended to it comes in the order of its placing', () => {
    const book = company();
    const first = book.hold(t(0), authorize('org', 0n, { holdForMs: t(10) })).hold;
    const second = book.hold(t(0), authorize('org', 0n, { holdForMs: t(20) })).hold;
    book.must(t(5), { type: 'extend', hold: first, holdForMs: t(15) });
    expect(types(book, t(20))).toEqual([first, second]);
  });

  it('earlier instants come first, whatever their kind', () => {
    const book = company();
    book.must(t(0), grant('org', 10n, { expiresAt: t(59) }));
    const { hold } = book.hold(t(0), authorize('org', 4n));
    expect(types(book, t(70))).toEqual(['l-1', hold]);
    expect(book.lot('l-1').forfeited).toBe(10_000_000_000n);
  });
});

describe('a quiet account and a busy one', () => {
  /** The same commands, with the clock asked every second or not at all between them. */
  function run(busy: boolean): string {
    const book = company();
    const advanceTo = (from: number, to: number): void => {
      for (let second = from; busy && second < to; second += 1) book.advance(t(second));
    };
    book.must(t(0), grant('team', 10n, { expiresAt: t(70) }));
    book.must(t(0), grant('org', 20n));
    book.hold(t(0), authorize('team', 12n));
    book.hold(t(0), authorize('team', 2n, { holdForMs: t(80) }));
    advanceTo(1, 30);
    book.must(t(30), configure(under('org', 'team', { pooling: 'parent' })));
    advanceTo(31, 100);
    const { hold } = book.hold(t(100), authorize('team', 5n));
    advanceTo(101, 150);
    book.must(t(150), capture(hold, 2n));
    book.must(t(151), record('team', 1n, { nodes: [nodeId('team')] }));
    expect(book.state.nodes.get(nodeId('team'))?.purses.get(CREDIT)?.spendable).toEqual([]);
    return book.text();
  }

  it('come to the same state', () => expect(run(false)).toBe(run(true)));
});
