import { describe, expect, it } from '@jest/globals';
import { DAY_MS } from '@exchequer/kernel';
import { CommandMemory, USAGE_KNOWN_MS } from './command-memory.js';

const at = (revision: number) => ({ revision, index: 0 });

/** A memory whose tables take three ids, with the usage events e0, e1, … accepted a millisecond apart. */
function remembering(events: number): CommandMemory {
  const memory = new CommandMemory([], 3);
  for (let event = 0; event < events; event += 1) memory.remember('usage', `e${String(event)}`, at(event), event);
  return memory;
}

describe('a memory of ids whose tables are full', () => {
  it('makes a part of a full table, with its first and last address, and goes on in a new one', () => {
    const memory = remembering(7);
    expect(memory.parts().map(({ part }) => part)).toEqual([
      { kind: 'usage', number: 0, first: at(0), last: at(2), count: 3, newestAt: 2 },
      { kind: 'usage', number: 1, first: at(3), last: at(5), count: 3, newestAt: 5 },
    ]);
    expect(memory.size).toBe(7);
  });

  it('finds in memory what nobody has put away yet', () => {
    const memory = remembering(7);
    expect(memory.hasFullTables).toBe(true);
    expect([0, 2, 3, 6].map((event) => memory.candidates('usage', `e${String(event)}`))).toEqual(
      [0, 2, 3, 6].map((event) => [at(event)]),
    );
    expect(memory.elsewhere('usage', 'e0')).toEqual([]);
  });

  it('says which part may have an id once its table is put away, and of most new ids that none has', () => {
    const memory = remembering(7);
    for (const held of memory.parts()) memory.keep(held);
    expect([memory.size, memory.hasFullTables]).toEqual([1, false]);
    expect(memory.candidates('usage', 'e4')).toEqual([]);
    expect(memory.elsewhere('usage', 'e4').map(({ number }) => number)).toContain(1);
    const wrong = Array.from({ length: 1_000 }, (_, index) => memory.elsewhere('usage', `other ${String(index)}`));
    expect(wrong.filter((parts) => parts.length > 0).length).toBeLessThan(20);
    expect(memory.elsewhere('command', 'e4')).toEqual([]);
  });

  it('asks every part of which it has neither table nor filter', () => {
    const memory = remembering(7);
    memory.forgetParts();
    expect(memory.elsewhere('usage', 'never seen').map(({ number }) => number)).toEqual([0, 1]);
  });

  it('closes a full table that a snapshot had kept, with its own first and last address', () => {
    const memory = new CommandMemory(remembering(3).export(), 3);
    memory.remember('usage', 'e3', at(3), 3);
    expect(memory.parts().map(({ part }) => part)).toEqual([
      { kind: 'usage', number: 0, first: at(0), last: at(2), count: 3, newestAt: 2 },
    ]);
  });

  it('may be told again that a table lies elsewhere, also where nobody has it any more', () => {
    const memory = remembering(7);
    for (const held of [...memory.parts(), ...memory.parts()]) memory.keep(held);
    expect(memory.elsewhere('usage', 'e4').map(({ number }) => number)).toContain(1);
    const forgetful = remembering(7);
    forgetful.forgetParts();
    for (const held of forgetful.parts()) forgetful.keep(held);
    expect(forgetful.elsewhere('usage', 'never seen').map(({ number }) => number)).toEqual([0, 1]);
  });

  it('takes far less for an id that is put away', () => {
    const memory = new CommandMemory([], 10_000);
    for (let event = 0; event < 20_001; event += 1) memory.remember('usage', `e${String(event)}`, at(event), 0);
    const before = memory.bytes;
    for (const held of memory.parts()) memory.keep(held);
    const [first] = memory.parts();
    expect(first?.bytes).toBe(2 ** 18 / 8);
    expect(memory.bytes).toBeLessThan(before / 3);
  });

  it('lets go of a part when its newest id need not be known any more', () => {
    const memory = remembering(7);
    memory.remember('usage', 'before', at(8), 2 + USAGE_KNOWN_MS - 1);
    expect(memory.parts().map(({ part }) => part.number)).toEqual([0, 1]);
    memory.remember('usage', 'then', at(9), 2 + USAGE_KNOWN_MS);
    expect(memory.parts().map(({ part }) => part.number)).toEqual([1]);
  });

  it('does not count a table as full that is dropped for its age', () => {
    const memory = remembering(3);
    memory.remember('usage', 'later', at(3), 36 * DAY_MS);
    expect(memory.parts()).toEqual([]);
    expect(memory.candidates('usage', 'e0')).toEqual([at(0)]);
  });

  it('goes on from a snapshot with its parts, the next of which has the next number', () => {
    const memory = new CommandMemory(remembering(7).export(), 3);
    expect(memory.elsewhere('usage', 'e1').map(({ number }) => number)).toEqual([0, 1]);
    for (let event = 7; event < 10; event += 1) memory.remember('usage', `e${String(event)}`, at(event), event);
    expect(memory.parts().map(({ part }) => [part.number, part.first.revision, part.last.revision])).toEqual([
      [0, 0, 2],
      [1, 3, 5],
      [2, 6, 8],
    ]);
  });
});
