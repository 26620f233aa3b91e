import { hash as hashOnce } from 'node:crypto';
import { appendUntilKnown, type AppendUntilKnownOptions } from './append-until-known.js';
import { closingHash, entryAddress, NO_HASH, openEntry, type StoredFact } from './entry.js';
import { LedgerCorrupt, WrongRevision } from './errors.js';
import { type Head, type Ledger, NO_STREAM, type Revision } from './port.js';
import { readCommands } from './read-commands.js';
import { sealEntries } from './seal-entries.js';
import type { AnchoredHead, Fault } from './verify-stream.js';

/** The stream that remembers where the others ended. */
export const ANCHORS_STREAM = 'anchors';

/** Heads in one fact, so that any number of them can be cut into entries. */
const HEADS_PER_FACT_MAX = 1_000;

/** Times that another writer of anchors may come first before recording gives up. */
const CLASHES_MAX = 5;

/** Facts of this type: `{ heads: { [stream]: { revision, hash } } }`. */
export const HEADS_ANCHORED = 'HeadsAnchored';

type Heads = Readonly<Record<string, Head>>;

const isHead = (value: unknown): value is Head =>
  typeof value === 'object' &&
  value !== null &&
  'revision' in value &&
  'hash' in value &&
  typeof value.revision === 'number' &&
  typeof value.hash === 'string';

function headsOf(fact: StoredFact, address: string): Heads {
  const { heads } = fact;
  if (typeof heads !== 'object' || heads === null || !Object.values(heads).every(isHead))
    throw new LedgerCorrupt(address, `it is not a ${HEADS_ANCHORED}`);
  return heads as Heads;
}

function* factsOf(heads: ReadonlyMap<string, Head>): Generator<StoredFact> {
  const list = [...heads].map(([stream, { revision, hash }]) => [stream, { revision, hash }] as const);
  for (let from = 0; from < list.length; from += HEADS_PER_FACT_MAX)
    yield { type: HEADS_ANCHORED, heads: Object.fromEntries(list.slice(from, from + HEADS_PER_FACT_MAX)) };
}

/**
 * What the stream `anchors` remembers: for each stream the newest head that was written down outside of it. Entries that
 * were cut off a stream's end, or exchanged for others, show against it.
 */
export class AnchorBook {
  readonly #heads = new Map<string, AnchoredHead>();
  #revision: Revision = NO_STREAM;
  #hash = NO_HASH;

  private constructor(readonly ledger: Ledger) {}

  /** @throws LedgerCorrupt when the anchors themselves are not what was written. */
  static async load(ledger: Ledger): Promise<AnchorBook> {
    const book = new AnchorBook(ledger);
    await book.#readOn();
    return book;
  }

  /** The newest anchored head of each stream. */
  get heads(): ReadonlyMap<string, AnchoredHead> {
    return this.#heads;
  }

  /**
   * Writes down those of the given heads that are ahead of the newest anchor, if there are any. One at the same revision
   * with another hash is not written: it would hide what {@link check} is there to find.
   *
   * @returns how many were written down.
   */
  async record(heads: ReadonlyMap<string, Head>, at: number, options: AppendUntilKnownOptions = {}): Promise<number> {
    for (let clash = 0; ; clash++) {
      const changed = new Map([...heads].filter(([stream, head]) => this.#isNews(stream, head)));
      if (changed.size === 0) return 0;
      const facts = [...factsOf(changed)];
      const contentHash = hashOnce('sha256', JSON.stringify(facts), 'hex');
      const id = `anchor-${String(this.#revision + 1)}`;
      const command = { id, contentHash, actor: 'ledger', facts };
      const entries = sealEntries(ANCHORS_STREAM, this.#hash, at, [command]);
      try {
        await appendUntilKnown(this.ledger, ANCHORS_STREAM, this.#revision, entries, options);
        await this.#readOn();
        return changed.size;
      } catch (fault) {
        if (!(fault instanceof WrongRevision) || clash >= CLASHES_MAX) throw fault;
        await this.#readOn();
      }
    }
  }

  /** Holds every anchored stream, or the given ones, against the ledger. Reads one entry of each. */
  async check(streams: Iterable<string> = this.#heads.keys()): Promise<Fault[]> {
    const faults: Fault[] = [];
    for (const stream of streams) {
      const anchor = this.#heads.get(stream);
      const fault = anchor === undefined ? undefined : await this.#checkOne(stream, anchor);
      if (fault !== undefined) faults.push(fault);
    }
    return faults;
  }

  async #checkOne(stream: string, { revision, hash, anchoredAt }: AnchoredHead): Promise<Fault | undefined> {
    const address = entryAddress(stream, revision);
    for await (const stored of this.ledger.read(stream, revision, 1)) {
      if (stored.revision !== revision) break;
      if (closingHash(stored.bytes) !== hash)
        return { address, reason: `its hash is not the one that ${anchoredAt} remembers` };
      try {
        openEntry(stream, revision, stored.bytes);
      } catch (fault) {
        if (fault instanceof LedgerCorrupt) return { address, reason: fault.reason };
        throw fault;
      }
      return undefined;
    }
    const head = await this.ledger.head(stream);
    const end = head === undefined ? 'is gone' : `ends at ${entryAddress(stream, head.revision)}`;
    return { address, reason: `it is missing: ${anchoredAt} remembers it, but the stream ${end}` };
  }

  #isNews(stream: string, { revision }: Head): boolean {
    const anchored = this.#heads.get(stream);
    return anchored === undefined || revision > anchored.revision;
  }

  async #readOn(): Promise<void> {
    const options = this.#revision === NO_STREAM ? {} : { previousHash: this.#hash };
    for await (const batch of readCommands(this.ledger, ANCHORS_STREAM, this.#revision + 1, options)) {
      const anchoredAt = entryAddress(ANCHORS_STREAM, batch.revision);
      for (const { record } of batch.commands)
        for (const fact of record.facts)
          for (const [stream, head] of Object.entries(headsOf(fact, anchoredAt)))
            this.#heads.set(stream, { revision: head.revision, hash: head.hash, anchoredAt });
      this.#revision = batch.revision;
      this.#hash = batch.hash;
    }
  }
}
