import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DueQueue, type DueEntry } from './due-queue.js';

interface Due extends DueEntry {
  readonly name: string;
}

const due = (name: string, dueAt: number, rank: number, order: number): Due => ({ name, dueAt, rank, order, slot: -1 });

function emptied(queue: DueQueue<Due>): readonly string[] {
  const names: string[] = [];
  for (let first = queue.peek(); first !== undefined; first = queue.peek()) {
    names.push(first.name);
    queue.remove(first);
  }
  return names;
}

/** What the queue stands for: a list that is sorted anew whenever it is asked. */
const inOrder = (entries: readonly Due[]): readonly Due[] =>
  [...entries].sort((a, b) => a.dueAt - b.dueAt || a.rank - b.rank || a.order - b.order);

describe('the due queue', () => {
  it('gives what is due first, at the same instant by rank, at the same rank by order', () => {
    const queue = new DueQueue<Due>();
    queue.add(due('lot 1 at 20', 20, 2, 1));
    queue.add(due('lot 1 at 10', 10, 2, 1));
    queue.add(due('hold 2 at 10', 10, 0, 2));
    queue.add(due('hold 1 at 10', 10, 0, 1));
    expect(emptied(queue)).toEqual(['hold 1 at 10', 'hold 2 at 10', 'lot 1 at 10', 'lot 1 at 20']);
  });

  it('is empty at first, and after everything was taken out', () => {
    const queue = new DueQueue<Due>();
    expect(queue.peek()).toBeUndefined();
    const only = due('only', 1, 0, 1);
    queue.add(only);
    expect(queue.size).toBe(1);
    queue.remove(only);
    expect([queue.size, queue.peek(), only.slot]).toEqual([0, undefined, -1]);
  });

  it('leaves alone what is not queued, or queued elsewhere', () => {
    const queue = new DueQueue<Due>();
    const other = new DueQueue<Due>();
    const here = due('here', 1, 0, 1);
    const there = due('there', 1, 0, 1);
    queue.add(here);
    other.add(there);
    queue.remove(there);
    queue.remove(due('nowhere', 0, 0, 0));
    expect(queue.entries()).toEqual([here]);
    expect(other.entries()).toEqual([there]);
  });

  it('takes an entry again after it was taken out', () => {
    const queue = new DueQueue<Due>();
    const hold = due('hold', 5, 0, 1);
    queue.add(hold);
    queue.remove(hold);
    queue.add(hold);
    expect(emptied(queue)).toEqual(['hold']);
  });

  it('agrees with a sorted list through any adding and taking out', () => {
    const step = fc.record({
      takeOut: fc.boolean(),
      which: fc.nat(),
      dueAt: fc.integer({ min: 0, max: 4 }),
      rank: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new DueQueue<Due>();
        let model: Due[] = [];
        for (const [order, { takeOut, which, dueAt, rank }] of steps.entries()) {
          const leaving = takeOut ? model[which % Math.max(model.length, 1)] : undefined;
          if (leaving === undefined) {
            const entry = due(String(order), dueAt, rank, order);
            queue.add(entry);
            model.push(entry);
          } else {
            queue.remove(leaving);
            model = model.filter((entry) => entry !== leaving);
            expect(leaving.slot).toBe(-1);
          }
          expect(queue.size).toBe(model.length);
          expect(queue.peek()).toBe(inOrder(model)[0]);
          expect(queue.entries().map((entry) => entry.slot)).toEqual(queue.entries().map((_, slot) => slot));
        }
        expect(emptied(queue)).toEqual(inOrder(model).map((entry) => entry.name));
      }),
      { numRuns: 500 },
    );
  });
});
