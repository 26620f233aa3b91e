/** What an append expects of its stream: the revision of its last event, or one of the protocol's words. */
export type ExpectedRevision = number | 'no-stream' | 'any' | 'stream-exists';

export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface RecordedEvent extends ProposedEvent {
  readonly stream: string;
  readonly revision: number;
  /** Place in the log of all streams; commit and prepare position are the same. */
  readonly position: bigint;
  readonly createdAtMs: number;
}

export type AppendVerdict =
  | { readonly kind: 'stored' | 'repeated'; readonly revision: number; readonly position: bigint }
  | { readonly kind: 'nothing-to-store' }
  | { readonly kind: 'wrong-revision'; /** −1 when the stream does not exist. */ readonly current: number }
  | { readonly kind: 'too-large'; readonly bytesMax: number };

/** The server's default: more than this in one append is refused. */
const APPEND_BYTES_MAX = 1_048_576;

const METADATA_PREFIX = '$$';

const sizeOf = (event: ProposedEvent): number =>
  event.data.byteLength + event.metadata.byteLength + 2 * event.type.length;

/** Ids are compared as the server does, as numbers: the case of their letters does not count. */
const sameId = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Every stream of a store in memory, with the rules by which the server judges an append. */
export class EventLog {
  readonly #all: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();

  /** Revision of a stream's last event; −1 when there is none. */
  lastRevision(stream: string): number {
    return (this.#streams.get(stream)?.length ?? 0) - 1;
  }

  /** Position of the newest event of all. */
  get lastPosition(): bigint {
    return this.#all.at(-1)?.position ?? 0n;
  }

  /** A stream's events in order, without those that its `$maxCount` has cut off. Undefined when it does not exist. */
  stream(name: string): readonly RecordedEvent[] | undefined {
    const events = this.#streams.get(name);
    const maxCount = this.#maxCount(name);
    return events === undefined || maxCount === undefined ? events : events.slice(-maxCount);
  }

  /** Events of all streams after a position, in order. */
  after(position: bigint): readonly RecordedEvent[] {
    let low = 0;
    let high = this.#all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#all[middle]?.position ?? 0n) > position) high = middle;
      else low = middle + 1;
    }
    return this.#all.slice(low);
  }

  /** Says what an append would come to. Changes nothing. */
  judge(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): AppendVerdict {
    const current = this.lastRevision(stream);
    if (events.reduce((sum, event) => sum + sizeOf(event), 0) > APPEND_BYTES_MAX)
      return { kind: 'too-large', bytesMax: APPEND_BYTES_MAX };

    const repeated = this.#repeatOf(stream, expected, events);
    if (repeated !== undefined) return { kind: 'repeated', revision: repeated.revision, position: repeated.position };

    const fits =
      expected === 'any' ||
      (expected === 'stream-exists' && current >= 0) ||
      (expected === 'no-stream' && current === -1) ||
      expected === current;
    if (!fits) return { kind: 'wrong-revision', current };
    if (events.length === 0) return { kind: 'nothing-to-store' };
    return {
      kind: 'stored',
      revision: current + events.length,
      position: this.#positionAfter(this.lastPosition, events),
    };
  }

  /** Judges an append and, when it fits, stores it. */
  append(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[], atMs: number): AppendVerdict {
    const verdict = this.judge(stream, expected, events);
    if (verdict.kind !== 'stored') return verdict;
    const list = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, list);
    for (const event of events) {
      const position = this.#positionAfter(this.lastPosition, [event]);
      const recorded = { ...event, stream, revision: list.length, position, createdAtMs: atMs };
      list.push(recorded);
      this.#all.push(recorded);
    }
    return verdict;
  }

  /** Changes what is stored, as a fault of the disk or a hand in the data would. */
  tamper(stream: string, revision: number, change: (data: Uint8Array) => Uint8Array): void {
    const list = this.#streams.get(stream);
    const event = list?.[revision];
    if (list === undefined || event === undefined) throw new Error(`there is no ${stream}@${revision}`);
    const changed = { ...event, data: change(event.data) };
    list[revision] = changed;
    this.#all[this.#all.indexOf(event)] = changed;
  }

  /**
   * The last of the events that this append would repeat. The server looks at ids alone: with a revision, at the ids
   * that follow it; with `any`, at ids of the stream anywhere. What the events carry does not count.
   */
  #repeatOf(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): RecordedEvent | undefined {
    const list = this.#streams.get(stream) ?? [];
    const [first] = events;
    if (first === undefined) return undefined;
    const from =
      expected === 'any' || expected === 'stream-exists'
        ? list.findIndex((event) => sameId(event.id, first.id))
        : (expected === 'no-stream' ? -1 : expected) + 1;
    if (from < 0) return undefined;
    const stored = list.slice(from, from + events.length);
    const same = events.every((event, index) => sameId(event.id, stored[index]?.id ?? ''));
    return same ? stored.at(-1) : undefined;
  }

  /** Positions grow with the bytes written, as in the server's log: gaps everywhere, order kept. */
  #positionAfter(position: bigint, events: readonly ProposedEvent[]): bigint {
    return events.reduce((sum, event) => sum + BigInt(100 + sizeOf(event)), position);
  }

  #maxCount(stream: string): number | undefined {
    const newest = this.#streams.get(METADATA_PREFIX + stream)?.at(-1);
    if (newest === undefined) return undefined;
    const metadata: unknown = JSON.parse(Buffer.from(newest.data).toString());
    if (typeof metadata !== 'object' || metadata === null || !('$maxCount' in metadata)) return undefined;
    return typeof metadata.$maxCount === 'number' ? metadata.$maxCount : undefined;
  }
}
