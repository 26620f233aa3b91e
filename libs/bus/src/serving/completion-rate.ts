const SPAN_MS = 500;
const RETRY_MIN_MS = 20;
const RETRY_MAX_MS = 5_000;
const RETRY_UNKNOWN_MS = 250;

/** How many requests end in a millisecond at the moment: the measure of how long a line takes. */
export class CompletionRate {
  #ended = 0;
  #sinceMs = 0;
  #perMs = 0;

  count(): void {
    this.#ended++;
  }

  /** Looks at the clock; called now and then while there is work. */
  mark(nowMs: number): void {
    const spanMs = nowMs - this.#sinceMs;
    if (spanMs < SPAN_MS) return;
    this.#perMs = this.#ended / spanMs;
    this.#ended = 0;
    this.#sinceMs = nowMs;
  }

  /** Milliseconds until so many requests will have ended, between 20 ms and 5 s. */
  msFor(requests: number): number {
    if (this.#perMs === 0) return RETRY_UNKNOWN_MS;
    return Math.min(RETRY_MAX_MS, Math.max(RETRY_MIN_MS, Math.ceil(requests / this.#perMs)));
  }
}
