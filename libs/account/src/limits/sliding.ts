import { amount, type Amount, type Instant, type Interval, type SlidingWindow } from '@exchequer/kernel';
import type { LimitState, WindowCounter } from '../state/limit-state.js';

const BUCKETS = 60;

/** A sliding window counts in up to 60 buckets, aligned to the epoch, so that nothing needs to be recorded of where one begins. */
export function bucketAt({ lengthMs }: SlidingWindow, at: Instant): Interval {
  const bucketMs = Math.ceil(lengthMs / BUCKETS);
  const from = Math.floor(at / bucketMs) * bucketMs;
  return { from, to: from + bucketMs };
}

/** How long a bucket counts from its beginning on: the length in whole buckets. */
export function countsForMs({ lengthMs }: SlidingWindow): number {
  const bucketMs = Math.ceil(lengthMs / BUCKETS);
  return Math.ceil(lengthMs / bucketMs) * bucketMs;
}

/** Whether a bucket still counts at an instant. */
const counts = (window: SlidingWindow, { from }: WindowCounter, at: Instant): boolean =>
  at < from + countsForMs(window);

/** What the buckets that reach back from `at` have counted. */
export function usedSliding({ counters }: LimitState, window: SlidingWindow, at: Instant): Amount {
  let used = 0n;
  for (let index = counters.length - 1; index >= 0; index -= 1) {
    const counter = counters[index];
    if (counter === undefined || !counts(window, counter, at)) break;
    if (counter.from <= at) used += counter.used;
  }
  return amount(used);
}

/** The first instant from which no more than `room` of what was used still counts; undefined when it is so already. */
export function fallenTo(
  { counters }: LimitState,
  window: SlidingWindow,
  room: bigint,
  at: Instant,
): Instant | undefined {
  let left = 0n;
  let from: Instant | undefined;
  for (let index = counters.length - 1; index >= 0; index -= 1) {
    const counter = counters[index];
    if (counter === undefined || !counts(window, counter, at)) break;
    left += counter.used;
    if (left > room) {
      from = counter.from + countsForMs(window);
      break;
    }
  }
  return from;
}

/** Counts usage in its bucket. What is too old for every window to come is left out, and dropped. */
export function countSliding(
  limit: LimitState,
  window: SlidingWindow,
  part: Amount,
  countedAt: Instant,
  now: Instant,
): void {
  const { counters } = limit;
  const reachable = counters.findIndex((counter) => counts(window, counter, now));
  counters.splice(0, reachable < 0 ? counters.length : reachable);
  const bucket = bucketAt(window, countedAt);
  if (now >= bucket.from + countsForMs(window)) return;
  let index = counters.length;
  while (index > 0 && (counters[index - 1]?.from ?? 0) > bucket.from) index -= 1;
  const before = counters[index - 1];
  if (before?.from === bucket.from) before.used = amount(before.used + part);
  else counters.splice(index, 0, { ...bucket, used: part });
}
