import { describe, expect, it } from '@jest/globals';
import { HOUR_MS, nodeId } from '@exchequer/kernel';
import type { OutcomeRule, Particulars } from '../facts.js';
import { Book, configure, grant, node, record, t } from '../spec/book.js';
import type { AccountState } from '../state/account-state.js';
import { storeFact } from './fact-codec.js';
import { restoreState } from './restore-state.js';
import { storeState } from './store-state.js';
import type { StoredState } from './stored-state.js';

const RULE: OutcomeRule = { taskTypes: ['ticket'], charge: ['done'], withinMs: HOUR_MS, otherwise: 'return' };
const TICKET: Particulars = { taskType: 'ticket', taskId: 'ticket-1' };
const tell = (outcome: string) => ({ type: 'tell-outcome', task: 'ticket-1', outcome }) as const;

/** 3 wait for the outcome of a ticket. */
function waiting(): Book {
  const book = new Book();
  book.must(t(0), configure(node('org', { outcomes: [RULE] })));
  book.must(t(0), grant('org', 20n));
  book.must(t(1), record('org', 3n, { particulars: TICKET }));
  return book;
}

function restored(book: Book, change: (stored: StoredState) => StoredState = (stored) => stored): Book {
  const stored = JSON.parse(JSON.stringify(storeState(book.state))) as StoredState;
  const state: AccountState | undefined = restoreState(change(stored));
  if (state === undefined) throw new Error('the snapshot was not understood');
  return new Book(state, book.calendar);
}

describe('a snapshot', () => {
  it('has the rules for outcomes: what comes afterwards waits as well', () => {
    const again = restored(waiting());
    expect(again.state.nodes.get(nodeId('org'))?.outcomes).toEqual([RULE]);
    expect(again.state.outcomePolicies).toBe(1);
    expect(again.must(t(2), record('org', 2n, { particulars: TICKET }))).toMatchObject([{ type: 'OutcomeAwaited' }]);
  });

  it('has what was told of a task: usage that comes afterwards is charged at once', () => {
    const book = waiting();
    book.must(t(2), tell('done'));
    book.advance(t(2));
    const again = restored(book);
    expect([...again.state.outcomes]).toEqual([['ticket-1', { outcome: 'done', toldAt: t(2) }]]);
    expect(again.must(t(3), record('org', 2n, { particulars: TICKET }))).toMatchObject([{ type: 'CreditsDrawn' }]);
  });

  it('has the outcome that was told of a cost before its end is booked', () => {
    const book = waiting();
    book.must(t(2), tell('done'));
    expect(restored(book).advance(t(2))).toMatchObject([
      { type: 'HoldCaptured', particulars: { ...TICKET, outcome: 'done' }, at: t(2) },
    ]);
  });

  it('says nothing of outcomes where there is nothing to say', () => {
    const book = new Book();
    book.must(t(0), configure(node('org')));
    const stored = storeState(book.state);
    expect(stored).not.toHaveProperty('outcomes');
    expect(stored.nodes[0]).not.toHaveProperty('outcomes');
    expect(restored(book).state.outcomePolicies).toBe(0);
    expect(storeState(waiting().state).holds[0]).not.toHaveProperty('outcome');
  });

  it('in which a cost waits by another fact stops the account', () => {
    const other = storeFact({ type: 'OutcomeTold', task: 'ticket-1', outcome: 'done' });
    const changed = (stored: StoredState): StoredState => ({
      ...stored,
      holds: stored.holds.map((hold) => ({ ...hold, awaited: other })),
    });
    expect(() => restored(waiting(), changed)).toThrow('broken invariant: h-1-rs waits by a OutcomeTold');
  });
});
