import { describe, expect, it } from '@jest/globals';
import { AnchorBook, type Ledger, type StoredEntry } from '@exchequer/ledger';
import { BookedAccount, withLedger } from '../spec/booked-account.js';
import { proveLedger } from './prove-ledger.js';

const quiet = { show: () => undefined, end: () => undefined };

/** A ledger with one account of four entries, anchored at its end. */
async function write(ledger: Ledger): Promise<BookedAccount> {
  const account = new BookedAccount(ledger, 'acme');
  await account.open(1_000);
  await account.hold(2_000, 5n);
  await account.use(3_000, 2n);
  const head = await ledger.head('account-acme');
  if (head !== undefined) await (await AnchorBook.load(ledger)).record(new Map([['account-acme', head]]), 4_000);
  return account;
}

/** The ledger as it reads after somebody has been at its file. */
function tampered(ledger: Ledger, change: (entry: StoredEntry) => StoredEntry | undefined): Ledger {
  return {
    append: (...given) => ledger.append(...given),
    async *read(stream, from, most) {
      for await (const entry of ledger.read(stream, from, most)) {
        const changed = change(entry);
        if (changed !== undefined) yield changed;
      }
    },
    follow: (...given) => ledger.follow(...given),
    head: (stream) => ledger.head(stream),
    saveSnapshot: (...given) => ledger.saveSnapshot(...given),
    loadSnapshot: (stream) => ledger.loadSnapshot(stream),
    close: () => ledger.close(),
  };
}

const of = async (ledger: Ledger, stream = 'account-acme') =>
  (await proveLedger(ledger, undefined, quiet)).find((proof) => proof.stream === stream);

describe('the proof of a ledger', () => {
  it('finds every stream whole: chain, invariants, anchor', () =>
    withLedger(async (ledger) => {
      await write(ledger);
      const proofs = await proveLedger(ledger, undefined, quiet);
      expect(proofs.map(({ stream }) => stream)).toEqual(['account-acme', 'anchors']);
      expect(proofs[0]).toMatchObject({
        account: 'acme',
        entries: 4,
        head: 'account-acme@3',
        anchored: 'account-acme@3',
        chain: 'whole',
        invariants: 'hold',
        faultCount: 0,
      });
      expect(proofs[1]).toMatchObject({ chain: 'whole', invariants: 'none', anchored: null });
    }));

  it('names the entry of which one byte was changed', () =>
    withLedger(async (ledger) => {
      await write(ledger);
      const broken = tampered(ledger, (entry) => {
        if (entry.stream !== 'account-acme' || entry.revision !== 2) return entry;
        const bytes = Uint8Array.from(entry.bytes);
        bytes[200] = (bytes[200] ?? 0) ^ 1;
        return { ...entry, bytes };
      });
      expect(await of(broken)).toMatchObject({
        chain: 'damaged',
        invariants: 'not-known',
        faultCount: 1,
        faults: [{ address: 'account-acme@2' }],
      });
    }));

  it('finds entries that were cut off the end, by the anchor', () =>
    withLedger(async (ledger) => {
      await write(ledger);
      const cut = tampered(ledger, (entry) =>
        entry.stream === 'account-acme' && entry.revision > 1 ? undefined : entry,
      );
      expect(await of(cut)).toMatchObject({
        entries: 2,
        chain: 'damaged',
        faults: [{ address: 'account-acme@2', reason: expect.stringContaining('anchors@0') as unknown }],
      });
    }));

  it('finds a stream that is gone, by the anchor', () =>
    withLedger(async (ledger) => {
      await write(ledger);
      const gone = tampered(ledger, (entry) => (entry.stream === 'account-acme' ? undefined : entry));
      expect(await of(gone)).toMatchObject({ entries: 0, head: null, chain: 'damaged', faultCount: 1 });
    }));

  it('finds an account whose facts, though written whole, break an invariant', () =>
    withLedger(async (ledger) => {
      const account = await write(ledger);
      // Ada's hold of 5 from lot l-1 gives back 9.
      await account.forge(5_000, { type: 'HoldVoided', hold: 'h-1-1jk', returned: [['l-1', '9000000000']] });
      const proof = await of(ledger);
      expect(proof).toMatchObject({ chain: 'whole', invariants: 'broken' });
      expect(proof?.faults[0]).toEqual({ address: 'account-acme@4', reason: 'I2: held of lot l-1 is below zero' });
    }));

  it('looks at one account and the anchors alone when asked for it', () =>
    withLedger(async (ledger) => {
      await write(ledger);
      await new BookedAccount(ledger, 'other').open(1_000);
      const proofs = await proveLedger(ledger, 'other', quiet);
      expect(proofs.map(({ stream }) => stream)).toEqual(['account-other', 'anchors']);
    }));
});
