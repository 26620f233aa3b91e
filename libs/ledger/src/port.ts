/** Place of an entry in its stream, from 0. */
export type Revision = number;

/** The revision of a stream that does not exist yet: what the first append expects. */
export const NO_STREAM: Revision = -1;

/** Place of an entry in the order of the whole ledger, from 0. Grows; gaps are possible. Stays below 2⁶³. */
export type Position = bigint;

/** The bytes of one entry and the SHA-256 that closes them, in hex. Made by {@link sealEntry} alone. */
export interface SealedEntry {
  readonly bytes: Uint8Array;
  readonly hash: string;
}

export interface StoredEntry {
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
  readonly bytes: Uint8Array;
}

export interface Appended {
  /** Revision of the last entry that was appended. */
  readonly revision: Revision;
  readonly position: Position;
}

export interface Head {
  readonly revision: Revision;
  readonly hash: string;
}

export interface Snapshot {
  /** The last entry that the snapshot includes. */
  readonly revision: Revision;
  readonly bytes: Uint8Array;
}

export interface FollowedBatch {
  readonly entries: readonly StoredEntry[];
  /** Everything up to here has been seen, entries of other prefixes included. */
  readonly position: Position | undefined;
  /** True when nothing more was stored at the moment of reading. */
  readonly caughtUp: boolean;
}

/**
 * The durable, append-only store of entries. Every method rejects with a {@link LedgerError}; none of them retries on
 * its own for longer than its own time-out.
 */
export interface Ledger {
  /**
   * Adds entries to the end of a stream, all or none. Resolves when they would survive a power cut.
   *
   * The same bytes at the same expected revision again are a success; this is how an unknown outcome is settled.
   *
   * @param expectedRevision the stream's last revision, or {@link NO_STREAM}.
   * @throws WrongRevision when the stream's end is elsewhere: nothing was written.
   * @throws EntryTooLarge when an entry is above {@link ENTRY_BYTES_MAX} or all together are above
   *   {@link APPEND_BYTES_MAX}: nothing was written.
   * @throws InvalidAppend when there is no entry, or the stream's name is not one: nothing was written.
   * @throws OutcomeUnknown when the entries may or may not have been written.
   * @throws LedgerUnavailable when the store cannot be reached or refuses (full, read-only): nothing was written.
   */
  append(stream: string, expectedRevision: Revision, entries: readonly SealedEntry[]): Promise<Appended>;

  /**
   * Entries of one stream in order, from `from` on, at most `most` of them. A stream that does not exist has none.
   * Their bytes are as stored: {@link openEntry} says whether they are whole.
   *
   * @throws LedgerUnavailable when the store cannot be reached.
   * @throws LedgerCorrupt when an entry that should be there cannot be found.
   */
  read(stream: string, from: Revision, most?: number): AsyncIterable<StoredEntry>;

  /**
   * Every entry of streams whose name begins with `prefix`, after `after`, first those that are stored, then each new
   * one, until `signal` aborts. Reconnects by itself. Yields a batch at least when it has caught up.
   */
  follow(after: Position | undefined, prefix: string, signal: AbortSignal): AsyncIterable<FollowedBatch>;

  /** The end of a stream, or undefined when there is none. Never older than the last acknowledged append. */
  head(stream: string): Promise<Head | undefined>;

  /** Keeps a snapshot, replacing an older one of the same stream. A cache: losing it costs time alone. */
  saveSnapshot(stream: string, snapshot: Snapshot): Promise<void>;
  loadSnapshot(stream: string): Promise<Snapshot | undefined>;

  close(): Promise<void>;
}
