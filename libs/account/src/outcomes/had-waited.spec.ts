import { describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '@exchequer/kernel';
import type { OutcomeRule, Particulars } from '../facts.js';
import { authorize, Book, capture, configure, grant, node, only, record, t } from '../spec/book.js';
import { bookedAtOf, hadWaited } from './had-waited.js';

const RULE: OutcomeRule = { taskTypes: ['ticket'], charge: ['done'], withinMs: HOUR_MS, otherwise: 'charge' };
const TICKET: Particulars = { taskType: 'ticket', taskId: 'ticket-1' };

function given(): Book {
  const book = new Book();
  book.must(t(0), configure(node('org', { outcomes: [RULE] })));
  book.must(t(0), grant('org', 20n));
  return book;
}

describe('a charge', () => {
  it('that had waited says so, and counts as booked at the end of its wait', () => {
    const book = given();
    book.must(t(1), record('org', 3n, { particulars: TICKET }));
    const charged = only(book.advance(t(9) + HOUR_MS), 'HoldCaptured');
    expect([hadWaited(charged), bookedAtOf(charged, t(9) + HOUR_MS)]).toEqual([true, t(1) + HOUR_MS]);
  });

  it('that was booked at once had not waited, with a hold or without', () => {
    const book = given();
    const { hold } = book.hold(t(1), authorize('org', 3n));
    for (const charged of [
      only(book.must(t(2), capture(hold)), 'HoldCaptured'),
      only(book.must(t(2), record('org', 1n)), 'CreditsDrawn'),
    ])
      expect([hadWaited(charged), bookedAtOf(charged, t(2))]).toEqual([false, t(2)]);
  });
});
