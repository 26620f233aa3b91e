import {
  type AllStreamRecordedEvent,
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  type RecordedEvent,
  type ResolvedEvent,
  type StreamingRead,
} from '@eventstore/db-client';
import { closingHash } from '../entry.js';
import { type Head, NO_STREAM, type Revision, type StoredEntry } from '../port.js';
import { isStreamNotFound, readFault } from './faults.js';
import { NoAnswer } from './time-out.js';

/** Bytes of entries that one page should come to, as far as the page before it tells. */
const PAGE_BYTES = 16 * 1024 * 1024;
const PAGE_ENTRIES_MIN = 32;
const PAGE_ENTRIES_MAX = 4_096;

const NO_BYTES = new Uint8Array();

/** The bytes of an event. What this ledger writes is binary; anything else is nobody's entry and will not open. */
export const bytesOf = (event: RecordedEvent): Uint8Array => (event.data instanceof Uint8Array ? event.data : NO_BYTES);

export const storedEntry = (event: RecordedEvent | AllStreamRecordedEvent): StoredEntry => ({
  stream: event.streamId,
  revision: Number(event.revision),
  position: event.position?.commit ?? 0n,
  bytes: bytesOf(event),
});

/**
 * Everything that a bounded read gives. Read to its end, so that it leaves no HTTP/2 stream open; when the server falls
 * silent, it is cancelled.
 *
 * @param silenceMs the longest wait for the next event.
 */
export async function collect(
  what: string,
  reading: StreamingRead<ResolvedEvent>,
  silenceMs: number,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  const giveUp = (): void => {
    void reading.cancel();
    reading.destroy(new NoAnswer(what, silenceMs));
  };
  const timer = setTimeout(giveUp, silenceMs);
  try {
    for await (const { event } of reading as AsyncIterable<ResolvedEvent>) {
      timer.refresh();
      if (event !== undefined) events.push(event);
    }
    return events;
  } catch (cause) {
    if (isStreamNotFound(cause)) return [];
    throw readFault(what, cause);
  } finally {
    clearTimeout(timer);
  }
}

/** Reads streams of entries from one EventStoreDB, from its leader. */
export class Reads {
  constructor(
    readonly client: EventStoreDBClient,
    readonly silenceMs: number,
  ) {}

  async *read(stream: string, from: Revision, most: number): AsyncGenerator<StoredEntry> {
    let next = from;
    let count = PAGE_ENTRIES_MIN;
    for (let left = most; left > 0;) {
      const asked = Math.min(left, count);
      const page = await this.#page(stream, next, asked);
      yield* page;
      if (page.length < asked) return;
      left -= page.length;
      next = (page.at(-1)?.revision ?? next) + 1;
      const bytes = page.reduce((sum, entry) => sum + entry.bytes.byteLength, 0);
      const fitting = Math.ceil((PAGE_BYTES * page.length) / Math.max(bytes, 1));
      count = Math.min(Math.max(fitting, PAGE_ENTRIES_MIN), PAGE_ENTRIES_MAX);
    }
  }

  following(stream: string, revision: Revision, count: number): Promise<StoredEntry[]> {
    return this.#page(stream, revision + 1, count);
  }

  async lastRevision(stream: string): Promise<Revision> {
    return (await this.#last(stream))?.revision ?? NO_STREAM;
  }

  async head(stream: string): Promise<Head | undefined> {
    const last = await this.#last(stream);
    return last === undefined ? undefined : { revision: last.revision, hash: closingHash(last.bytes) };
  }

  async #page(stream: string, from: Revision, count: number): Promise<StoredEntry[]> {
    const options = { direction: FORWARDS, fromRevision: BigInt(from), maxCount: count, requiresLeader: true } as const;
    const events = await collect(stream, this.client.readStream(stream, options), this.silenceMs);
    return events.map(storedEntry);
  }

  async #last(stream: string): Promise<StoredEntry | undefined> {
    const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1, requiresLeader: true } as const;
    const [event] = await collect(stream, this.client.readStream(stream, options), this.silenceMs);
    return event === undefined ? undefined : storedEntry(event);
  }
}
