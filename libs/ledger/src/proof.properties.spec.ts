import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import fc from 'fast-check';
import { AnchorBook } from './anchors.js';
import { at, chain, ids } from './contract/entries.js';
import { tamper } from './lmdb/tampering.js';
import { openLedger } from './open-ledger.js';
import { NO_STREAM, type SealedEntry } from './port.js';
import { verifyStream } from './verify-stream.js';

const STREAM = 'account-acme';
const ENTRIES_MAX = 7;

let scratch: ScratchDirectory;
beforeEach(async () => {
  scratch = await createScratchDirectory();
});
afterEach(() => scratch.remove());

/** What a hand in the data does to a stream that was written and anchored. */
type Harm =
  | { readonly kind: 'change'; readonly entry: number; readonly byte: number; readonly by: number }
  | { readonly kind: 'remove' | 'cut'; readonly entry: number }
  | { readonly kind: 'exchange'; readonly entry: number; readonly other: number };

const small = fc.nat({ max: ENTRIES_MAX - 1 });
const harms: fc.Arbitrary<Harm> = fc.oneof(
  fc.record({
    kind: fc.constant('change' as const),
    entry: small,
    byte: fc.nat({ max: 1_000 }),
    by: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'cut' as const), entry: small }),
  fc.record({ kind: fc.constant('exchange' as const), entry: small, other: small }),
);

/** The revisions that are no longer as they were written. */
function harmed(harm: Harm, count: number): readonly number[] {
  switch (harm.kind) {
    case 'change':
    case 'remove':
      return [harm.entry];
    case 'cut':
      return Array.from({ length: count - harm.entry }, (_, index) => harm.entry + index);
    case 'exchange':
      return harm.entry === harm.other ? [] : [harm.entry, harm.other];
  }
}

function flipped(entry: SealedEntry, byte: number, by: number): Uint8Array {
  const bytes = Uint8Array.from(entry.bytes);
  const index = byte % bytes.byteLength;
  bytes[index] = (bytes[index] ?? 0) ^ by;
  return bytes;
}

/** The addresses that the proof names after a stream of `count` entries was written, anchored and harmed. */
async function named(directory: string, count: number, harm: Harm): Promise<readonly string[]> {
  const entries = chain(ids(count));
  const written = openLedger(`lmdb:${directory}`);
  const { revision } = await written.append(STREAM, NO_STREAM, entries);
  const head = { revision, hash: at(entries, revision).hash };
  await (await AnchorBook.load(written)).record(new Map([[STREAM, head]]), 5);
  await written.close();
  await tamper(directory, (hand) => {
    if (harm.kind === 'change')
      hand.change(STREAM, harm.entry, () => flipped(at(entries, harm.entry), harm.byte, harm.by));
    else if (harm.kind === 'exchange') {
      hand.change(STREAM, harm.entry, () => at(entries, harm.other).bytes);
      hand.change(STREAM, harm.other, () => at(entries, harm.entry).bytes);
    } else for (const gone of harmed(harm, count)) hand.remove(STREAM, gone);
  });
  const ledger = openLedger(`lmdb:${directory}`);
  const anchor = (await AnchorBook.load(ledger)).heads.get(STREAM);
  const { faults } = await verifyStream(ledger, STREAM, { anchor });
  await ledger.close();
  return faults.map(({ address }) => address);
}

describe('I9: the chain of a stream', () => {
  it('finds and names whatever was changed, taken out, cut off or exchanged, and nothing where nothing was', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: ENTRIES_MAX }), harms, async (count, drawn) => {
        const harm: Harm =
          drawn.kind === 'exchange'
            ? { ...drawn, entry: drawn.entry % count, other: drawn.other % count }
            : { ...drawn, entry: drawn.entry % count };
        const directory = `${scratch.path}/${String((run += 1))}`;
        const addresses = await named(directory, count, harm);
        const broken = harmed(harm, count);
        const [first] = broken;
        if (first === undefined) expect(addresses).toEqual([]);
        else if (harm.kind === 'cut') expect(addresses).toEqual([`${STREAM}@${String(first)}`]);
        else for (const revision of broken) expect(addresses).toContain(`${STREAM}@${String(revision)}`);
        if (harm.kind === 'change') expect(addresses).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });
});
