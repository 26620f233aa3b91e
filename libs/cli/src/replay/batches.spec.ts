import { describe, expect, it } from '@jest/globals';
import { inBatches, type PlayClock, type Speed } from './batches.js';
import type { BrokenRow, TraceRow } from './trace-row.js';

async function* rowsAt(...instants: readonly (number | 'broken')[]): AsyncGenerator<TraceRow | BrokenRow> {
  for (const [index, atMs] of instants.entries())
    yield await Promise.resolve(
      atMs === 'broken'
        ? { row: index + 1, line: index + 2, reason: 'x' }
        : { index, atMs, contextTokens: 0, generatedTokens: 0 },
    );
}

/** The groups as row numbers, and how long was waited for them in all. */
async function grouped(rows: AsyncIterable<TraceRow | BrokenRow>, size: number, speed: Speed) {
  let nowMs = 1_000;
  const clock: PlayClock = {
    nowMs: () => nowMs,
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const groups: string[] = [];
  for await (const batch of inBatches(rows, size, speed, clock))
    groups.push(
      `${String(nowMs - 1_000)}: ${batch.map((row) => ('index' in row ? row.index + 1 : row.row)).join(' ')}`,
    );
  return groups;
}

describe('rows in batches', () => {
  it('are as many as fit, in order, the last of them fewer', async () => {
    expect(await grouped(rowsAt(0, 10, 20, 30, 40), 2, 'max')).toEqual(['0: 1 2', '0: 3 4', '0: 5']);
  });

  it('come at the pace of the trace at 1x: a row waits for its time, and those before it do not', async () => {
    expect(await grouped(rowsAt(500, 500, 520, 520, 600), 10, '1x')).toEqual(['0: 1 2', '20: 3 4', '100: 5']);
  });

  it('do not wait for a row whose time has passed', async () => {
    expect(await grouped(rowsAt(500, 400, 'broken', 510), 10, '1x')).toEqual(['0: 1 2 3', '10: 4']);
  });

  it('are none of a trace without rows', async () => {
    expect(await grouped(rowsAt(), 2, 'max')).toEqual([]);
  });
});
