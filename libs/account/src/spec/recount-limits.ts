import type { Fact, LimitConduct, LimitSet } from '../facts.js';
import type { Recount } from './recount.js';
import { speaksOf, sumOf, type Cost } from './recount-cost.js';
import type { CountedMark } from './recount-thresholds.js';
import { spanOf, type CountedWindow } from './recount-windows.js';

export interface CountedLimit {
  readonly set: LimitSet;
  conduct: LimitConduct;
  amount: bigint;
  rule: string | undefined;
  readonly windows: CountedWindow[];
  readonly marks: CountedMark[];
  removed: boolean;
}

/** Counts which limits there are, and what they had used when they began to count. */
export function countLimits(count: Recount, fact: Fact): void {
  switch (fact.type) {
    case 'LimitSet':
      setLimit(count, fact);
      return;
    case 'LimitAmountChanged':
      changeAmount(liveLimit(count, fact.node, fact.limit), fact.amount, fact.rule);
      return;
    case 'LimitConductChanged':
      liveLimit(count, fact.node, fact.limit).conduct = fact;
      return;
    case 'LimitRemoved':
      liveLimit(count, fact.node, fact.limit).removed = true;
      return;
    case 'WindowOpened':
      if (fact.used !== undefined) windowOf(liveLimit(count, fact.node, fact.limit), fact.from).used += fact.used;
      return;
    default:
      return;
  }
}

function setLimit(count: Recount, set: LimitSet): void {
  const limit: CountedLimit = {
    set,
    conduct: set,
    amount: set.amount,
    rule: set.rule,
    windows: [],
    marks: [],
    removed: false,
  };
  count.limits.push(limit);
  if (set.usedAtStart !== undefined) windowOf(limit, 0).used += set.usedAtStart;
}

function changeAmount(limit: CountedLimit, most: bigint, rule: string | undefined): void {
  limit.amount = most;
  limit.rule = rule;
}

export function liveLimit(count: Recount, node: string, name: string): CountedLimit {
  const limit = count.limits.find((one) => !one.removed && one.set.node === node && one.set.limit === name);
  if (limit === undefined) throw new Error(`${node} has no limit ${name}`);
  return limit;
}

/** How much of a cost a limit counts: none once it was removed, or when its node is not on the chain. */
export function counts(limit: CountedLimit, chain: readonly string[], { amounts, lines, paid, told }: Cost): bigint {
  const { node, currency, scope } = limit.set;
  if (limit.removed || !chain.includes(node) || !speaksOf(scope, told)) return 0n;
  const { meters, layers } = scope ?? {};
  if (layers !== undefined)
    return sumOf(paid.filter((part) => part.currency === currency && layers.some((layer) => layer === part.layer)));
  if (meters === undefined) return sumOf(amounts.filter((money) => money.currency === currency));
  return sumOf(
    (lines ?? []).filter((line) => line.currency === currency && meters.some((meter) => meter === line.meter)),
  );
}

/** The window of a limit at an instant; a rolling one begins there when none runs. */
export function windowOf({ set: { window }, windows }: CountedLimit, at: number): CountedWindow {
  const running = windows.find(({ from, to }) => from <= at && at < to);
  if (running !== undefined) return running;
  const opened: CountedWindow = { ...spanOf(window, at, windows), used: 0n };
  windows.push(opened);
  return opened;
}

/** Begins the rolling windows of the limits that count something set aside. */
export function beginRolling(count: Recount, chain: readonly string[], cost: Cost, at: number): void {
  for (const limit of count.limits)
    if (limit.set.window.kind === 'rolling' && counts(limit, chain, cost) > 0n) windowOf(limit, at);
}
