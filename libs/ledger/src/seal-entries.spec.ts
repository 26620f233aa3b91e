import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawn } from './contract/entries.js';
import { ENTRY_BYTES_MAX, NO_HASH, openEntry } from './entry.js';
import { EntryTooLarge } from './errors.js';
import { CommandJoiner } from './read-commands.js';
import { sealEntries } from './seal-entries.js';
import type { SealedEntry } from './port.js';

const STREAM = 'account-a';
const opened = (entries: readonly SealedEntry[]) =>
  entries.map(({ bytes }, revision) => openEntry(STREAM, revision, bytes));

describe('sealing commands that were decided together', () => {
  it('takes one entry as a rule', () => {
    const commands = [drawn('a', '1'), drawn('b', '2', '3')];
    const entries = opened(sealEntries(STREAM, NO_HASH, 5, commands));
    expect(entries).toMatchObject([{ at: 5, previousHash: NO_HASH, commands }]);
    expect(entries[0]).not.toHaveProperty('continues');
    expect(entries[0]).not.toHaveProperty('resumes');
  });

  it('cuts between commands when they are too much for one', () => {
    const commands = ['a', 'b', 'c'].map((id) => drawn(id, 'x'.repeat(200_000)));
    const entries = opened(sealEntries(STREAM, NO_HASH, 5, commands));
    expect(entries.map((entry) => entry.commands.map(({ id }) => id))).toEqual([['a', 'b'], ['c']]);
    expect(entries.map(({ continues, resumes }) => [continues, resumes])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(entries[1]?.previousHash).toBe(entries[0]?.hash);
  });

  it('lets a command that is too big alone span several, and goes on behind it in the last of them', () => {
    const big = drawn('big', ...Array.from({ length: 5 }, () => 'x'.repeat(200_000)));
    const entries = opened(sealEntries(STREAM, NO_HASH, 5, [drawn('a', '1'), big, drawn('z', '2')]));
    expect(entries.map((entry) => entry.commands.map(({ id, facts }) => `${id}:${facts.length}`))).toEqual([
      ['a:1'],
      ['big:2'],
      ['big:2'],
      ['big:1', 'z:1'],
    ]);
    expect(entries.map(({ continues, resumes }) => [continues ?? false, resumes ?? false])).toEqual([
      [false, false],
      [true, false],
      [true, true],
      [false, true],
    ]);
  });

  it('refuses a fact that no entry can hold', () =>
    expect(() => sealEntries(STREAM, NO_HASH, 5, [drawn('a', 'x'.repeat(ENTRY_BYTES_MAX))])).toThrow(EntryTooLarge));

  it('loses nothing, keeps the order and stays within the bound, whatever the sizes', () => {
    const BYTES_MAX = 900;
    const size = fc.integer({ min: 0, max: 400 });
    const someCommands = fc.array(fc.array(size, { maxLength: 6 }), { maxLength: 8 });
    fc.assert(
      fc.property(someCommands, (sizes) => {
        const commands = sizes.map((facts, index) =>
          drawn(`c-${index}`, ...facts.map((length) => 'é'.repeat(length / 2))),
        );
        const sealed = sealEntries(STREAM, NO_HASH, 5, commands, BYTES_MAX);
        const joiner = new CommandJoiner(STREAM);
        const joined = opened(sealed).flatMap((entry, revision) => joiner.join(revision, entry));
        return (
          sealed.every(({ bytes }) => bytes.byteLength <= BYTES_MAX) &&
          !joiner.isOpen &&
          JSON.stringify(joined.map(({ record }) => record)) === JSON.stringify(commands)
        );
      }),
    );
  });
});
