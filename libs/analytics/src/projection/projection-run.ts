import type { Ledger } from '@exchequer/ledger';
import { ACCOUNT_STREAMS } from '@exchequer/replica';
import type { Analytics } from '../connection/open-analytics.js';
import { AnalyticsUnavailable, SchemaTooNew } from '../errors.js';
import { migrate } from '../schema/migrate.js';
import { LEDGER_TABLES, TableNames } from '../schema/table-names.js';
import { dropVersionsBefore, liveVersion, makeLive, pointViews } from '../schema/versions.js';
import type { Batch, LastEntry } from './batch.js';
import { BatchQueue } from './batch-queue.js';
import type { ProjectionBounds } from './bounds.js';
import { checkOrigin, loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { EntryReader } from './entry-reader.js';
import { loadLots } from './load-lots.js';
import type { ProjectionOptions } from './projection.js';
import type { Progress } from './progress.js';
import { TableWriter } from './table-writer.js';

/** One time of following, from reading the checkpoints to the first fault or the end. */
export class ProjectionRun {
  readonly #names: TableNames;
  readonly #writers: readonly TableWriter[];
  readonly #queue: BatchQueue;
  #isLive = false;
  #last: LastEntry | undefined;
  #saved: LastEntry | undefined;
  #savedAt = 0;

  constructor(
    private readonly analytics: Analytics,
    private readonly ledger: Ledger,
    private readonly options: ProjectionOptions,
    private readonly bounds: ProjectionBounds,
    version: number,
    private readonly progress: Progress,
  ) {
    this.#names = new TableNames(analytics.database, version);
    this.#writers = LEDGER_TABLES.map((table) => new TableWriter(analytics, this.#names, table));
    this.#queue = new BatchQueue(bounds);
  }

  async follow(signal: AbortSignal): Promise<void> {
    const { analytics, ledger } = this;
    await migrate(analytics, this.#names.version);
    await this.#findLive();
    const checkpoint = await loadCheckpoint(analytics, this.#names);
    await checkOrigin(analytics, this.#names, checkpoint, ledger);
    for (const writer of this.#writers) await writer.load();
    const reader = new EntryReader(ledger, await loadLots(analytics, this.#names));
    this.#last = this.#saved = checkpoint;
    if (checkpoint !== undefined) this.#reached(checkpoint.position);
    const either = new AbortController();
    const both = AbortSignal.any([signal, either.signal]);
    const end = (): void => either.abort();
    // Both have ended when this returns: what is under way must not meet what a later run does.
    const ended = await Promise.allSettled([
      this.#readLedger(reader, checkpoint?.position, both).finally(end),
      this.#writeTables(both).finally(end),
    ]);
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }

  /** Reports read the live version: another one until this has caught up with the ledger for the first time. */
  async #findLive(): Promise<void> {
    const { analytics, options } = this;
    const { version } = this.#names;
    const live = await liveVersion(analytics);
    if (live !== undefined && live > version)
      throw new SchemaTooNew(`Version ${String(live)} of the projection in ${analytics.database}`);
    if (live === undefined) await makeLive(analytics, version, options.clock.now());
    if (live !== undefined && live < version) {
      const names = new TableNames(analytics.database, live);
      this.progress.servesFrozen(names, (await loadCheckpoint(analytics, names))?.position);
      return;
    }
    // A step of the schema may have added columns since the views were made.
    await pointViews(analytics, this.#names);
    await dropVersionsBefore(analytics, version);
    this.#isLive = true;
    this.progress.serves(this.#names);
  }

  async #readLedger(reader: EntryReader, after: bigint | undefined, signal: AbortSignal): Promise<void> {
    for await (const { entries, position, caughtUp } of this.ledger.follow(after, ACCOUNT_STREAMS, signal)) {
      for (const stored of entries) {
        await this.#queue.room(signal);
        if (signal.aborted) return;
        const entry = await reader.read(stored);
        this.progress.read(entry.bookedAt);
        this.#queue.add(entry, (add) => reader.project(entry, add));
      }
      this.#queue.pass(position, caughtUp);
      if (signal.aborted) return;
    }
  }

  async #writeTables(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const batch = await this.#queue.next(signal, this.bounds.checkpointEveryMs);
      if (batch !== undefined && !(await this.#store(batch, signal))) break;
      const { isEmpty, caughtUp, passed, oldestBookedAt } = this.#queue;
      if (isEmpty && passed !== undefined) this.#reached(passed);
      this.progress.waiting(oldestBookedAt, caughtUp);
      if (isEmpty && caughtUp && !this.#isLive) await this.#goLive();
      if (performance.now() - this.#savedAt >= this.bounds.checkpointEveryMs) await this.#save();
    }
    for (let rest = this.#queue.takeRest(); rest !== undefined; rest = this.#queue.takeRest())
      if (!(await this.#store(rest, signal))) break;
    await this.#save();
  }

  /** Puts a batch into all tables, however often that takes. False when `signal` aborted before it was done. */
  async #store(batch: Batch, signal: AbortSignal): Promise<boolean> {
    for (let waitMs = this.bounds.retryMinMs; ; waitMs = Math.min(waitMs * 2, this.bounds.retryMaxMs)) {
      try {
        for (const writer of this.#writers) await writer.write(batch);
        this.progress.wrote(batch.rows);
        this.#last = batch.last ?? this.#last;
        if (batch.last !== undefined) this.#reached(batch.last.position);
        return true;
      } catch (fault) {
        if (!(fault instanceof AnalyticsUnavailable)) throw fault;
        this.progress.troubled(fault);
        this.options.onTrouble?.(fault);
      }
      await pause(waitMs, signal);
      if (signal.aborted) return false;
    }
  }

  #reached(position: bigint): void {
    if (this.#isLive) this.progress.reached(position);
    else this.progress.built(position);
  }

  async #goLive(): Promise<void> {
    await makeLive(this.analytics, this.#names.version, this.options.clock.now());
    this.#isLive = true;
    this.progress.serves(this.#names);
    if (this.#queue.passed !== undefined) this.#reached(this.#queue.passed);
    await dropVersionsBefore(this.analytics, this.#names.version);
  }

  /** A checkpoint only spares reading: where it cannot be written, the tables still say how far they are. */
  async #save(): Promise<void> {
    const last = this.#last;
    if (last === undefined || last === this.#saved) return;
    this.#savedAt = performance.now();
    try {
      await saveCheckpoint(this.analytics, this.#names, last);
      this.#saved = last;
    } catch (fault) {
      if (!(fault instanceof AnalyticsUnavailable)) throw fault;
      this.options.onTrouble?.(fault);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
