import {
  LedgerUnavailable,
  OutcomeUnknown,
  type Appended,
  type FollowedBatch,
  type Head,
  type Ledger,
  type SealedEntry,
  type Snapshot,
  type StoredEntry,
} from '@exchequer/ledger';
import type { SeededRandom } from '@exchequer/testing';
import type { Agenda } from './agenda.js';
import type { LedgerStore } from './ledger-store.js';

interface Pending {
  readonly store: () => Appended;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (fault: Error) => void;
  readonly stream: string;
  isAnswered: boolean;
}

/** How often something goes wrong, from 0 to 1; 0 once the world is to come to rest. */
export interface Weather {
  badness: number;
}

/** How long a call waits for a server that does not answer, and how long a repeat that the server has dropped. */
const CALL_TIMEOUT_MS = 5_000;
const DROPPED_MS = 3_000;

/**
 * One process's connection to the ledger. It is slow at times, loses answers of appends that were stored and of such that
 * were not, stores some of them after it has said that it does not know (and drops the same append when it comes again until
 * then), freezes, and is cut: then every append on its way fails, also those behind the one at fault.
 */
export class UnreliableLedger implements Ledger {
  private readonly pending = new Set<Pending>();
  private isAlive = true;
  /** Reads that are not at their end. */
  reading = 0;

  constructor(
    private readonly store: LedgerStore,
    private readonly agenda: Agenda,
    private readonly random: SeededRandom,
    private readonly weather: Weather,
  ) {}

  /** The process is gone: it hears of nothing any more. What is on its way may still be stored. */
  die(): void {
    this.isAlive = false;
    this.pending.clear();
  }

  /** Every append on its way fails; each may have been stored. */
  cut(): void {
    for (const one of [...this.pending]) {
      if (this.random.chance(0.5)) this.tryToStore(one);
      this.fail(one, new OutcomeUnknown(one.stream));
    }
  }

  append(stream: string, expected: number, entries: readonly SealedEntry[]): Promise<Appended> {
    return new Promise((resolve, reject) => {
      const store = (): Appended => this.store.append(stream, expected, entries);
      const one: Pending = { store, resolve, reject, stream, isAnswered: false };
      this.pending.add(one);
      const ms = this.latencyMs();
      const key = `${stream}@${String(expected)} ${entries.map(({ hash }) => hash).join()}`;
      if (this.store.onTheirWay.has(key)) this.agenda.in(DROPPED_MS, () => this.fail(one, new OutcomeUnknown(stream)));
      else if (this.frozenForMs > 0) this.storeLater(one, key, CALL_TIMEOUT_MS, this.frozenForMs + ms);
      else if (this.goesWrong()) this.goWrong(one, key, ms);
      else this.agenda.in(ms, () => this.settle(one));
    });
  }

  private goWrong(one: Pending, key: string, ms: number): void {
    const unknown = (): void => this.fail(one, new OutcomeUnknown(one.stream));
    switch (this.random.integer(0, 5)) {
      case 0: // stored, and the answer is lost
        this.agenda.in(ms, () => this.tryToStore(one));
        this.agenda.in(ms * 3, unknown);
        return;
      case 1: // never stored
        this.agenda.in(ms * 3, unknown);
        return;
      case 2: // stored when the writer has heard already that nobody knows
        this.storeLater(one, key, ms, ms * 4 + this.random.pick([30, 4_000]));
        return;
      case 3:
        this.agenda.in(ms, () => this.fail(one, new LedgerUnavailable('the store is full')));
        return;
      default:
        this.agenda.in(ms, () => this.cut());
    }
  }

  private storeLater(one: Pending, key: string, givesUpMs: number, storedMs: number): void {
    this.store.onTheirWay.add(key);
    this.agenda.in(givesUpMs, () => this.fail(one, new OutcomeUnknown(one.stream)));
    this.agenda.in(storedMs, () => {
      this.store.onTheirWay.delete(key);
      this.tryToStore(one);
    });
  }

  private settle(one: Pending): void {
    if (one.isAnswered) return;
    try {
      const appended = one.store();
      this.answer(one, () => one.resolve(appended));
    } catch (fault) {
      this.fail(one, fault instanceof Error ? fault : new Error(String(fault)));
    }
  }

  private tryToStore(one: Pending): void {
    try {
      one.store();
    } catch {
      // The stream ends elsewhere by now: nothing is written, and nobody waits for the answer.
    }
  }

  private fail(one: Pending, fault: Error): void {
    this.answer(one, () => one.reject(fault));
  }

  private answer(one: Pending, tell: () => void): void {
    if (one.isAnswered) return;
    one.isAnswered = true;
    this.pending.delete(one);
    if (this.isAlive) tell();
  }

  async head(stream: string): Promise<Head | undefined> {
    await this.answered();
    return this.store.head(stream);
  }

  async *read(stream: string, from: number, most = Number.POSITIVE_INFINITY): AsyncIterable<StoredEntry> {
    // What was stored while the answer was on its way may not be in it.
    const atOnce = this.store.entries(stream);
    await this.answered();
    this.reading += 1;
    try {
      const stored = this.random.chance(0.5) ? atOnce : this.store.entries(stream);
      const entries = stored.slice(from, from + most);
      const breaksAt = this.goesWrong() ? this.random.integer(0, entries.length + 1) : undefined;
      for (const [index, bytes] of entries.entries()) {
        if (index === breaksAt) throw new LedgerUnavailable('the connection broke');
        yield { stream, revision: from + index, position: BigInt(from + index), bytes };
      }
    } finally {
      this.reading -= 1;
    }
  }

  /** Nobody follows the ledger in this world. */
  // eslint-disable-next-line @typescript-eslint/require-await -- the port asks for an async iterable
  async *follow(): AsyncIterable<FollowedBatch> {
    yield* [];
  }

  async saveSnapshot(stream: string, snapshot: Snapshot): Promise<void> {
    await this.answered();
    this.store.snapshots.set(stream, this.goesWrong() ? torn(snapshot) : snapshot);
  }

  async loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    await this.answered();
    if (this.goesWrong()) this.store.snapshots.delete(stream);
    return this.store.snapshots.get(stream);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** A question's way there and back, which fails at times. To a process that is gone no answer comes. */
  private async answered(): Promise<void> {
    const isFrozen = this.frozenForMs > 0;
    await this.agenda.wait(isFrozen ? CALL_TIMEOUT_MS : this.latencyMs());
    if (!this.isAlive) await new Promise(() => undefined);
    if (isFrozen || this.goesWrong()) throw new LedgerUnavailable('the server does not answer');
  }

  private get frozenForMs(): number {
    return this.store.frozenUntilMs - this.agenda.nowMs;
  }

  private goesWrong(): boolean {
    return this.random.chance(0.15 * this.weather.badness);
  }

  private latencyMs(): number {
    const isSlow = this.random.chance(0.03 * this.weather.badness);
    return isSlow ? this.random.integer(500, 8_000) : this.random.integer(1, 8);
  }
}

/** Not all of it came to the disk. */
const torn = ({ revision, bytes }: Snapshot): Snapshot => ({
  revision,
  bytes: bytes.subarray(0, Math.floor(bytes.byteLength / 2)),
});
