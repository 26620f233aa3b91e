import { statfsSync } from 'node:fs';
import { ABORT, open, type RootDatabase } from 'lmdb';
import { messageOf } from '../caught.js';
import { closingHash } from '../entry.js';
import { LedgerCorrupt, type LedgerError, LedgerUnavailable, OutcomeUnknown, WrongRevision } from '../errors.js';
import { type Appended, NO_STREAM, type Revision, type SealedEntry, type StoredEntry } from '../port.js';
import { canBeDataFile } from './data-file.js';
import { Headroom } from './headroom.js';
import {
  ENTRIES_END,
  ENTRIES_START,
  entriesFrom,
  entryKey,
  KEY_NUMBER_MAX,
  placeKey,
  placeValue,
  readEntryKey,
  readPlaceRevision,
  readPlaceValue,
} from './keys.js';

/** Address space for the data file at first. It grows by itself, in doublings; it costs no memory. */
const MAP_BYTES_AT_START = 256 * 1024 * 1024;

export interface AppendRequest {
  readonly stream: string;
  readonly expected: Revision;
  readonly entries: readonly SealedEntry[];
}

/** Bounds of what one look into the store takes. Whatever comes first ends it. */
export interface PageBounds {
  readonly entriesMax: number;
  readonly bytesMax: number;
}

export interface ScanBounds extends PageBounds {
  /** Entries of other prefixes that may be passed over. */
  readonly passedMax: number;
}

export interface ScannedBatch {
  readonly entries: StoredEntry[];
  /** Position of the last entry that was looked at; that which was asked for when there was none. */
  readonly position: number;
  readonly caughtUp: boolean;
}

const streamsOf = (requests: readonly AppendRequest[]): string => requests.map(({ stream }) => stream).join(', ');

/**
 * The data file of a ledger. Every method is synchronous and leaves no transaction open. Several processes may have the
 * same file open: LMDB lets one of them write at a time, and each append looks at the stream's end while it does.
 */
export class EntryStore {
  readonly #db: RootDatabase<Buffer, Buffer>;
  readonly #headroom: Headroom;

  /** @throws LedgerUnavailable when the file cannot be opened or made, or is not a ledger's. */
  constructor(readonly path: string) {
    try {
      if (!canBeDataFile(path)) throw new Error('the file is not an LMDB data file, or its first pages are damaged');
      this.#db = open<Buffer, Buffer>(path, {
        encoding: 'binary',
        keyEncoding: 'binary',
        noSubdir: true,
        // With overlapping sync a transaction returns before it is flushed.
        overlappingSync: false,
        mapSize: MAP_BYTES_AT_START,
      });
      this.#headroom = new Headroom(path);
      // What a process that was killed left in the system's cache shall be on the disk before it is read.
      this.#headroom.flush();
    } catch (cause) {
      throw new LedgerUnavailable(`cannot open the ledger at ${path}: ${messageOf(cause)}`, { cause });
    }
  }

  /**
   * Decides all requests, in order, in one transaction with one flush. A request that is refused leaves the others as
   * they are. On return what was accepted would survive a power cut.
   *
   * @throws LedgerUnavailable when the transaction as a whole was not written.
   * @throws OutcomeUnknown when it is not known whether it was.
   */
  append(requests: readonly AppendRequest[]): (Appended | LedgerError)[] {
    const outcomes: (Appended | LedgerError)[] = [];
    let writtenBytes = 0;
    try {
      // The callback returns no promise: with one, the transaction would come back before it is flushed.
      this.#db.transactionSync(() => {
        let next = this.#lastPosition() + 1;
        for (const request of requests) {
          const settled = this.#settled(request);
          outcomes.push(settled ?? this.#write(request, next));
          if (settled !== undefined) continue;
          next += request.entries.length;
          for (const { bytes } of request.entries) writtenBytes += bytes.byteLength;
        }
        return writtenBytes > 0 ? undefined : ABORT;
      });
    } catch (cause) {
      throw this.#failedCommit(requests, cause);
    }
    if (writtenBytes > 0) this.#headroom.noteCommit(writtenBytes, () => this.#usedBytes());
    // A repeat found what another process wrote. Should that one have been killed in the middle of its flush, the answer
    // "stored" would be early.
    else if (outcomes.some((outcome) => 'position' in outcome)) this.#flush(requests);
    return outcomes;
  }

  /**
   * Entries of one stream from a revision on, within the bounds. Fewer than `entriesMax` does not mean the end.
   *
   * @throws LedgerCorrupt when the first of them has lost its bytes.
   */
  readPage(stream: string, from: Revision, { entriesMax, bytesMax }: PageBounds): StoredEntry[] {
    return this.#reading(() => {
      const entries: StoredEntry[] = [];
      let bytes = 0;
      const places = { start: placeKey(stream, from), end: placeKey(stream, KEY_NUMBER_MAX), limit: entriesMax };
      for (const { key, value } of this.#db.getRange(places)) {
        const entry = this.#entryOrFault(stream, readPlaceRevision(key), value);
        if (entry instanceof LedgerCorrupt) {
          // What is whole before it comes first; the next page begins with the fault.
          if (entries.length > 0) break;
          throw entry;
        }
        entries.push(entry);
        bytes += entry.bytes.byteLength;
        if (bytes >= bytesMax) break;
      }
      return entries;
    });
  }

  /** The newest entry of a stream. */
  lastEntry(stream: string): StoredEntry | undefined {
    return this.#reading(() => {
      const revision = this.#lastRevision(stream);
      if (revision === NO_STREAM) return undefined;
      const place = this.#db.getBinary(placeKey(stream, revision));
      return place === undefined ? undefined : this.#entryAt(stream, revision, place);
    });
  }

  /** Entries after a position whose stream's name begins with `prefix`, in the order of the whole ledger. */
  scan(after: number, prefix: string, bounds: ScanBounds): ScannedBatch {
    return this.#reading(() => {
      const entries: StoredEntry[] = [];
      let bytes = 0;
      let passed = 0;
      let position = after;
      for (const key of this.#db.getKeys({ start: entriesFrom(after + 1), end: ENTRIES_END })) {
        if (entries.length >= bounds.entriesMax || bytes >= bounds.bytesMax || passed >= bounds.passedMax)
          return { entries, position, caughtUp: false };
        const at = readEntryKey(key);
        position = at.position;
        if (!at.stream.startsWith(prefix)) {
          passed += 1;
          continue;
        }
        const value = this.#db.getBinary(key);
        if (value === undefined) throw new LedgerCorrupt(`${at.stream}@${String(at.revision)}`, 'its bytes are gone');
        entries.push({ stream: at.stream, revision: at.revision, position: BigInt(at.position), bytes: value });
        bytes += value.byteLength;
      }
      return { entries, position, caughtUp: true };
    });
  }

  async close(): Promise<void> {
    this.#headroom.close();
    await this.#db.close();
  }

  #usedBytes(): number {
    const { lastPageNumber, pageSize } = this.#db.getStats() as { lastPageNumber: number; pageSize: number };
    return (lastPageNumber + 1) * pageSize;
  }

  /** Refused, or stored already; undefined when the stream ends where the request expects it. */
  #settled(request: AppendRequest): Appended | LedgerError | undefined {
    try {
      return this.#compare(request);
    } catch (fault) {
      // What is broken in one stream is no reason to refuse the others of the same transaction.
      if (fault instanceof LedgerCorrupt) return fault;
      throw fault;
    }
  }

  #compare({ stream, expected, entries }: AppendRequest): Appended | WrongRevision | undefined {
    const follower = this.#db.getBinary(placeKey(stream, expected + 1));
    if (follower === undefined) {
      if (expected === NO_STREAM || this.#db.doesExist(placeKey(stream, expected))) return undefined;
      return new WrongRevision(stream, expected, this.#lastRevision(stream));
    }
    let position = 0;
    for (const [index, entry] of entries.entries()) {
      const revision = expected + 1 + index;
      const place = index === 0 ? follower : this.#db.getBinary(placeKey(stream, revision));
      const stored = place === undefined ? undefined : this.#entryAt(stream, revision, place);
      if (stored === undefined || closingHash(stored.bytes) !== entry.hash)
        return new WrongRevision(stream, expected, this.#lastRevision(stream));
      position = Number(stored.position);
    }
    return { revision: expected + entries.length, position: BigInt(position) };
  }

  #write({ stream, expected, entries }: AppendRequest, from: number): Appended {
    let revision = expected;
    let position = from - 1;
    for (const { bytes } of entries) {
      revision += 1;
      position += 1;
      this.#db.putSync(entryKey({ position, revision, stream }), bytes as Buffer);
      this.#db.putSync(placeKey(stream, revision), placeValue(position));
    }
    return { revision, position: BigInt(position) };
  }

  #entryAt(stream: string, revision: Revision, place: Buffer): StoredEntry {
    const entry = this.#entryOrFault(stream, revision, place);
    if (entry instanceof LedgerCorrupt) throw entry;
    return entry;
  }

  #entryOrFault(stream: string, revision: Revision, place: Buffer): StoredEntry | LedgerCorrupt {
    const position = readPlaceValue(place);
    const bytes = position === undefined ? undefined : this.#db.getBinary(entryKey({ position, revision, stream }));
    if (position === undefined || bytes === undefined)
      return new LedgerCorrupt(`${stream}@${String(revision)}`, 'its bytes are gone');
    return { stream, revision, position: BigInt(position), bytes };
  }

  #lastRevision(stream: string): Revision {
    const places = { reverse: true, start: placeKey(stream, KEY_NUMBER_MAX), end: placeKey(stream, 0), limit: 1 };
    for (const key of this.#db.getKeys(places)) return readPlaceRevision(key);
    return this.#db.doesExist(placeKey(stream, 0)) ? 0 : NO_STREAM;
  }

  #lastPosition(): number {
    for (const key of this.#db.getKeys({ reverse: true, start: ENTRIES_END, end: ENTRIES_START, limit: 1 }))
      return readEntryKey(key).position;
    return -1;
  }

  /** Runs a look into the store on the newest state, which another process may have written. */
  #reading<Result>(look: () => Result): Result {
    try {
      this.#db.resetReadTxn();
      return look();
    } catch (cause) {
      if (cause instanceof LedgerCorrupt) throw cause;
      throw new LedgerUnavailable(`cannot read the ledger at ${this.path}: ${messageOf(cause)}`, { cause });
    }
  }

  #flush(requests: readonly AppendRequest[]): void {
    try {
      this.#headroom.flush();
    } catch (cause) {
      throw new OutcomeUnknown(streamsOf(requests), { cause });
    }
  }

  #freeSpace(): string {
    try {
      const { bavail, bsize } = statfsSync(this.path);
      return `${String(Math.floor((bavail * bsize) / 1024 / 1024))} MiB are free on its disk`;
    } catch (cause) {
      return `how much room its disk has cannot be told: ${messageOf(cause)}`;
    }
  }

  #failedCommit(requests: readonly AppendRequest[], cause: unknown): LedgerError {
    // A write that the disk has room for only in part is told as an input/output error, so say how much room there is.
    const reason = `cannot write to the ledger at ${this.path}: ${messageOf(cause)}; ${this.#freeSpace()}`;
    try {
      // LMDB remembers when the page that makes a transaction take effect could not be written: from then on it refuses
      // everything, and what became of that page is known only after the file was opened anew.
      this.#db.resetReadTxn();
      this.#db.getBinary(ENTRIES_START);
      return new LedgerUnavailable(reason, { cause });
    } catch {
      return new OutcomeUnknown(streamsOf(requests), { cause });
    }
  }
}
