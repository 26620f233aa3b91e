import { UNLIMITED } from '@exchequer/kernel';
import type { Fact } from '../../facts.js';
import { heldBy } from '../recount-aside.js';
import type { Cost } from '../recount-cost.js';
import { counts, type CountedLimit } from '../recount-limits.js';
import { spanOf, stillCounts } from '../recount-windows.js';
import type { PlainAccount } from './plain-account.js';
import { fact, told } from './plain-decision.js';

/** The limits of a chain: root first, at each node by name. */
export const limitsOn = (account: PlainAccount, members: readonly string[]): readonly CountedLimit[] =>
  members.flatMap((node) =>
    account.counted.limits
      .filter((limit) => !limit.removed && limit.set.node === node)
      .sort((a, b) => (a.set.limit < b.set.limit ? -1 : 1)),
  );

export const running = (limit: CountedLimit, at: number) => limit.windows.find(({ from, to }) => from <= at && at < to);

/** What a limit has used at an instant: in the window that runs, or, where it slides, in all that still count. */
export function usedBy(limit: CountedLimit, at: number): bigint {
  const { window } = limit.set;
  if (window.kind !== 'sliding') return running(limit, at)?.used ?? 0n;
  return limit.windows
    .filter(({ from }) => from <= at && stillCounts(window.lengthMs, from, at))
    .reduce((sum, { used }) => sum + used, 0n);
}

/** What a limit allows by an instant: with a pace as much of it as the part of its window that is over, a head start included. */
export function allowedBy({ amount, set: { window, pace } }: CountedLimit, at: number): bigint {
  if (pace === undefined || amount === UNLIMITED) return amount;
  const { from, to } = spanOf(window, at, []);
  return (amount * BigInt(Math.min(at + pace.aheadMs - from, to - from))) / BigInt(to - from);
}

/** Below zero where it is overrun. */
export const leftOf = (account: PlainAccount, limit: CountedLimit, at: number): bigint =>
  allowedBy(limit, at) - usedBy(limit, at) - heldBy(account.counted, limit);

/** When the limit starts anew: never, at the end of the calendar's window, or of the rolling one that runs. */
function resetAt(limit: CountedLimit, at: number): number | undefined {
  const { window } = limit.set;
  if (window.kind === 'lifetime') return undefined;
  if (window.kind === 'sliding') return fallenTo(limit, 0n, at);
  return window.kind === 'calendar' ? spanOf(window, at, []).to : running(limit, at)?.to;
}

/** When a limit that stands in the way may let so much pass. */
export function passesFrom(
  account: PlainAccount,
  limit: CountedLimit,
  requested: bigint,
  at: number,
): number | undefined {
  const { window, pace } = limit.set;
  const needed = requested + heldBy(account.counted, limit);
  if (window.kind === 'sliding') return needed > limit.amount ? undefined : fallenTo(limit, limit.amount - needed, at);
  if (pace === undefined) return resetAt(limit, at);
  const { to } = spanOf(window, at, []);
  for (let then = at + 1; then < to; then += 1) if (allowedBy(limit, then) >= needed + usedBy(limit, at)) return then;
  return to;
}

/** The first instant from which no more than so much of what was used still counts, were nothing used after. */
function fallenTo(limit: CountedLimit, most: bigint, at: number): number | undefined {
  const { window } = limit.set;
  if (window.kind !== 'sliding') return undefined;
  const counting = limit.windows.filter(({ from }) => stillCounts(window.lengthMs, from, at));
  const usedAt = (then: number): bigint =>
    counting.filter(({ from }) => stillCounts(window.lengthMs, from, then)).reduce((sum, { used }) => sum + used, 0n);
  if (usedAt(at) <= most) return undefined;
  let then = at;
  while (usedAt(then) > most) then += 1;
  return then;
}

/** A limit as it is named in facts: with what is left of it, and when there will be more. */
export const named = (
  { set, rule }: CountedLimit,
  remaining: bigint,
  resetsAt: number | undefined,
): Readonly<Record<string, unknown>> =>
  told({ node: set.node, limit: set.limit, currency: set.currency, remaining, resetsAt, rule });

/** Of the limits that count a cost the one that is left with the least, the first of them. */
export function tightest(account: PlainAccount, limits: readonly CountedLimit[], cost: Cost, at: number) {
  const [first, ...others] = limits
    .map((limit) => ({ limit, part: counts(limit, [limit.set.node], cost) }))
    .filter(({ part }) => part > 0n)
    .map(({ limit, part }) => ({ limit, after: leftOf(account, limit, at) - part }));
  if (first === undefined) return undefined;
  const { limit, after } = others.reduce((a, b) => (b.after < a.after ? b : a), first);
  return named(limit, limit.amount === UNLIMITED ? UNLIMITED : after > 0n ? after : 0n, resetAt(limit, at));
}

/** The windows that begin because a cost counts at an instant; only rolling ones when it is only held. */
export function windowsBegun(
  account: PlainAccount,
  members: readonly string[],
  cost: Cost,
  at: number,
  isHeld: boolean,
): readonly Fact[] {
  return limitsOn(account, members)
    .filter((limit) => limit.set.window.kind === 'rolling' || (!isHeld && limit.set.window.kind === 'calendar'))
    .filter((limit) => running(limit, at) === undefined && counts(limit, members, cost) > 0n)
    .map((limit) =>
      fact({
        type: 'WindowOpened',
        node: limit.set.node,
        limit: limit.set.limit,
        ...spanOf(limit.set.window, at, limit.windows),
      }),
    );
}
