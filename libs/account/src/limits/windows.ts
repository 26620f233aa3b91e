import {
  DAY_MS,
  END_OF_TIME,
  START_OF_TIME,
  ZERO,
  type Amount,
  type Calendar,
  type Instant,
  type Interval,
} from '@exchequer/kernel';
import type { LimitState, WindowCounter } from '../state/limit-state.js';
import { bucketAt, fallenTo, usedSliding } from './sliding.js';

/** How long a window's counter outlives its end, and how old usage may be that still counts at its own instant. */
export const COUNTER_KEPT_MS = 35 * DAY_MS;

/** The counter of the window that holds `at`, when that window has counted something. */
export function counterAt(limit: LimitState, at: Instant): WindowCounter | undefined {
  const { counters } = limit;
  for (let index = counters.length - 1; index >= 0; index -= 1) {
    const counter = counters[index];
    if (counter === undefined || counter.to <= at) return undefined;
    if (counter.from <= at) return counter;
  }
  return undefined;
}

/** What the window at `at` has counted. */
export const usedAt = (limit: LimitState, at: Instant): Amount =>
  limit.sliding === undefined ? (counterAt(limit, at)?.used ?? ZERO) : usedSliding(limit, limit.sliding, at);

/**
 * The window that would count something at `at`. A rolling window that is not open yet begins there, and ends at its
 * length or where a later window has begun already.
 */
export function windowFor(limit: LimitState, at: Instant, calendar: Calendar): Interval {
  const counter = counterAt(limit, at);
  if (counter !== undefined) return counter;
  switch (limit.window.kind) {
    case 'calendar':
      return calendar.windowAt(limit.window, at);
    case 'rolling': {
      const next = limit.counters.find((later) => later.from > at);
      return { from: at, to: Math.min(at + limit.window.lengthMs, next?.from ?? END_OF_TIME) };
    }
    case 'sliding':
      return bucketAt(limit.window, at);
    case 'lifetime':
      return { from: START_OF_TIME, to: END_OF_TIME };
  }
}

/**
 * Whether what the window at an instant has counted is not kept any more. A rolling window that is gone cannot be told from
 * one that never began, so what is older than all that is kept has none.
 */
export function isForgotten(limit: LimitState, at: Instant, now: Instant, calendar: Calendar): boolean {
  if (limit.window.kind === 'rolling' && counterAt(limit, at) === undefined) return at + COUNTER_KEPT_MS <= now;
  return windowFor(limit, at, calendar).to + COUNTER_KEPT_MS <= now;
}

/** When the limit's current count starts again from nothing; undefined when it never does or has not begun. */
export function resetOf(limit: LimitState, at: Instant, calendar: Calendar): Instant | undefined {
  if (limit.window.kind === 'lifetime') return undefined;
  if (limit.window.kind === 'calendar') return calendar.windowAt(limit.window, at).to;
  if (limit.window.kind === 'sliding') return fallenTo(limit, limit.window, 0n, at);
  return counterAt(limit, at)?.to;
}

/** Adds a counter in its place and drops those that nothing can reach any more. */
export function openCounter(limit: LimitState, counter: WindowCounter, now: Instant): void {
  const { counters } = limit;
  let index = counters.length;
  while (index > 0 && (counters[index - 1]?.from ?? START_OF_TIME) > counter.from) index -= 1;
  counters.splice(index, 0, counter);
  const reachable = counters.findIndex((kept) => kept.to + COUNTER_KEPT_MS > now);
  if (reachable > 0) counters.splice(0, reachable);
}

/**
 * Usage counts at its own instant, but not before its hold was placed, not in the future, and never more than 35 days ago:
 * the counters of windows that are older than that are gone.
 */
export const clampUse = (usedAt: Instant | undefined, placedAt: Instant | undefined, now: Instant): Instant =>
  usedAt === undefined || usedAt > now ? now : Math.max(usedAt, placedAt ?? START_OF_TIME, now - COUNTER_KEPT_MS);
