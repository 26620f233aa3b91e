import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { AnchorBook, ANCHORS_STREAM } from './anchors.js';
import { at, chain, ids } from './contract/entries.js';
import { LedgerCorrupt } from './errors.js';
import { tamper } from './lmdb/tampering.js';
import { openLedger } from './open-ledger.js';
import { type Head, type Ledger, NO_STREAM } from './port.js';
import { verifyStream } from './verify-stream.js';

let directory: ScratchDirectory;
let ledger: Ledger;
beforeEach(async () => {
  directory = await createScratchDirectory();
  ledger = openLedger(`lmdb:${directory.path}`);
  await ledger.append('account-a', NO_STREAM, chain(ids(4)));
  await ledger.append('account-b', NO_STREAM, chain(ids(2)));
});
afterEach(async () => {
  await ledger.close();
  await directory.remove();
});

const heads = async (...streams: readonly string[]): Promise<Map<string, Head>> => {
  const found = new Map<string, Head>();
  for (const stream of streams) {
    const head = await ledger.head(stream);
    if (head !== undefined) found.set(stream, head);
  }
  return found;
};

const reopened = async (act: Parameters<typeof tamper>[1]): Promise<void> => {
  await ledger.close();
  await tamper(directory.path, act);
  ledger = openLedger(`lmdb:${directory.path}`);
};

describe('anchoring heads', () => {
  it('writes down the heads that moved, and nothing when none did', async () => {
    const book = await AnchorBook.load(ledger);
    expect(await book.record(await heads('account-a', 'account-b'), 1)).toBe(2);
    expect(await book.record(await heads('account-a', 'account-b'), 2)).toBe(0);
    await ledger.append('account-b', 1, chain(['more'], at(chain(ids(2)), 1).hash));
    expect(await book.record(await heads('account-a', 'account-b'), 3)).toBe(1);
    expect(await ledger.head(ANCHORS_STREAM)).toMatchObject({ revision: 1 });
    expect(Object.fromEntries(book.heads)).toMatchObject({
      'account-a': { revision: 3, anchoredAt: 'anchors@0' },
      'account-b': { revision: 2, anchoredAt: 'anchors@1' },
    });
    expect((await AnchorBook.load(ledger)).heads).toEqual(book.heads);
    expect(await verifyStream(ledger, ANCHORS_STREAM)).toMatchObject({ entries: 2, facts: 2, faultCount: 0 });
  });

  it('lets two writers of anchors get past each other', async () => {
    const [left, right] = [await AnchorBook.load(ledger), await AnchorBook.load(ledger)];
    expect(await left.record(await heads('account-a'), 1)).toBe(1);
    expect(await right.record(await heads('account-a', 'account-b'), 1)).toBe(1);
    expect((await AnchorBook.load(ledger)).heads.size).toBe(2);
  });

  it('takes any number of heads', async () => {
    const book = await AnchorBook.load(ledger);
    const many = new Map(
      Array.from({ length: 9_000 }, (_, index) => [`account-${index}`, { revision: index, hash: 'a'.repeat(64) }]),
    );
    expect(await book.record(many, 1)).toBe(9_000);
    expect((await AnchorBook.load(ledger)).heads.size).toBe(9_000);
  });

  it('does not write a changed past over what it remembers', async () => {
    const book = await AnchorBook.load(ledger);
    await book.record(await heads('account-a'), 1);
    const forged = new Map([['account-a', { revision: 3, hash: 'f'.repeat(64) }]]);
    expect(await book.record(forged, 2)).toBe(0);
    expect(await book.record(new Map([['account-a', { revision: 1, hash: 'f'.repeat(64) }]]), 2)).toBe(0);
  });
});

describe('checking streams against their anchors', () => {
  beforeEach(async () => {
    await (await AnchorBook.load(ledger)).record(await heads('account-a', 'account-b'), 1);
  });

  it('finds nothing when the streams are whole or have grown', async () => {
    await ledger.append('account-a', 3, chain(['more'], at(chain(ids(4)), 3).hash));
    expect(await (await AnchorBook.load(ledger)).check()).toEqual([]);
  });

  it('names what was cut off an end, and a stream that is gone', async () => {
    await reopened((hand) => {
      hand.remove('account-a', 3);
      hand.remove('account-b', 1);
      hand.remove('account-b', 0);
    });
    const book = await AnchorBook.load(ledger);
    expect(await book.check()).toEqual([
      {
        address: 'account-a@3',
        reason: 'it is missing: anchors@0 remembers it, but the stream ends at account-a@2',
      },
      { address: 'account-b@1', reason: 'it is missing: anchors@0 remembers it, but the stream is gone' },
    ]);
    expect(await verifyStream(ledger, 'account-a', { anchor: book.heads.get('account-a') })).toMatchObject({
      faults: [{ address: 'account-a@3' }],
    });
  });

  it('names an end that was exchanged, and one whose bytes were changed', async () => {
    await reopened((hand) => {
      hand.change('account-a', 3, () => at(chain(['x', 'y', 'z', 'other']), 3).bytes);
      hand.change('account-b', 1, (bytes) => Buffer.from(Buffer.from(bytes).toString().replace('ada', 'eve')));
    });
    const faults = await (await AnchorBook.load(ledger)).check();
    expect(faults).toEqual([
      { address: 'account-a@3', reason: 'its hash is not the one that anchors@0 remembers' },
      { address: 'account-b@1', reason: 'its hash does not fit its bytes' },
    ]);
    expect(await (await AnchorBook.load(ledger)).check(['account-none'])).toEqual([]);
  });

  it('does not trust anchors that were changed themselves', async () => {
    await reopened((hand) =>
      hand.change(ANCHORS_STREAM, 0, (bytes) =>
        Buffer.from(Buffer.from(bytes).toString().replace('account-a', 'account-c')),
      ),
    );
    await expect(AnchorBook.load(ledger)).rejects.toThrow(LedgerCorrupt);
  });
});
