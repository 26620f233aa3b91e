import { type AppendResult, binaryEvent, NO_STREAM as EXPECT_NO_STREAM } from '@eventstore/db-client';
import { closingHash, entryAddress } from '../entry.js';
import { LedgerCorrupt, type LedgerError, LedgerUnavailable, OutcomeUnknown, WrongRevision } from '../errors.js';
import { type Appended, NO_STREAM, type Revision, type SealedEntry, type StoredEntry } from '../port.js';
import type { AppendingClient } from './appending-client.js';
import { entryEventId } from './event-id.js';
import { appendFault, isWrongVersion } from './faults.js';

/** The type of the events that are entries. */
export const ENTRY_EVENT_TYPE = 'exchequer.entry.v1';

/**
 * The server holds this against the clock of this machine: a clock that is behind by more fails every append. Our own
 * time-out is what bounds a call.
 */
export const SERVER_DEADLINE_MS = 24 * 3_600_000;

/** Places whose append may have been stored; more than anybody has in flight. */
const DOUBTS_KEPT_MAX = 1_000;

/** The parts of the reader that settle a doubt. */
export interface Tail {
  /** Entries that follow a revision, as the leader has them. */
  following(stream: string, revision: Revision, count: number): Promise<StoredEntry[]>;
  lastRevision(stream: string): Promise<Revision>;
}

/** Appends to one EventStoreDB, one binary event an entry. */
export class Appends {
  /** Places at which an append of this process ended without an answer. */
  readonly #doubts = new Set<string>();

  constructor(
    readonly client: AppendingClient,
    readonly tail: Tail,
    readonly withinMs: number,
  ) {}

  async append(stream: string, expected: Revision, entries: readonly SealedEntry[]): Promise<Appended> {
    const place = entryAddress(stream, expected);
    let result: AppendResult;
    try {
      result = await this.#send(stream, expected, entries);
    } catch (cause) {
      if (isWrongVersion(cause)) return this.#compare(stream, expected, entries);
      const bytes = entries.reduce((sum, entry) => sum + entry.bytes.byteLength, 0);
      throw this.#noted(place, appendFault(stream, bytes, cause));
    }
    const revision = expected + entries.length;
    const { nextExpectedRevision, position } = result;
    if (nextExpectedRevision !== BigInt(revision) || position === undefined || this.#doubts.has(place))
      return this.#compare(stream, expected, entries);
    return { revision, position: position.commit };
  }

  #send(stream: string, expected: Revision, entries: readonly SealedEntry[]): Promise<AppendResult> {
    const events = entries.map(({ bytes, hash }, index) =>
      binaryEvent({
        id: entryEventId(stream, expected + 1 + index, hash),
        type: ENTRY_EVENT_TYPE,
        data: bytes,
      }),
    );
    const expectedRevision = expected === NO_STREAM ? EXPECT_NO_STREAM : BigInt(expected);
    return this.client.run(this.withinMs, `an append to ${stream}`, (client) =>
      client.appendToStream(stream, events, { expectedRevision, deadline: SERVER_DEADLINE_MS }),
    );
  }

  /**
   * Holds what is stored at the place against what was sent. The server judges by ids and says "wrong version" also where
   * our entries are stored with others; and where an earlier attempt had no answer, its success is taken only on sight.
   */
  async #compare(stream: string, expected: Revision, entries: readonly SealedEntry[]): Promise<Appended> {
    const place = entryAddress(stream, expected);
    const { stored, actual } = await this.#look(stream, expected, entries.length);
    this.#doubts.delete(place);
    const last = stored.at(-1);
    const isOurs =
      stored.length === entries.length &&
      stored.every(({ bytes }, index) => closingHash(bytes) === entries[index]?.hash);
    if (isOurs && last !== undefined) return { revision: last.revision, position: last.position };
    if (actual !== expected) throw new WrongRevision(stream, expected, actual);
    throw new LedgerUnavailable(
      `EventStoreDB refuses to append to ${stream} behind revision ${String(expected)}, where it ends`,
    );
  }

  async #look(stream: string, expected: Revision, count: number): Promise<{ stored: StoredEntry[]; actual: Revision }> {
    try {
      const stored = await this.tail.following(stream, expected, count);
      return { stored, actual: await this.tail.lastRevision(stream) };
    } catch (cause) {
      if (cause instanceof LedgerCorrupt) throw cause;
      // This attempt was refused, but an earlier one may be what is stored.
      throw this.#noted(entryAddress(stream, expected), new OutcomeUnknown(stream, { cause }));
    }
  }

  #noted(place: string, fault: LedgerError): LedgerError {
    if (fault instanceof OutcomeUnknown) {
      this.#doubts.add(place);
      for (const oldest of this.#doubts) {
        if (this.#doubts.size <= DOUBTS_KEPT_MAX) break;
        this.#doubts.delete(oldest);
      }
    }
    return fault;
  }
}
