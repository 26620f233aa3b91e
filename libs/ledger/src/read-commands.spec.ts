import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { chain, drawn, everything } from './contract/entries.js';
import { type CommandRecord, type EntryBody, NO_HASH, sealEntry } from './entry.js';
import { LedgerCorrupt, UnknownVersion } from './errors.js';
import { FactShapes } from './fact-shapes.js';
import { tamper } from './lmdb/tampering.js';
import { openLedger } from './open-ledger.js';
import { type Ledger, NO_STREAM, type Revision } from './port.js';
import { type CommandBatch, factAddress, readCommands, type ReadCommandsOptions } from './read-commands.js';

const STREAM = 'account-acme';

let directory: ScratchDirectory;
let ledger: Ledger;
beforeEach(async () => {
  directory = await createScratchDirectory();
  ledger = openLedger(`lmdb:${directory.path}`);
});
afterEach(async () => {
  await ledger.close();
  await directory.remove();
});

/** Appends bodies as one chain. */
async function write(...bodies: readonly Omit<EntryBody, 'at'>[]): Promise<void> {
  let head = await ledger.head(STREAM);
  for (const body of bodies) {
    const entry = sealEntry(head?.hash ?? NO_HASH, { at: 7, ...body });
    const { revision } = await ledger.append(STREAM, head?.revision ?? NO_STREAM, [entry]);
    head = { revision, hash: entry.hash };
  }
}

const batches = async (from?: Revision, options?: ReadCommandsOptions): Promise<CommandBatch[]> => {
  const found: CommandBatch[] = [];
  for await (const batch of readCommands(ledger, STREAM, from, options)) found.push(batch);
  return found;
};

/** Each command with the addresses of its facts, and what they say. */
const told = (found: readonly CommandBatch[]): string[] =>
  found.flatMap(({ commands }) =>
    commands.map((command) =>
      [
        `${command.record.id}:`,
        ...command.record.facts.map(
          (fact, index) => `${String(fact['amount'])} at ${factAddress(STREAM, command, index)}`,
        ),
      ].join(' '),
    ),
  );

describe('reading commands', () => {
  it('tells where each fact is, counting over all commands of an entry', async () => {
    await write({ commands: [drawn('a', '1'), drawn('b', '2', '3')] }, { commands: [drawn('c'), drawn('d', '4')] });
    expect(told(await batches())).toEqual([
      'a: 1 at account-acme@0.0',
      'b: 2 at account-acme@0.1 3 at account-acme@0.2',
      'c:',
      'd: 4 at account-acme@1.0',
    ]);
    expect(await batches()).toMatchObject([
      { revision: 0, at: 7, continues: false },
      { revision: 1, at: 7, continues: false },
    ]);
  });

  it('joins a command that spans entries, and takes it when its last entry is there', async () => {
    await write(
      { commands: [drawn('a', '1'), drawn('big', '2')], continues: true },
      { commands: [drawn('big', '3', '4')], resumes: true, continues: true },
      { commands: [drawn('big', '5'), drawn('z', '6')], resumes: true },
    );
    const found = await batches();
    expect(found.map(({ commands, continues }) => [commands.length, continues])).toEqual([
      [1, true],
      [0, true],
      [2, false],
    ]);
    expect(told(found)).toEqual([
      'a: 1 at account-acme@0.0',
      'big: 2 at account-acme@0.1 3 at account-acme@1.0 4 at account-acme@1.1 5 at account-acme@2.0',
      'z: 6 at account-acme@2.1',
    ]);
  });

  it('gives such a command whole also when it begins before the revision that was asked for', async () => {
    await write(
      { commands: [drawn('a', '1')] },
      { commands: [drawn('big', '2')], continues: true },
      { commands: [drawn('big', '3')], resumes: true },
      { commands: [drawn('z', '4')] },
    );
    const whole = ['big: 2 at account-acme@1.0 3 at account-acme@2.0', 'z: 4 at account-acme@3.0'];
    expect(told(await batches(2))).toEqual(whole);
    expect((await batches(2)).map(({ revision }) => revision)).toEqual([2, 3]);
    expect(told(await batches(3))).toEqual(whole.slice(1));
    expect(await batches(4)).toEqual([]);
  });

  it('takes no command whose writer died before its last entry, and no half of it into its repeat', async () => {
    await write(
      { commands: [drawn('big', '1')], continues: true },
      { commands: [drawn('big', '1', '2')] },
      { commands: [drawn('last', '3')], continues: true },
    );
    expect(told(await batches())).toEqual(['big: 1 at account-acme@1.0 2 at account-acme@1.1']);
  });

  it('refuses an entry that resumes what was not begun', async () => {
    await write({ commands: [drawn('a', '1')] }, { commands: [drawn('b', '2')], resumes: true });
    await expect(batches()).rejects.toThrow('account-acme@1: it resumes a command that was not begun before it');
  });

  it('refuses what is not chained, at the entry where the chain breaks', async () => {
    await ledger.append(STREAM, NO_STREAM, chain(['one', 'two']));
    await ledger.append(STREAM, 1, chain(['stranger']));
    await expect(batches()).rejects.toThrow('account-acme@2: it is not chained to the entry before it');
    await expect(batches(2)).resolves.toHaveLength(1);
    await expect(batches(2, { previousHash: 'f'.repeat(64) })).rejects.toThrow(LedgerCorrupt);
  });

  it('refuses a gap, and bytes that were changed', async () => {
    await ledger.append(STREAM, NO_STREAM, chain(['one', 'two', 'three']));
    await ledger.close();
    await tamper(directory.path, (hand) => hand.remove(STREAM, 1));
    ledger = openLedger(`lmdb:${directory.path}`);
    await expect(batches()).rejects.toThrow('account-acme@1: it is missing');
  });

  it('reads old shapes as those of today, and says where one is that it does not know', async () => {
    const shapes = new FactShapes([
      {
        type: 'CreditsDrawn',
        from: 1,
        upcast: ({ amount, ...fact }) => ({ ...fact, amount: `${String(amount)} usd` }),
      },
    ]);
    const newer: CommandRecord = { ...drawn('n'), facts: [{ type: 'CreditsDrawn', version: 3, amount: '9' }] };
    await write({ commands: [drawn('a', '1'), drawn('b', '2')] });
    expect(told(await batches(0, { shapes }))).toEqual([
      'a: 1 usd at account-acme@0.0',
      'b: 2 usd at account-acme@0.1',
    ]);
    await write({ commands: [drawn('c', '3'), newer] });
    await expect(batches(0, { shapes })).rejects.toThrow(UnknownVersion);
    await expect(batches(0, { shapes })).rejects.toThrow('account-acme@1.1: version 3 of CreditsDrawn');
  });

  it('knows nothing of a fact that a command does not have', async () => {
    await write({ commands: [drawn('a', '1')] });
    const [batch] = await batches();
    expect(() => factAddress(STREAM, batch!.commands[0]!, 1)).toThrow(RangeError);
    expect(await everything(ledger.read(STREAM, 0))).toHaveLength(1);
  });
});
