import { describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@exchequer/kernel';
import { COMMAND_KNOWN_MS, CommandMemory, USAGE_KNOWN_MS } from './command-memory.js';

const at = (revision: number, index = 0) => ({ revision, index });

/** As a snapshot would keep it: values, not references. */
const copied = (memory: CommandMemory): CommandMemory =>
  new CommandMemory(
    memory.export().map((kind) => ({ ...kind, current: kind.current.slice(), previous: kind.previous.slice() })),
  );

describe('the memory of commands', () => {
  it('tells where the record of an accepted id lies', () => {
    const memory = new CommandMemory();
    memory.remember('command', 'a', at(7, 3), 0);
    expect(memory.candidates('command', 'a')).toEqual([at(7, 3)]);
    expect(memory.candidates('command', 'b')).toEqual([]);
  });

  it('keeps requests and usage events apart: the same id may be both', () => {
    const memory = new CommandMemory();
    memory.remember('command', 'a', at(1), 0);
    memory.remember('usage', 'a', at(2), 0);
    expect(memory.candidates('command', 'a')).toEqual([at(1)]);
    expect(memory.candidates('usage', 'a')).toEqual([at(2)]);
  });

  it.each([
    ['command', COMMAND_KNOWN_MS, DAY_MS],
    ['usage', USAGE_KNOWN_MS, 36 * DAY_MS],
  ] as const)(
    'knows the id of a %s for its whole time, whenever in a generation it came',
    (kind, knownMs, expected) => {
      expect(knownMs).toBe(expected);
      for (const first of [0, 1, knownMs / 2, knownMs - 1]) {
        const memory = new CommandMemory();
        memory.remember(kind, 'before', at(1), 0);
        memory.remember(kind, 'asked', at(2), first);
        for (let now = first; now < first + knownMs; now += knownMs / 8) {
          expect(memory.candidates(kind, 'asked')).toContainEqual(at(2));
          memory.remember(kind, `other ${String(now)}`, at(3), now);
        }
        expect(memory.candidates(kind, 'asked')).toContainEqual(at(2));
      }
    },
  );

  it('lets go of an id after twice its time at the latest', () => {
    const memory = new CommandMemory();
    memory.remember('command', 'a', at(1), 0);
    memory.remember('command', 'b', at(2), COMMAND_KNOWN_MS);
    expect(memory.candidates('command', 'a')).toEqual([at(1)]);
    memory.remember('command', 'c', at(3), 2 * COMMAND_KNOWN_MS);
    expect(memory.candidates('command', 'a')).toEqual([]);
    expect(memory.candidates('command', 'b')).toEqual([at(2)]);
  });

  it('lets go of everything after a long silence', () => {
    const memory = new CommandMemory();
    memory.remember('command', 'a', at(1), 0);
    memory.remember('command', 'b', at(2), 2 * COMMAND_KNOWN_MS);
    expect([memory.candidates('command', 'a'), memory.candidates('command', 'b')]).toEqual([[], [at(2)]]);
    expect(memory.size).toBe(1);
  });

  it('gives every record of an id that was used again after its time', () => {
    const memory = new CommandMemory();
    memory.remember('command', 'a', at(1), 0);
    memory.remember('command', 'a', at(2), COMMAND_KNOWN_MS + HOUR_MS);
    expect(memory.candidates('command', 'a')).toEqual([at(2), at(1)]);
  });

  it('is the same from a snapshot, and goes on by itself', () => {
    const memory = new CommandMemory();
    memory.remember('command', 'a', at(1), 0);
    memory.remember('command', 'b', at(2), COMMAND_KNOWN_MS);
    memory.remember('usage', 'c', at(3), 5);
    const again = copied(memory);
    expect([again.size, again.bytes]).toEqual([memory.size, memory.bytes]);
    expect(again.candidates('command', 'a')).toEqual([at(1)]);
    expect(again.candidates('usage', 'c')).toEqual([at(3)]);
    again.remember('command', 'd', at(4), 2 * COMMAND_KNOWN_MS);
    expect(again.candidates('command', 'a')).toEqual([]);
    expect(memory.candidates('command', 'a')).toEqual([at(1)]);
    expect(memory.candidates('command', 'd')).toEqual([]);
  });

  it('is the same from a snapshot that has usage events first', () => {
    const memory = new CommandMemory();
    memory.remember('command', 'a', at(1), 0);
    memory.remember('usage', 'b', at(2), 5);
    const again = new CommandMemory([...memory.export()].reverse());
    expect([again.candidates('command', 'a'), again.candidates('usage', 'b')]).toEqual([[at(1)], [at(2)]]);
  });

  it('says how many ids it knows, of both kinds and in all generations, and how many bytes they take', () => {
    const memory = new CommandMemory();
    expect([memory.size, memory.bytes]).toEqual([0, 4 * 16_384]);
    for (let index = 0; index < 800; index += 1) memory.remember('command', String(index), at(index), 0);
    memory.remember('command', 'next generation', at(1), COMMAND_KNOWN_MS);
    memory.remember('usage', 'a', at(2), COMMAND_KNOWN_MS);
    expect([memory.size, memory.bytes]).toEqual([802, 5 * 16_384]);
  });

  it('is empty from the snapshot of an empty one', () => {
    const again = copied(new CommandMemory());
    expect(again.size).toBe(0);
    again.remember('usage', 'a', at(1), 0);
    expect(again.candidates('usage', 'a')).toEqual([at(1)]);
  });
});
