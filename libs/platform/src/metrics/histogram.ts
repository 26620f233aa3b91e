/** Upper bounds in milliseconds, from half a millisecond to five seconds; what is above has a bucket of its own. */
export const DURATION_BOUNDS_MS = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000] as const;

export interface HistogramSnapshot {
  readonly count: number;
  readonly sum: number;
  /** How many values were at most the bound, and more than the bound before; the last bucket has no bound. */
  readonly buckets: readonly { readonly atMost: number | null; readonly count: number }[];
}

/** How values are spread over fixed bounds. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #sum = 0;

  /** @param bounds growing. */
  constructor(bounds: readonly number[] = DURATION_BOUNDS_MS) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const found = this.#bounds.findIndex((bound) => value <= bound);
    const bucket = found === -1 ? this.#bounds.length : found;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count++;
    this.#sum += value;
  }

  snapshot(): HistogramSnapshot {
    const buckets = this.#counts.map((count, index) => ({ atMost: this.#bounds[index] ?? null, count }));
    return { count: this.#count, sum: this.#sum, buckets };
  }
}
