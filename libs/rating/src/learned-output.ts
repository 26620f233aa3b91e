/** Buckets to an octave: a quantile is told up to a factor of 2^(1/5), 15 %, too high, and never too low. */
const BUCKETS_PER_OCTAVE = 5;
/** What is longer than 2^24 tokens is not told apart. */
const BUCKETS = 24 * BUCKETS_PER_OCTAVE + 1;
/** Before so many calls a quantile says too little. */
export const CALLS_LEARNED_MIN = 20;
/** After so many calls all counts are halved, so that what is old weighs less. */
const CALLS_KEPT_MAX = 4_096;
/** Payers and models that are kept; the one settled longest ago leaves first. */
const SKETCHES_MAX = 2_000;

/** How many calls had an output of about a length, by length. */
interface Sketch {
  calls: number;
  readonly counts: Uint16Array;
}

/** One payer and model with the buckets that are not empty. */
export type StoredSketch = readonly [
  payer: string,
  model: string,
  counts: readonly (readonly [bucket: number, calls: number])[],
];

/** What the calls of a payer and model put out, so that a hold need not be for the most that a call may put out. */
export class LearnedOutput {
  /** The one learned from longest ago first. */
  private readonly sketches = new Map<string, Sketch>();

  constructor(stored: readonly StoredSketch[] = []) {
    for (const [payer, model, counts] of stored) {
      const sketch: Sketch = { calls: 0, counts: new Uint16Array(BUCKETS) };
      for (const [bucket, calls] of counts) {
        sketch.counts[bucket] = calls;
        sketch.calls += calls;
      }
      this.sketches.set(keyOf(payer, model), sketch);
    }
  }

  /** A call was settled that put out so many tokens. */
  learn(payer: string, model: string, outputTokens: number): void {
    if (!(outputTokens >= 0)) return;
    const key = keyOf(payer, model);
    const sketch = this.sketches.get(key) ?? { calls: 0, counts: new Uint16Array(BUCKETS) };
    const bucket = bucketOf(outputTokens);
    sketch.counts[bucket] = (sketch.counts[bucket] ?? 0) + 1;
    sketch.calls += 1;
    if (sketch.calls >= CALLS_KEPT_MAX) halve(sketch);
    this.sketches.delete(key);
    this.sketches.set(key, sketch);
    const [oldest] = this.sketches.keys();
    if (this.sketches.size > SKETCHES_MAX && oldest !== undefined) this.sketches.delete(oldest);
  }

  /**
   * The tokens that this share of the calls stayed within, rounded up to the end of its bucket; undefined before
   * {@link CALLS_LEARNED_MIN} calls.
   */
  quantile(payer: string, model: string, share: number): { readonly outputTokens: number; calls: number } | undefined {
    const sketch = this.sketches.get(keyOf(payer, model));
    if (sketch === undefined || sketch.calls < CALLS_LEARNED_MIN) return undefined;
    let left = Math.ceil(share * sketch.calls);
    for (const [bucket, calls] of sketch.counts.entries()) {
      left -= calls;
      if (left <= 0) return { outputTokens: endOf(bucket), calls: sketch.calls };
    }
    return undefined;
  }

  export(): readonly StoredSketch[] {
    return Array.from(this.sketches, ([key, { counts }]) => {
      const [payer = '', model = ''] = key.split('\n');
      return [payer, model, [...counts.entries()].filter(([, calls]) => calls > 0)] as const;
    });
  }
}

const keyOf = (payer: string, model: string): string => `${payer}\n${model}`;

/** Bucket 0 is for nothing at all; bucket i > 0 for lengths from 2^((i−1)/5) to below 2^(i/5). */
const bucketOf = (tokens: number): number =>
  tokens < 1 ? 0 : Math.min(1 + Math.floor(Math.log2(tokens) * BUCKETS_PER_OCTAVE), BUCKETS - 1);

const endOf = (bucket: number): number =>
  bucket === BUCKETS - 1 ? Number.POSITIVE_INFINITY : bucket === 0 ? 0 : Math.floor(2 ** (bucket / BUCKETS_PER_OCTAVE));

function halve(sketch: Sketch): void {
  sketch.calls = 0;
  for (const [bucket, calls] of sketch.counts.entries()) {
    sketch.counts[bucket] = calls >> 1;
    sketch.calls += calls >> 1;
  }
}
