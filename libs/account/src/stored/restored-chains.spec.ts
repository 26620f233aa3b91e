import { describe, expect, it } from '@jest/globals';
import { nodeId, units } from '@exchequer/kernel';
import { authorize, Book, capture, configure, every, grant, limit, node, t, under } from '../spec/book.js';
import { restoreState } from './restore-state.js';
import { storeState } from './store-state.js';

/** A team with a daily limit of 30 and a call of 5 under way, as a snapshot tells it. */
function restored(): Book {
  const book = new Book();
  book.must(t(0), configure(node('org'), under('org', 'team', { limits: [limit('daily', 30n, every('day'))] })));
  book.must(t(0), grant('team', 20n));
  book.hold(t(1), authorize('team', 5n));
  const state = restoreState(storeState(book.state));
  if (state === undefined) throw new Error('the snapshot was not understood');
  return new Book(state, book.calendar);
}

describe('a call that was under way when a snapshot was taken', () => {
  it.each([0, 1, 2, 3])('counts in the limits of its chain, however often nodes were paused since: %d', (times) => {
    const book = restored();
    for (let time = 0; time < times; time += 1)
      book.must(t(2), { type: time % 2 === 0 ? 'pause' : 'resume', node: nodeId('team'), actor: 'grace' });
    const [hold] = book.state.holds.keys();
    if (hold === undefined) throw new Error('there is no hold');
    book.must(t(3), capture(hold));
    const { held, counters } = book.limit('team', 'daily');
    expect([held, counters.map(({ used }) => used)]).toEqual([0n, [units(5n)]]);
  });
});
