import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AnchorBook,
  ANCHORS_STREAM,
  closingHash,
  LedgerCorrupt,
  NO_STREAM,
  openLedger,
  verifyStream,
  type Ledger,
} from '@exchequer/ledger';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { loadReplica } from './load-replica.js';
import { Replica } from './replica.js';
import { playWorkedExamples } from './spec/company.js';
import { Scribe } from './spec/scribe.js';
import { stateHash } from './state-hash.js';

const STREAM = 'account-acme';

let scratch: ScratchDirectory;
let ledger: Ledger;
let scribe: Scribe;
const opened: Ledger[] = [];

const open = (name: string): Ledger => {
  const one = openLedger(`lmdb:${scratch.path}/${name}`);
  opened.push(one);
  return one;
};

beforeEach(async () => {
  scratch = await createScratchDirectory();
  ledger = open('ledger');
  scribe = new Scribe(ledger, 'acme');
  await playWorkedExamples(scribe);
});

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await scratch.remove();
});

/** Another ledger with the same entries, but for what a hand in the data changes or (undefined) takes away. */
async function forged(
  change: (text: string, revision: number) => string | undefined,
  name = 'forged',
): Promise<Ledger> {
  const other = open(name);
  for (const stream of [STREAM, ANCHORS_STREAM]) {
    let revision = NO_STREAM;
    for await (const stored of ledger.read(stream, 0)) {
      const text = Buffer.from(stored.bytes).toString();
      const kept = stream === STREAM ? change(text, stored.revision) : text;
      if (kept === undefined) continue;
      const bytes = Buffer.from(kept);
      ({ revision } = await other.append(stream, revision, [{ bytes, hash: closingHash(bytes) }]));
    }
  }
  return other;
}

/** The revision of the capture of seven credits. */
async function captureOfSeven(): Promise<number> {
  for await (const { revision, bytes } of ledger.read(STREAM, 0))
    if (Buffer.from(bytes).toString().includes('HoldCaptured')) return revision;
  throw new Error('there is no capture');
}

describe('W15 proof', () => {
  it('comes to the same state, and so to the same hash, however often the facts are replayed', async () => {
    const hashes = [await loadReplica(ledger, STREAM), await loadReplica(ledger, STREAM)].map((replica) =>
      stateHash(replica.state),
    );
    expect(hashes).toEqual([stateHash(scribe.live.state), stateHash(scribe.live.state)]);
    expect(hashes[0]).not.toBe(stateHash(new Replica(STREAM).state));
  });

  it('finds nothing wrong with what was written, and counts it', async () => {
    expect(await verifyStream(ledger, STREAM)).toMatchObject({
      faultCount: 0,
      head: { revision: scribe.live.revision },
    });
  });

  it('names the one entry in which an amount was changed, and folds no account from it', async () => {
    const seventh = await captureOfSeven();
    const address = `${STREAM}@${String(seventh)}`;
    const other = await forged((text, revision) =>
      revision === seventh ? text.replace('["credit","7000000000"]', '["credit","6000000000"]') : text,
    );
    expect((await verifyStream(other, STREAM)).faults).toEqual([
      { address, reason: 'its hash does not fit its bytes' },
    ]);
    await expect(loadReplica(other, STREAM)).rejects.toThrow(LedgerCorrupt);
    await expect(loadReplica(other, STREAM)).rejects.toMatchObject({ address });
  });

  it('finds entries that were cut off the end against the head that was anchored outside', async () => {
    const { revision, hash } = scribe.live;
    const book = await AnchorBook.load(ledger);
    await book.record(new Map([[STREAM, { revision, hash }]]), scribe.live.newestAt);
    const cut = await forged((text, at) => (at > revision - 2 ? undefined : text));
    expect((await verifyStream(cut, STREAM)).faultCount).toBe(0);
    expect(await (await AnchorBook.load(cut)).check()).toEqual([
      {
        address: `${STREAM}@${String(revision)}`,
        reason: `it is missing: anchors@0 remembers it, but the stream ends at ${STREAM}@${String(revision - 2)}`,
      },
    ]);
  });
});
