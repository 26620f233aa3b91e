import { EventStoreDBClient } from '@eventstore/db-client';
import { checkAppend } from '../append-check.js';
import { messageOf } from '../caught.js';
import { LedgerUnavailable } from '../errors.js';
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
import { withoutCredentials } from '../ledger-address.js';
import { Appends } from './append.js';
import { type AppendingClient, giveBackAppendingClient, takeAppendingClient } from './appending-client.js';
import { followEntries } from './follow.js';
import { Reads } from './reads.js';
import { SnapshotStreams } from './snapshot-streams.js';
import { within } from './time-out.js';

/** How long an append may take, and how long a read may be silent. */
const WITHIN_MS = 5_000;
const DISPOSE_WITHIN_MS = 5_000;

export interface EventStoreLedgerOptions {
  /** How long an append may take, and how long a read may be silent, in milliseconds; 5,000 when not given. */
  readonly withinMs?: number;
  /** Told why a subscription ended that is being made anew, for logs. */
  readonly onFollowFault?: (fault: unknown) => void;
}

/** A ledger in EventStoreDB. Connects with the first call. */
export class EventStoreLedger implements Ledger {
  readonly #reads: Reads;
  readonly #snapshots: SnapshotStreams;
  readonly #withinMs: number;
  readonly #closing = new AbortController();
  #appends: Appends | undefined;
  #appendingClient: AppendingClient | undefined;
  /** Reads have a client of their own: a read that fails takes its client's connection down, and with it any appends. */
  readonly #reading: EventStoreDBClient;

  /** @throws RangeError when the connection string is none. */
  constructor(
    readonly url: string,
    readonly options: EventStoreLedgerOptions = {},
  ) {
    this.#withinMs = options.withinMs ?? WITHIN_MS;
    this.#reading = connectionTo(url);
    this.#reads = new Reads(this.#reading, this.#withinMs);
    this.#snapshots = new SnapshotStreams(() => this.#appending(), this.#reading, this.#withinMs);
  }

  async append(stream: string, expectedRevision: Revision, entries: readonly SealedEntry[]): Promise<Appended> {
    checkAppend(stream, expectedRevision, entries);
    this.#appends ??= new Appends(this.#appending(), this.#reads, this.#withinMs);
    return this.#appends.append(stream, expectedRevision, entries);
  }

  read(stream: string, from: Revision, most: number = Number.POSITIVE_INFINITY): AsyncIterable<StoredEntry> {
    this.#refuseWhenClosed();
    return this.#reads.read(stream, from, most);
  }

  follow(after: Position | undefined, prefix: string, signal: AbortSignal): AsyncIterable<FollowedBatch> {
    this.#refuseWhenClosed();
    return followEntries(
      this.#reading,
      after,
      prefix,
      AbortSignal.any([signal, this.#closing.signal]),
      this.options.onFollowFault ?? (() => undefined),
    );
  }

  async head(stream: string): Promise<Head | undefined> {
    this.#refuseWhenClosed();
    return this.#reads.head(stream);
  }

  async saveSnapshot(stream: string, snapshot: Snapshot): Promise<void> {
    await this.#snapshots.save(stream, snapshot);
  }

  async loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    this.#refuseWhenClosed();
    return this.#snapshots.load(stream);
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    const appending = this.#appendingClient;
    this.#appendingClient = undefined;
    await within(DISPOSE_WITHIN_MS, 'the end of a connection', this.#reading.dispose()).catch(() => undefined);
    if (appending !== undefined) await giveBackAppendingClient(appending);
  }

  #appending(): AppendingClient {
    this.#refuseWhenClosed();
    return (this.#appendingClient ??= takeAppendingClient(this.url));
  }

  #refuseWhenClosed(): void {
    if (this.#closing.signal.aborted) throw new LedgerUnavailable('the ledger is closed');
  }
}

function connectionTo(url: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(url);
  } catch (cause) {
    const reason = withoutCredentials(messageOf(cause));
    throw new RangeError(`this is no connection string of EventStoreDB: ${reason}`, { cause });
  }
}
