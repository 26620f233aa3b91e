import {
  closingHash,
  NO_STREAM,
  WrongRevision,
  type Appended,
  type Head,
  type Ledger,
  type SealedEntry,
  type Snapshot,
} from '@exchequer/ledger';

/** What a ledger server has on its disk: it survives everybody who writes to it. */
export class LedgerStore {
  readonly streams = new Map<string, Uint8Array[]>();
  readonly snapshots = new Map<string, Snapshot>();
  /** The server answers nobody until then, and does what it was asked afterwards. */
  frozenUntilMs = 0;
  /** Appends that are not stored yet though their writer has given up waiting: a repeat of one of them is dropped. */
  readonly onTheirWay = new Set<string>();
  private position = 0n;

  /** Told of every entry that is stored. */
  constructor(private readonly stored: (stream: string, revision: number, bytes: Uint8Array) => void) {}

  entries(stream: string): readonly Uint8Array[] {
    return this.streams.get(stream) ?? [];
  }

  head(stream: string): Head | undefined {
    const entries = this.entries(stream);
    const last = entries.at(-1);
    return last === undefined ? undefined : { revision: entries.length - 1, hash: closingHash(last) };
  }

  /** All or none; the same again at the same place is a success. */
  append(stream: string, expected: number, sealed: readonly SealedEntry[]): Appended {
    const entries = this.entries(stream);
    const last = entries.length - 1;
    const isRepeat =
      expected + sealed.length <= last &&
      sealed.every(({ hash }, index) => closingHash(entries[expected + 1 + index] ?? new Uint8Array(80)) === hash);
    if (isRepeat) return { revision: expected + sealed.length, position: this.position };
    if (expected !== last) throw new WrongRevision(stream, expected, last < 0 ? NO_STREAM : last);
    this.streams.set(stream, [...entries, ...sealed.map(({ bytes }) => bytes)]);
    this.position += BigInt(sealed.length);
    sealed.forEach(({ bytes }, index) => this.stored(stream, last + 1 + index, bytes));
    return { revision: last + sealed.length, position: this.position };
  }
}

/** The store as somebody reads it to whom nothing goes wrong. */
export const readerOf = (store: LedgerStore): Ledger => ({
  append: () => Promise.reject(new Error('this ledger is only read')),
  head: (stream) => Promise.resolve(store.head(stream)),
  // eslint-disable-next-line @typescript-eslint/require-await -- the port asks for an async iterable
  async *read(stream, from, most = Number.POSITIVE_INFINITY) {
    for (const [index, bytes] of store
      .entries(stream)
      .slice(from, from + most)
      .entries())
      yield { stream, revision: from + index, position: BigInt(from + index), bytes };
  },
  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async *follow() {
    yield* [];
  },
  saveSnapshot: () => Promise.resolve(),
  loadSnapshot: (stream) => Promise.resolve(store.snapshots.get(stream)),
  close: () => Promise.resolve(),
});
