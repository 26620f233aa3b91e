import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, parseAmount } from '@exchequer/kernel';
import { openLedger, type Ledger } from '@exchequer/ledger';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadReplica } from '../load-replica.js';
import type { Replica } from '../replica.js';
import { encodeSnapshot } from '../snapshot-codec.js';
import { at, playWorkedExamples } from '../spec/company.js';
import { Scribe } from '../spec/scribe.js';
import { IdShelf } from './id-shelf.js';
import { PartFiles } from './part-files.js';

const STREAM = 'account-acme';
const TABLE_IDS_MAX = 5;
const GRANTS = 40;

let scratch: ScratchDirectory;
let ledger: Ledger;
let directory: string;
let shelf: IdShelf;

beforeEach(async () => {
  scratch = await createScratchDirectory();
  ledger = openLedger(`lmdb:${scratch.path}`);
  directory = join(scratch.path, 'ids');
  shelf = new IdShelf(ledger, new PartFiles(directory), TABLE_IDS_MAX);
  const scribe = new Scribe(ledger, 'acme');
  await playWorkedExamples(scribe);
  for (let grant = 0; grant < GRANTS; grant += 1) await scribe.must(at(1_000), GRANT, `g-${String(grant)}`);
});

afterEach(async () => {
  await ledger.close();
  await scratch.remove();
});

const GRANT = {
  type: 'grant',
  node: nodeId('org'),
  currency: currencyId('credit'),
  amount: parseAmount('1'),
  layer: 'plan',
} as const;

/** Where each grant's command may lie, by memory and shelf together. */
const found = ({ memory }: Replica) =>
  Promise.all(
    Array.from({ length: GRANTS }, async (_, grant) => {
      const id = `g-${String(grant)}`;
      const elsewhere = await shelf.find(STREAM, memory.elsewhere('command', id), id);
      return [...memory.candidates('command', id), ...elsewhere].map(({ revision }) => revision);
    }),
  );

const files = async (): Promise<readonly string[]> => (await readdir(join(directory, STREAM))).toSorted();

describe('a shelf of ids', () => {
  it('has every id that memory has no room for, one address each', async () => {
    const replica = await loadReplica(ledger, STREAM, shelf);
    expect(replica.memory.size).toBeLessThanOrEqual(TABLE_IDS_MAX);
    const first = replica.revision - GRANTS + 1;
    expect(await found(replica)).toEqual(Array.from({ length: GRANTS }, (_, grant) => [first + grant]));
    expect((await files()).length).toBeGreaterThanOrEqual(GRANTS / TABLE_IDS_MAX - 1);
  });

  it('knows the same from a snapshot, which has no addresses of full tables, and the files', async () => {
    const replica = await loadReplica(ledger, STREAM, shelf);
    const before = await found(replica);
    await ledger.saveSnapshot(STREAM, encodeSnapshot(replica));
    const again = await loadReplica(ledger, STREAM, shelf);
    expect(again.memory.size).toBe(replica.memory.size);
    expect(await found(again)).toEqual(before);
  });

  it.each([
    ['are gone', (path: string) => rm(path)],
    ['are cut off', (path: string) => truncate(path, 2_000)],
    [
      'have another bit',
      async (path: string) => {
        const bytes = await readFile(path);
        bytes[bytes.byteLength - 1] = (bytes[bytes.byteLength - 1] ?? 0) ^ 1;
        await writeFile(path, bytes);
      },
    ],
    ['are no files of ids', (path: string) => writeFile(path, 'x'.repeat(3_000))],
  ] as const)('makes the parts again from the ledger when files %s', async (_what, spoil) => {
    const replica = await loadReplica(ledger, STREAM, shelf);
    const before = await found(replica);
    await ledger.saveSnapshot(STREAM, encodeSnapshot(replica));
    for (const name of await files()) await spoil(join(directory, STREAM, name));
    expect(await found(await loadReplica(ledger, STREAM, shelf))).toEqual(before);
  });

  it('makes a part again that goes while it is in use', async () => {
    const replica = await loadReplica(ledger, STREAM, shelf);
    const before = await found(replica);
    await rm(join(directory, STREAM), { recursive: true });
    expect(await found(replica)).toEqual(before);
    expect((await files()).length).toBeGreaterThan(0);
  });

  it('takes no part of another ledger for its own', async () => {
    await loadReplica(ledger, STREAM, shelf);
    const before = await Promise.all((await files()).map((name) => readFile(join(directory, STREAM, name))));
    const other = openLedger(`lmdb:${join(scratch.path, 'other')}`);
    const scribe = new Scribe(other, 'acme');
    await playWorkedExamples(scribe);
    for (let grant = 0; grant < GRANTS; grant += 1) await scribe.must(at(2_000), GRANT, `g-${String(grant)}`);
    const there = new IdShelf(other, new PartFiles(directory), TABLE_IDS_MAX);
    const replica = await loadReplica(other, STREAM);
    await other.saveSnapshot(STREAM, encodeSnapshot(await loadReplica(other, STREAM, there)));
    for (const [index, name] of (await files()).entries())
      await writeFile(join(directory, STREAM, name), before[index] ?? '');
    const again = await loadReplica(other, STREAM, there);
    expect(again.revision).toBe(replica.revision);
    expect(again.memory.parts().filter(({ table }) => table !== undefined).length).toBeGreaterThan(0);
    await other.close();
  });

  it('takes no part that ends elsewhere for its own, though it has the same number', async () => {
    const replica = await loadReplica(ledger, STREAM, shelf);
    const before = await found(replica);
    await loadReplica(ledger, STREAM, new IdShelf(ledger, new PartFiles(directory), TABLE_IDS_MAX + 2));
    expect(await found(replica)).toEqual(before);
  });

  it('waits with what is not durable yet', async () => {
    const replica = await loadReplica(ledger, STREAM, shelf);
    const ahead = replica.revision + 1;
    for (let id = 0; id < 2 * TABLE_IDS_MAX; id += 1)
      replica.memory.remember('command', `ahead ${String(id)}`, { revision: ahead + id, index: 0 }, at(1_000));
    const before = await files();
    await shelf.store(replica, replica.revision);
    const waiting = replica.memory.parts().filter(({ table }) => table !== undefined);
    expect(waiting.map(({ part }) => part.last.revision > replica.revision)).not.toContain(false);
    expect(waiting.length).toBeGreaterThan(0);
    expect(await files()).toEqual(before);
  });

  it('removes the files of ids that need not be known any more', async () => {
    const replica = await loadReplica(ledger, STREAM, shelf);
    const before = await files();
    const { memory } = replica;
    for (const { part } of memory.parts()) expect(before.join('\n')).toContain(`command-${String(part.number)}-`);
    const later = at(1_000) + 3 * 86_400_000;
    for (let id = 0; id < 40 * TABLE_IDS_MAX; id += 1)
      memory.remember('command', `later ${String(id)}`, { revision: replica.revision, index: 0 }, later);
    await shelf.store(replica, replica.revision);
    expect((await files()).filter((name) => before.includes(name))).toEqual([]);
  });
});
