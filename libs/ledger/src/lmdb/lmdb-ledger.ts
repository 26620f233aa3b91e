import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkAppend } from '../append-check.js';
import { messageOf } from '../caught.js';
import { Doorbell } from '../doorbell.js';
import { closingHash } from '../entry.js';
import { LedgerError, LedgerUnavailable, OutcomeUnknown } from '../errors.js';
import type {
  Appended,
  FollowedBatch,
  Head,
  Ledger,
  Position,
  Revision,
  SealedEntry,
  Snapshot,
  StoredEntry,
} from '../port.js';
import { type AppendRequest, EntryStore } from './entry-store.js';
import { SnapshotFiles } from './snapshot-files.js';

/** Bounds of one look into the store, so that neither memory nor the event loop is held for long. */
const PAGE = { entriesMax: 256, bytesMax: 4 * 1024 * 1024 };
const SCAN = { ...PAGE, passedMax: 5_000 };

/** How long a follower sleeps at most when nobody tells it that something was stored. */
const POLL_MS = 250;

export interface LmdbLedgerOptions {
  /**
   * Called with a function that wakes the followers; to be called whenever another process says that it stored something.
   * Gives back what ends this. Without it followers look every {@link pollMs}.
   */
  readonly onNotice?: (wake: () => void) => () => void;
  readonly pollMs?: number;
}

interface PendingAppend extends AppendRequest {
  resolve(appended: Appended): void;
  reject(fault: unknown): void;
}

/** A ledger in one directory of this machine. Several processes may open it, write to it and follow it at once. */
export class LmdbLedger implements Ledger {
  readonly #path: string;
  readonly #pollMs: number;
  readonly #snapshots: SnapshotFiles;
  readonly #doorbells = new Set<Doorbell>();
  readonly #endNotices: () => void;
  #store: EntryStore;
  #pending: PendingAppend[] = [];
  #reopening: Promise<void> | undefined;
  #closed = false;

  /** @throws LedgerUnavailable when the directory cannot be made or holds something else. */
  constructor(
    readonly directory: string,
    options: LmdbLedgerOptions = {},
  ) {
    try {
      mkdirSync(directory, { recursive: true });
    } catch (cause) {
      throw new LedgerUnavailable(`cannot make the ledger's directory ${directory}: ${messageOf(cause)}`, { cause });
    }
    this.#path = join(directory, 'ledger.mdb');
    this.#store = new EntryStore(this.#path);
    this.#snapshots = new SnapshotFiles(join(directory, 'snapshots'));
    this.#pollMs = options.pollMs ?? POLL_MS;
    this.#endNotices = options.onNotice?.(() => this.#ringDoorbells()) ?? (() => undefined);
  }

  append(stream: string, expectedRevision: Revision, entries: readonly SealedEntry[]): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.#refuseWhenClosed();
      checkAppend(stream, expectedRevision, entries);
      this.#pending.push({ stream, expected: expectedRevision, entries, resolve, reject });
      // Everything that is asked for in this turn of the event loop shares one transaction and its flush.
      if (this.#pending.length === 1) setImmediate(() => void this.#commit());
    });
  }

  async *read(stream: string, from: Revision, most: number = Number.POSITIVE_INFINITY): AsyncGenerator<StoredEntry> {
    let next = from;
    for (let left = most; left > 0;) {
      const store = await this.#usableStore();
      const page = store.readPage(stream, next, { ...PAGE, entriesMax: Math.min(left, PAGE.entriesMax) });
      if (page.length === 0) return;
      yield* page;
      left -= page.length;
      next = (page.at(-1)?.revision ?? next) + 1;
    }
  }

  async *follow(after: Position | undefined, prefix: string, signal: AbortSignal): AsyncGenerator<FollowedBatch> {
    const doorbell = new Doorbell();
    this.#doorbells.add(doorbell);
    try {
      let position = after === undefined ? -1 : Number(after);
      let toldCaughtUp = false;
      while (!signal.aborted) {
        const store = await this.#usableStore();
        const batch = store.scan(position, prefix, SCAN);
        if (batch.position !== position || !toldCaughtUp) {
          toldCaughtUp = batch.caughtUp;
          position = batch.position;
          yield {
            entries: batch.entries,
            position: position < 0 ? undefined : BigInt(position),
            caughtUp: batch.caughtUp,
          };
        }
        if (batch.caughtUp) await doorbell.wait(this.#pollMs, signal);
      }
    } finally {
      this.#doorbells.delete(doorbell);
    }
  }

  async head(stream: string): Promise<Head | undefined> {
    const last = (await this.#usableStore()).lastEntry(stream);
    return last === undefined ? undefined : { revision: last.revision, hash: closingHash(last.bytes) };
  }

  async saveSnapshot(stream: string, snapshot: Snapshot): Promise<void> {
    this.#refuseWhenClosed();
    await this.#snapshots.save(stream, snapshot);
  }

  async loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    this.#refuseWhenClosed();
    return this.#snapshots.load(stream);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#commit();
    this.#closed = true;
    this.#endNotices();
    this.#ringDoorbells();
    await this.#reopening?.catch(() => undefined);
    await this.#store.close();
  }

  async #commit(): Promise<void> {
    await this.#reopening?.catch(() => undefined);
    const group = this.#pending;
    if (group.length === 0) return;
    this.#pending = [];
    try {
      for (const [index, outcome] of this.#store.append(group).entries())
        if (outcome instanceof LedgerError) group[index]?.reject(outcome);
        else group[index]?.resolve(outcome);
      this.#ringDoorbells();
    } catch (fault) {
      for (const pending of group) pending.reject(fault);
      if (fault instanceof OutcomeUnknown) this.#reopen();
    }
  }

  /** Opens the data file anew, which LMDB asks for after a fault that left a commit undecided. */
  #reopen(): void {
    const reopening = this.#store
      .close()
      .then(() => {
        this.#store = new EntryStore(this.#path);
      })
      .finally(() => {
        this.#reopening = undefined;
      });
    reopening.catch(() => undefined);
    this.#reopening = reopening;
  }

  async #usableStore(): Promise<EntryStore> {
    this.#refuseWhenClosed();
    await this.#reopening;
    return this.#store;
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new LedgerUnavailable(`the ledger at ${this.directory} is closed`);
  }

  #ringDoorbells(): void {
    for (const doorbell of this.#doorbells) doorbell.ring();
  }
}
