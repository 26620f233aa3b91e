import { amount, type Instant } from '@exchequer/kernel';
import type { ChargeCorrected, Owed, Share, WindowOpened } from '../facts.js';
import type { Moment } from '../decide/decision.js';
import { nodeOf } from '../evolve/evolve-tree.js';
import { countedCost } from '../limits/counted-cost.js';
import { openingOf } from '../limits/open-windows.js';
import { inScope, type Scoped } from '../limits/scope.js';
import { countSliding } from '../limits/sliding.js';
import { counterAt, COUNTER_KEPT_MS, isForgotten } from '../limits/windows.js';
import { drawnBy, givenBackBy } from './standing.js';
import type { AccountState } from '../state/account-state.js';
import type { LimitState } from '../state/limit-state.js';

/** What limits counted of a charge before its correction, and what they count of it now. */
export function countedBeforeAndAfter(
  { lots }: AccountState,
  fact: ChargeCorrected,
): { readonly before: Scoped; readonly after: Scoped } {
  const { amountsBefore, linesBefore, uncollectedBefore, particulars, ...now } = fact;
  const told = particulars !== undefined && { particulars };
  const before = {
    amounts: amountsBefore,
    ...(linesBefore !== undefined && { lines: linesBefore }),
    ...(uncollectedBefore !== undefined && { uncollected: uncollectedBefore }),
    ...told,
    ...paymentBefore(fact),
  };
  const after = {
    amounts: now.amounts,
    ...(now.lines !== undefined && { lines: now.lines }),
    ...(now.uncollected !== undefined && { uncollected: now.uncollected }),
    ...told,
    spent: now.paid,
    owed: now.owing ?? [],
  };
  return { before: countedCost(before, lots), after: countedCost(after, lots) };
}

/** What paid before: what pays still, without what was drawn now, and with what went back. */
function paymentBefore(fact: ChargeCorrected): { readonly spent: readonly Share[]; readonly owed: readonly Owed[] } {
  const { paid, owing = [], owed = [], forgiven = [] } = fact;
  const owedNow = (one: Owed): bigint =>
    owed.find((other) => other.node === one.node && other.currency === one.currency)?.amount ?? 0n;
  return {
    spent: [...paid.slice(0, paid.length - drawnBy(fact).length), ...givenBackBy(fact)],
    owed: [...owing.map((one) => ({ ...one, amount: amount(one.amount - owedNow(one)) })), ...forgiven],
  };
}

/** A limit that counted a charge, and by how much its count changes. */
export interface CountedChange {
  readonly limit: LimitState;
  readonly by: bigint;
}

/** Every limit that counted a charge and counts it otherwise once it is corrected. Limits set since never counted it. */
export function countedChanges(state: AccountState, fact: ChargeCorrected): readonly CountedChange[] {
  const { before, after } = countedBeforeAndAfter(state, fact);
  const changes: CountedChange[] = [];
  for (const id of fact.chain)
    for (const limit of nodeOf(state, id).limits) {
      const by = limit.since > fact.number ? 0n : inScope(limit, after) - inScope(limit, before);
      if (by !== 0n) changes.push({ limit, by });
    }
  return changes;
}

/** The windows in which a limit counts a charge only now, because none of its parts was in the limit's scope before. */
export function windowsToCorrect(
  changes: readonly CountedChange[],
  countedAt: Instant,
  moment: Moment,
): readonly WindowOpened[] {
  return changes.flatMap(({ limit }) => {
    if (limit.sliding !== undefined) return [];
    const isGone = isForgotten(limit, countedAt, moment.at, moment.calendar);
    return isGone || counterAt(limit, countedAt) !== undefined ? [] : [openingOf(limit, countedAt, moment)];
  });
}

/** Changes the counts. A window that ended so long ago that nothing asks for it any more stays as it is. */
export function countCorrection(changes: readonly CountedChange[], countedAt: Instant, at: Instant): void {
  for (const { limit, by } of changes) {
    if (limit.sliding !== undefined) {
      countSliding(limit, limit.sliding, amount(by), countedAt, at);
      continue;
    }
    const counter = counterAt(limit, countedAt);
    if (counter !== undefined && counter.to + COUNTER_KEPT_MS > at) counter.used = amount(counter.used + by);
  }
}
