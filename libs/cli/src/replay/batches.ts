import type { BrokenRow, TraceRow } from './trace-row.js';

/** How fast a trace is played: as fast as it goes, or at the pace at which it was recorded. */
export type Speed = 'max' | '1x';

/** Time as a play waits in it. */
export interface PlayClock {
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

export const MACHINE_CLOCK: PlayClock = {
  nowMs: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Rows in groups of at most `size`, in order. At `1x` a group ends where the next row is still to come, and waits for it. */
export async function* inBatches(
  rows: AsyncIterable<TraceRow | BrokenRow>,
  size: number,
  speed: Speed,
  clock: PlayClock = MACHINE_CLOCK,
): AsyncGenerator<readonly (TraceRow | BrokenRow)[]> {
  let batch: (TraceRow | BrokenRow)[] = [];
  let begun: { readonly atMs: number; readonly nowMs: number } | undefined;
  for await (const row of rows) {
    if (speed === '1x' && 'atMs' in row) {
      begun ??= { atMs: row.atMs, nowMs: clock.nowMs() };
      const waitMs = row.atMs - begun.atMs - (clock.nowMs() - begun.nowMs);
      if (waitMs > 0) {
        if (batch.length > 0) yield batch;
        batch = [];
        await clock.sleep(waitMs);
      }
    }
    batch.push(row);
    if (batch.length >= size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
