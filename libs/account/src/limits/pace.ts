import { amount, smaller, UNLIMITED, type Amount, type Instant, type Interval } from '@exchequer/kernel';
import type { Moment } from '../decide/decision.js';
import type { LimitState } from '../state/limit-state.js';

/** What a limit allows by an instant: its amount, or the part of it that its pace has released by then. */
export function allowedAt(limit: LimitState, moment: Moment): Amount {
  const { amount: whole, pace } = limit;
  if (pace === undefined || whole === UNLIMITED) return whole;
  const { from, to } = windowOf(limit, moment);
  return smaller(whole, amount((whole * BigInt(moment.at - from + pace.aheadMs)) / BigInt(to - from)));
}

/** The first instant at which so much will have been released, at the latest the end of the window; `needed` ≤ amount. */
export function releasedFrom(limit: LimitState, needed: bigint, moment: Moment): Instant {
  const { from, to } = windowOf(limit, moment);
  if (limit.pace === undefined || needed > limit.amount) return to;
  const { amount: whole } = limit;
  const afterMs = (needed * BigInt(to - from) + whole - 1n) / whole;
  return Math.min(from + Number(afterMs) - limit.pace.aheadMs, to);
}

function windowOf({ window }: LimitState, { at, calendar }: Moment): Interval {
  if (window.kind !== 'calendar') throw new Error('broken invariant: only calendar windows have a pace');
  return calendar.windowAt(window, at);
}
