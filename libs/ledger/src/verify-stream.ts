import { closingHash, type Entry, entryAddress, NO_HASH, openEntry } from './entry.js';
import { LedgerCorrupt, UnknownVersion } from './errors.js';
import type { FactShapes } from './fact-shapes.js';
import type { Head, Ledger, Revision, StoredEntry } from './port.js';
import { CommandJoiner } from './read-commands.js';

/** So many faults are kept for the report; all are counted. */
const FAULTS_KEPT = 100;

/** After so many entries in a row that the store has lost, the rest of the stream is given up. */
const LOST_IN_A_ROW_MAX = 1_000;

export interface Fault {
  /** `stream@revision` of the entry that is not as it was written. */
  readonly address: string;
  readonly reason: string;
}

/** What an anchor outside the stream remembers of it. */
export interface AnchoredHead extends Head {
  /** The anchor's own address, for example `anchors@17`. */
  readonly anchoredAt: string;
}

export interface StreamReport {
  readonly stream: string;
  readonly entries: number;
  /** Commands that took effect. */
  readonly commands: number;
  readonly facts: number;
  readonly bytes: number;
  /** The last entry that was found. */
  readonly head: Head | undefined;
  /** The first ones, in order of the stream. */
  readonly faults: readonly Fault[];
  readonly faultCount: number;
}

export interface VerifyOptions {
  readonly shapes?: FactShapes;
  /** What the newest anchor that names this stream says of it. */
  readonly anchor?: AnchoredHead | undefined;
  /** Called with every entry that is whole, in order; for checks of what its facts mean. */
  readonly onEntry?: (stored: StoredEntry, entry: Entry) => void;
}

/** One walk over one stream. */
class Walk {
  entries = 0;
  commands = 0;
  facts = 0;
  bytes = 0;
  faultCount = 0;
  head: Head | undefined;
  readonly faults: Fault[] = [];
  readonly #joiner: CommandJoiner;
  /** False behind an entry that could not be read: what follows it cannot be held against it. */
  #knowsPrevious = true;

  constructor(
    readonly stream: string,
    readonly options: VerifyOptions,
  ) {
    this.#joiner = new CommandJoiner(stream, options.shapes);
  }

  get next(): Revision {
    return this.head === undefined ? 0 : this.head.revision + 1;
  }

  fault(revision: Revision, reason: string): void {
    this.faultCount += 1;
    if (this.faults.length < FAULTS_KEPT) this.faults.push({ address: entryAddress(this.stream, revision), reason });
  }

  visit(stored: StoredEntry): void {
    const { revision, bytes } = stored;
    const isNext = revision === this.next;
    if (!isNext) this.fault(this.next, `it is missing; the next one is ${entryAddress(this.stream, revision)}`);
    this.entries += 1;
    this.bytes += bytes.byteLength;
    const entry = this.#open(stored);
    if (entry !== undefined) {
      if (isNext && this.#knowsPrevious) this.#checkLink(revision, entry);
      this.#checkCommands(revision, entry);
      this.options.onEntry?.(stored, entry);
      this.#checkAnchor(revision, entry.hash);
    }
    this.#knowsPrevious = entry !== undefined;
    this.head = { revision, hash: entry?.hash ?? closingHash(bytes) };
  }

  /** The store has lost an entry. What is behind it may still be there. */
  lost(reason: string): void {
    this.fault(this.next, reason);
    this.head = { revision: this.next, hash: NO_HASH };
    this.#knowsPrevious = false;
  }

  finish(): void {
    const { anchor } = this.options;
    if (anchor !== undefined && anchor.revision > (this.head?.revision ?? -1))
      this.fault(
        this.next,
        `it and all after it are missing: ${anchor.anchoredAt} saw the stream end at ${entryAddress(this.stream, anchor.revision)}`,
      );
  }

  #open({ revision, bytes }: StoredEntry): Entry | undefined {
    try {
      return openEntry(this.stream, revision, bytes);
    } catch (fault) {
      if (fault instanceof LedgerCorrupt) this.fault(revision, fault.reason);
      else if (fault instanceof UnknownVersion) this.fault(revision, fault.message);
      else throw fault;
      return undefined;
    }
  }

  /** A wrong link blames the entry that is linked to: it is the one whose hash is no longer what its follower saw. */
  #checkLink(revision: Revision, { previousHash }: Entry): void {
    if (previousHash === (this.head?.hash ?? NO_HASH)) return;
    if (this.head === undefined) this.fault(revision, 'it is chained to an entry before it, of which there is none');
    else this.fault(revision - 1, `its hash is not the one that ${entryAddress(this.stream, revision)} is chained to`);
  }

  #checkCommands(revision: Revision, entry: Entry): void {
    try {
      const commands = this.#joiner.join(revision, entry);
      this.commands += commands.length;
      for (const { record } of commands) this.facts += record.facts.length;
    } catch (fault) {
      if (fault instanceof UnknownVersion) this.fault(revision, fault.message);
      else if (!(fault instanceof LedgerCorrupt)) throw fault;
      else if (this.#knowsPrevious) this.fault(revision, fault.reason);
    }
  }

  #checkAnchor(revision: Revision, hash: string): void {
    const { anchor } = this.options;
    if (anchor?.revision === revision && anchor.hash !== hash)
      this.fault(revision, `its hash is not the one that ${anchor.anchoredAt} remembers`);
  }
}

/**
 * Walks over a whole stream and proves it, or says where it is not what was written: bytes against their hash, each entry
 * against the one before, revisions without a gap, commands that go on from one entry to the next, and what the anchor
 * remembers. Goes on behind a fault, so that one changed entry does not hide another.
 *
 * @throws LedgerUnavailable when the ledger cannot be read.
 */
export async function verifyStream(ledger: Ledger, stream: string, options: VerifyOptions = {}): Promise<StreamReport> {
  const walk = new Walk(stream, options);
  let lostInARow = 0;
  for (let done = false; !done;) {
    try {
      for await (const stored of ledger.read(stream, walk.next)) {
        walk.visit(stored);
        lostInARow = 0;
      }
      done = true;
    } catch (fault) {
      if (!(fault instanceof LedgerCorrupt)) throw fault;
      walk.lost(fault.reason);
      lostInARow += 1;
      done = lostInARow >= LOST_IN_A_ROW_MAX;
    }
  }
  walk.finish();
  const { entries, commands, facts, bytes, head, faults, faultCount } = walk;
  return { stream, entries, commands, facts, bytes, head, faults, faultCount };
}
