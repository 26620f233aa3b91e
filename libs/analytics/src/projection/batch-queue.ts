import { Batch, type LastEntry } from './batch.js';
import type { AddRow } from '../rows/ledger-rows.js';
import type { ProjectionBounds } from './bounds.js';
import { WakeUp } from './wake-up.js';

/** Between reading the ledger and writing tables: one batch that takes entries, and full ones that wait. */
export class BatchQueue {
  readonly #full: Batch[] = [];
  readonly #written = new WakeUp();
  readonly #read = new WakeUp();
  #open: Batch | undefined;
  /** By the monotonic clock, in milliseconds. */
  #openedAt = 0;
  #passed: bigint | undefined;
  #caughtUp = false;

  constructor(private readonly bounds: ProjectionBounds) {}

  /** Up to here everything was read and, when the queue is empty, taken out again. */
  get passed(): bigint | undefined {
    return this.#passed;
  }

  get isEmpty(): boolean {
    return this.#open === undefined && this.#full.length === 0;
  }

  /** Nothing more was in the ledger at the last look. */
  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  /** When the first entry that waits here was booked, in epoch milliseconds. */
  get oldestBookedAt(): number | undefined {
    return (this.#full[0] ?? this.#open)?.firstBookedAt;
  }

  /** Adds an entry: `project` is called at once, with what takes its rows. */
  add(entry: LastEntry & { readonly bookedAt: number }, project: (add: AddRow) => void): void {
    if (this.#open !== undefined && (this.#isFull(this.#open) || !this.#open.fitsMonth(entry.bookedAt))) {
      this.#full.push(this.#open);
      this.#open = undefined;
    }
    if (this.#open === undefined) {
      this.#open = new Batch(entry.bookedAt);
      this.#openedAt = performance.now();
    }
    project(this.#open.add);
    this.#open.end(entry);
    this.#read.ring();
  }

  /** The ledger was read up to here. */
  pass(position: bigint | undefined, caughtUp: boolean): void {
    this.#passed = position ?? this.#passed;
    this.#caughtUp = caughtUp;
    this.#read.ring();
  }

  /** Resolves when another entry may be added. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#full.length > this.bounds.batchesWaitingMax && !signal.aborted) await this.#written.wait(signal);
  }

  /** The next batch once it is due, or undefined when none is by then, the ledger was read further, or `signal` aborts. */
  async next(signal: AbortSignal, mostMs: number): Promise<Batch | undefined> {
    const due = this.#takeDue();
    if (due !== undefined || signal.aborted) return due;
    const lingers = this.#open === undefined ? mostMs : this.#openedAt + this.bounds.lingerMs - performance.now();
    await this.#read.wait(signal, Math.max(1, Math.min(mostMs, lingers)));
    return this.#takeDue();
  }

  /** The next batch, due or not, when nothing more will come. */
  takeRest(): Batch | undefined {
    const rest = this.#full.shift() ?? this.#open;
    if (rest === this.#open) this.#open = undefined;
    return rest;
  }

  #takeDue(): Batch | undefined {
    const first = this.#full.shift();
    if (first !== undefined) {
      this.#written.ring();
      return first;
    }
    const open = this.#open;
    if (open === undefined || !this.#isDue(open)) return undefined;
    this.#open = undefined;
    return open;
  }

  #isDue(batch: Batch): boolean {
    return this.#isFull(batch) || performance.now() >= this.#openedAt + this.bounds.lingerMs;
  }

  #isFull(batch: Batch): boolean {
    return batch.rows >= this.bounds.batchRowsMax || batch.bytes >= this.bounds.batchBytesMax;
  }
}
