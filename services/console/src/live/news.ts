import { LIVE_BOUNDS } from './bounds.js';

/** A refused authorization, as `enforcement` publishes it. */
export type Refusal = Readonly<Record<string, unknown>>;

/** What happened to an account since it was last told: only the newest position counts, and the newest refusals. */
export class News {
  #position: bigint | undefined;
  #refused = 0;
  #refusals: Refusal[] = [];

  get isEmpty(): boolean {
    return this.#position === undefined && this.#refused === 0;
  }

  appended(position: bigint): void {
    if (this.#position === undefined || position > this.#position) this.#position = position;
  }

  refused(rows: readonly Refusal[]): void {
    this.#refused += rows.length;
    this.#refusals = [...this.#refusals, ...rows].slice(-LIVE_BOUNDS.refusalsPerBeatMax);
  }

  /** As server-sent events, and forgotten. */
  take(): string {
    const events =
      (this.#position === undefined ? '' : sse('ledger', { position: String(this.#position) })) +
      (this.#refused === 0 ? '' : sse('refusals', { count: this.#refused, newest: [...this.#refusals].reverse() }));
    this.#position = undefined;
    this.#refused = 0;
    this.#refusals = [];
    return events;
  }
}

/** One event as the stream carries it. */
export const sse = (event: string, data: object): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
