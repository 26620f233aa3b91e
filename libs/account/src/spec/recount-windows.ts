import type { LimitSet } from '../facts.js';
import { TOY_LENGTHS } from './toy-calendar.js';

const DAYS_35 = 35 * 24 * 60 * 60 * 1_000;

export interface CountedWindow {
  readonly from: number;
  readonly to: number;
  used: bigint;
}

/** A sliding window counts in sixtieths of its length, rounded up to milliseconds. */
const bucketMs = (lengthMs: number): number => Math.ceil(lengthMs / 60);

/** Whether what was used in a sliding window's bucket still counts: as many buckets count as make up the length. */
export const stillCounts = (lengthMs: number, from: number, at: number): boolean =>
  Math.floor(at / bucketMs(lengthMs)) - from / bucketMs(lengthMs) < Math.ceil(lengthMs / bucketMs(lengthMs));

export function spanOf(
  window: LimitSet['window'],
  at: number,
  others: readonly CountedWindow[],
): { from: number; to: number } {
  if (window.kind === 'lifetime') return { from: -Infinity, to: Infinity };
  if (window.kind === 'sliding') {
    const bucket = bucketMs(window.lengthMs);
    return { from: Math.floor(at / bucket) * bucket, to: Math.floor(at / bucket) * bucket + bucket };
  }
  if (window.kind === 'calendar') {
    const from = Math.floor(at / TOY_LENGTHS[window.unit]) * TOY_LENGTHS[window.unit];
    return { from, to: from + TOY_LENGTHS[window.unit] };
  }
  const later = others.map(({ from }) => from).filter((from) => from > at);
  return { from: at, to: Math.min(at + window.lengthMs, ...later) };
}

/** Usage counts when it was used, but neither before its hold, nor 35 days ago, nor later than now. */
export function clamped(usedAt: number | undefined, placedAt: number | undefined, now: number): number {
  if (usedAt === undefined || usedAt >= now) return now;
  return Math.max(usedAt, placedAt ?? -Infinity, now - DAYS_35);
}
