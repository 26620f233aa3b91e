/** What one round of a contender came to. */
export interface Figures {
  readonly perSecond: number;
  /** Milliseconds from the call to its answer. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Load {
  /** Calls that wait for their answer at any time. */
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Keeps so many calls in flight, each followed by the next, and measures those that end after the warm-up. */
export async function measure({ inFlight, warmUpMs, measureMs }: Load, call: () => Promise<unknown>): Promise<Figures> {
  const tookMs: number[] = [];
  const beganAt = performance.now();
  const from = beganAt + warmUpMs;
  const until = from + measureMs;
  let endedAt = from;
  const one = async (): Promise<void> => {
    for (;;) {
      const calledAt = performance.now();
      if (calledAt >= until) return;
      await call();
      const answeredAt = performance.now();
      if (answeredAt >= from) {
        tookMs.push(answeredAt - calledAt);
        endedAt = answeredAt;
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  tookMs.sort((a, b) => a - b);
  const at = (share: number): number => tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * share))] ?? NaN;
  return { perSecond: tookMs.length / ((endedAt - from) / 1_000), p50Ms: at(0.5), p99Ms: at(0.99) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
