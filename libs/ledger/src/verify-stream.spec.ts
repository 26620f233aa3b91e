import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createScratchDirectory,
  type EventStoreDouble,
  type ScratchDirectory,
  startEventStoreDouble,
} from '@exchequer/testing';
import { at, chain, drawn, ids } from './contract/entries.js';
import { NO_HASH, openEntry, sealEntry } from './entry.js';
import { FactShapes } from './fact-shapes.js';
import { type Tampering, tamper } from './lmdb/tampering.js';
import { openLedger } from './open-ledger.js';
import { type Ledger, NO_STREAM } from './port.js';
import { type StreamReport, verifyStream } from './verify-stream.js';

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

/** Writes six entries, lets a hand into the data, and verifies. */
async function verified(act: (hand: Tampering) => void): Promise<StreamReport> {
  await ledger.append(STREAM, NO_STREAM, chain(ids(6)));
  await ledger.close();
  await tamper(directory.path, act);
  ledger = openLedger(`lmdb:${directory.path}`);
  return verifyStream(ledger, STREAM);
}

const amountChanged = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(Buffer.from(bytes).toString().replace('"amount":"12"', '"amount":"21"'));

/** As somebody would who knows how entries are sealed. */
const resealed = (bytes: Uint8Array): Uint8Array => {
  const { previousHash, at: instant, commands } = openEntry(STREAM, 0, bytes);
  const [command] = commands;
  return sealEntry(previousHash, {
    at: instant,
    commands: [{ ...at([command!], 0), facts: [{ type: 'CreditsDrawn', amount: '21' }] }],
  }).bytes;
};

describe('proving a stream', () => {
  it('counts what is there when everything is as it was written', async () => {
    const report = await verified(() => undefined);
    expect(report).toMatchObject({ stream: STREAM, entries: 6, commands: 6, facts: 6, faults: [], faultCount: 0 });
    expect(report.head).toEqual({ revision: 5, hash: at(chain(ids(6)), 5).hash });
    expect(report.bytes).toBe(chain(ids(6)).reduce((sum, entry) => sum + entry.bytes.byteLength, 0));
  });

  it('finds nothing wrong with nothing', async () =>
    expect(await verifyStream(ledger, 'account-none')).toMatchObject({ entries: 0, head: undefined, faultCount: 0 }));

  it('names the entry in which an amount was changed, and it alone', async () =>
    expect(await verified((hand) => hand.change(STREAM, 3, amountChanged))).toMatchObject({
      entries: 6,
      faults: [{ address: 'account-acme@3', reason: 'its hash does not fit its bytes' }],
      faultCount: 1,
    }));

  it('names the entry also when it was sealed anew with its change', async () =>
    expect(await verified((hand) => hand.change(STREAM, 3, resealed))).toMatchObject({
      faults: [{ address: 'account-acme@3', reason: 'its hash is not the one that account-acme@4 is chained to' }],
      faultCount: 1,
    }));

  it('names every changed entry, not the first alone', async () => {
    const { faults } = await verified((hand) => {
      for (const revision of [1, 2, 5]) hand.change(STREAM, revision, amountChanged);
    });
    expect(faults.map(({ address }) => address)).toEqual(['account-acme@1', 'account-acme@2', 'account-acme@5']);
  });

  it('names what was exchanged', async () => {
    const { faults } = await verified((hand) => {
      let third = new Uint8Array();
      hand.change(STREAM, 3, (bytes) => (third = Uint8Array.from(bytes)));
      hand.change(STREAM, 3, () => at(chain(ids(6)), 4).bytes);
      hand.change(STREAM, 4, () => third);
    });
    expect(faults.map(({ address }) => address)).toEqual(['account-acme@2', 'account-acme@3', 'account-acme@4']);
  });

  it('names what is missing in the middle, with and without a trace, and goes on behind it', async () => {
    const report = await verified((hand) => {
      hand.remove(STREAM, 1);
      hand.lose(STREAM, 3);
    });
    expect(report.faults).toEqual([
      { address: 'account-acme@1', reason: 'it is missing; the next one is account-acme@2' },
      { address: 'account-acme@3', reason: 'its bytes are gone' },
    ]);
    expect(report).toMatchObject({ entries: 4, head: { revision: 5 } });
  });

  it('sees a cut end against what an anchor remembers, and an exchanged entry', async () => {
    const entries = chain(ids(6));
    await verified((hand) => {
      hand.remove(STREAM, 5);
      hand.remove(STREAM, 4);
    });
    const anchor = { revision: 5, hash: at(entries, 5).hash, anchoredAt: 'anchors@2' };
    expect((await verifyStream(ledger, STREAM, { anchor })).faults).toEqual([
      {
        address: 'account-acme@4',
        reason: 'it and all after it are missing: anchors@2 saw the stream end at account-acme@5',
      },
    ]);
    const other = { revision: 2, hash: 'f'.repeat(64), anchoredAt: 'anchors@1' };
    expect((await verifyStream(ledger, STREAM, { anchor: other })).faults).toMatchObject([
      { address: 'account-acme@2' },
    ]);
    const right = { revision: 2, hash: at(entries, 2).hash, anchoredAt: 'anchors@1' };
    expect(await verifyStream(ledger, STREAM, { anchor: right })).toMatchObject({ faultCount: 0 });
  });

  it('sees the first entries cut off', async () =>
    expect(
      await verified((hand) => {
        hand.remove(STREAM, 0);
      }),
    ).toMatchObject({ faults: [{ address: 'account-acme@0' }] }));

  it('sees a chain that begins behind something', async () => {
    await ledger.append(STREAM, NO_STREAM, chain(['one'], 'f'.repeat(64)));
    expect((await verifyStream(ledger, STREAM)).faults).toEqual([
      { address: 'account-acme@0', reason: 'it is chained to an entry before it, of which there is none' },
    ]);
  });

  it('counts a command once that spans entries, and none that never ended', async () => {
    const bodies = [
      { commands: [drawn('big', '1')], continues: true },
      { commands: [drawn('big', '2')], resumes: true },
      { commands: [drawn('broken', '3')], continues: true },
      { commands: [drawn('z', '4')] },
      { commands: [drawn('odd', '5')], resumes: true },
    ] as const;
    let hash = NO_HASH;
    for (const [index, body] of bodies.entries()) {
      const entry = sealEntry(hash, { at: 1, ...body });
      await ledger.append(STREAM, index - 1, [entry]);
      hash = entry.hash;
    }
    expect(await verifyStream(ledger, STREAM)).toMatchObject({
      entries: 5,
      commands: 2,
      facts: 3,
      faults: [{ address: 'account-acme@4', reason: 'it resumes a command that was not begun before it' }],
    });
  });

  it('names facts of a version that is not known', async () => {
    const fact = { type: 'CreditsDrawn', version: 2, amount: '1' };
    const entry = sealEntry(NO_HASH, { at: 1, commands: [{ ...drawn('c'), facts: [fact] }] });
    await ledger.append(STREAM, NO_STREAM, [entry]);
    expect((await verifyStream(ledger, STREAM, { shapes: new FactShapes() })).faults).toMatchObject([
      { address: 'account-acme@0', reason: 'account-acme@0.0: version 2 of CreditsDrawn is not known to this release' },
    ]);
  });

  it('keeps so many faults, and counts all', async () => {
    await ledger.append(STREAM, NO_STREAM, chain(ids(300)));
    await ledger.close();
    await tamper(directory.path, (hand) => {
      for (let revision = 0; revision < 300; revision++) hand.change(STREAM, revision, amountChanged);
    });
    ledger = openLedger(`lmdb:${directory.path}`);
    const report = await verifyStream(ledger, STREAM);
    expect(report.faults).toHaveLength(100);
    expect(report.faultCount).toBe(300);
  });

  it('shows each whole entry to whoever wants to look at its facts', async () => {
    const seen: number[] = [];
    await verified((hand) => hand.change(STREAM, 2, amountChanged));
    await verifyStream(ledger, STREAM, { onEntry: ({ revision }) => seen.push(revision) });
    expect(seen).toEqual([0, 1, 3, 4, 5]);
  });
});

describe('proving a stream in EventStoreDB', () => {
  let double: EventStoreDouble;
  beforeEach(async () => {
    double = await startEventStoreDouble();
  });
  afterEach(() => double.stop());

  it('names the entry whose bytes were changed in the store', async () => {
    const remote = openLedger(double.url);
    await remote.append(STREAM, NO_STREAM, chain(ids(6)));
    double.log.tamper(STREAM, 3, amountChanged);
    expect(await verifyStream(remote, STREAM)).toMatchObject({ entries: 6, faults: [{ address: 'account-acme@3' }] });
    double.log.tamper(STREAM, 5, () => new Uint8Array());
    expect((await verifyStream(remote, STREAM)).faults.map(({ address }) => address)).toEqual([
      'account-acme@3',
      'account-acme@5',
    ]);
    await remote.close();
  });
});
