import {
  amount,
  minusFloored,
  isSmallerRatio,
  UNLIMITED,
  WHOLE,
  ZERO,
  type Amount,
  type Ratio,
} from '@exchequer/kernel';
import type { Moment } from '../decide/decision.js';
import type { Binding, Tightest } from '../facts.js';
import type { LimitState } from '../state/limit-state.js';
import { isObserved, type NodeState } from '../state/node-state.js';
import { passingByLayers, type Funds } from './layer-room.js';
import { inScope, type Scoped } from './scope.js';
import { resetOf, usedAt } from './windows.js';

/** What all limits of a chain say to a request. */
export interface LimitVerdict {
  /** The largest part of the request that every limit lets pass. */
  readonly ratio: Ratio;
  /** The limit that lets least of it pass; undefined when all let it pass whole. */
  readonly binding: LimitState | undefined;
}

/** What a limit still lets pass at an instant. */
export const remainingOf = (limit: LimitState, at: number): Amount =>
  limit.amount === UNLIMITED ? UNLIMITED : minusFloored(limit.amount, amount(usedAt(limit, at) + limit.held));

/** The one comparison: a limit passes when used + held + requested ≤ amount. */
const passes = (limit: LimitState, used: Amount, requested: Amount): boolean =>
  used + limit.held + requested <= limit.amount;

/** Checks a request against every limit, root first. */
export function checkLimits(limits: readonly LimitState[], request: Scoped, funds: Funds, at: number): LimitVerdict {
  let ratio: Ratio = WHOLE;
  let binding: LimitState | undefined;
  for (const limit of limits) {
    const requested = inScope(limit, request);
    if (requested === ZERO || passes(limit, usedAt(limit, at), requested) || isObserved(limit.node)) continue;
    const allowed: Ratio = { part: passingPart(limit, requested, request, funds, at), whole: requested };
    if (!isSmallerRatio(allowed, ratio)) continue;
    binding = limit;
    ratio = allowed;
  }
  return { ratio, binding };
}

/** So much of what was asked a limit that does not pass it lets pass. */
function passingPart(limit: LimitState, requested: Amount, { lots }: Scoped, funds: Funds, at: number): Amount {
  const layers = limit.selection?.layers;
  const remaining = remainingOf(limit, at);
  return layers === undefined ? remaining : passingByLayers(limit, layers, funds, requested, remaining, lots, at);
}

/** Limits that would not let a request pass whole, were they not merely observed; root first. */
export const observedLimits = (
  limits: readonly LimitState[],
  request: Scoped,
  observed: ReadonlySet<NodeState>,
  funds: Funds,
  at: number,
): readonly LimitState[] =>
  limits.filter((limit) => {
    const requested = inScope(limit, request);
    if (requested === ZERO || !observed.has(limit.node) || passes(limit, usedAt(limit, at), requested)) return false;
    return passingPart(limit, requested, request, funds, at) < requested;
  });

/** The limit that would be left with the least, once `granted` is held. */
export function tightestAfter(limits: readonly LimitState[], granted: Scoped, moment: Moment): Tightest | undefined {
  let tightest: LimitState | undefined;
  let least: bigint | undefined;
  for (const limit of limits) {
    const part = inScope(limit, granted);
    if (part === ZERO) continue;
    const remaining = limit.amount - usedAt(limit, moment.at) - limit.held - part;
    if (least !== undefined && remaining >= least) continue;
    least = remaining;
    tightest = limit;
  }
  if (tightest === undefined || least === undefined) return undefined;
  const resetsAt = resetOf(tightest, moment.at, moment.calendar);
  return {
    node: tightest.node.id,
    limit: tightest.name,
    currency: tightest.currency,
    remaining: tightest.amount === UNLIMITED ? UNLIMITED : amount(least > 0n ? least : 0n),
    ...(resetsAt !== undefined && { resetsAt }),
    ...(tightest.rule !== undefined && { rule: tightest.rule }),
  };
}

export function bindingOf(limit: LimitState, moment: Moment): Binding {
  const resetsAt = resetOf(limit, moment.at, moment.calendar);
  return {
    node: limit.node.id,
    limit: limit.name,
    currency: limit.currency,
    remaining: remainingOf(limit, moment.at),
    ...(resetsAt !== undefined && { resetsAt }),
    ...(limit.rule !== undefined && { rule: limit.rule }),
  };
}
