import {
  amount,
  larger,
  minusFloored,
  isSmallerRatio,
  UNLIMITED,
  WHOLE,
  ZERO,
  type Amount,
  type Instant,
  type Ratio,
} from '@exchequer/kernel';
import type { Moment } from '../decide/decision.js';
import type { Binding, Tightest } from '../facts.js';
import type { LimitState } from '../state/limit-state.js';
import { isObserved, type NodeState } from '../state/node-state.js';
import { stops } from './conduct.js';
import { passingByLayers, type Funds } from './layer-room.js';
import { allowedAt, releasedFrom } from './pace.js';
import { inScope, type Scoped } from './scope.js';
import { concerns } from './selection.js';
import { fallenTo } from './sliding.js';
import { resetOf, usedAt } from './windows.js';

/** What all limits of a chain say to a request. */
export interface LimitVerdict {
  /** The largest part of the request that every limit lets pass. */
  readonly ratio: Ratio;
  /** The limit that lets least of it pass; undefined when all let it pass whole. */
  readonly binding: LimitState | undefined;
}

/** What a limit still lets pass at an instant. */
export const remainingOf = (limit: LimitState, moment: Moment): Amount =>
  limit.amount === UNLIMITED
    ? UNLIMITED
    : minusFloored(allowedAt(limit, moment), amount(usedAt(limit, moment.at) + limit.held));

/** The one comparison: a limit passes when used + held + requested ≤ what it allows. */
const passes = (allowed: Amount, used: Amount, held: Amount, requested: Amount): boolean =>
  used + held + requested <= allowed;

const NOTHING: Ratio = { part: 0n, whole: 1n };

/** Checks a request against every limit, root first. */
export function checkLimits(
  limits: readonly LimitState[],
  request: Scoped,
  funds: Funds,
  moment: Moment,
): LimitVerdict {
  let ratio: Ratio = WHOLE;
  let binding: LimitState | undefined;
  for (const limit of limits) {
    const requested = inScope(limit, request);
    if (limit.plain && (requested === ZERO || passes(limit.amount, usedAt(limit, moment.at), limit.held, requested)))
      continue;
    const part = partOf(limit, requested, request, funds, moment);
    if (part === undefined || isObserved(limit.node) || !isSmallerRatio(part, ratio)) continue;
    binding = limit;
    ratio = part;
  }
  return { ratio, binding };
}

/** The part of a request that a limit lets pass; undefined when it has nothing against it. */
function partOf(
  limit: LimitState,
  requested: Amount,
  request: Scoped,
  funds: Funds,
  moment: Moment,
): Ratio | undefined {
  if (limit.conduct.blocks !== undefined && blocksNow(limit, request, moment)) return NOTHING;
  if (requested === ZERO || !stops(limit.conduct)) return undefined;
  const used = usedAt(limit, moment.at);
  if (passes(allowedAt(limit, moment), used, limit.held, requested)) return undefined;
  const layers = limit.selection?.layers;
  const remaining = remainingOf(limit, moment);
  const part =
    layers === undefined ? remaining : passingByLayers(limit, layers, funds, requested, remaining, request, moment.at);
  return { part, whole: requested };
}

/** A limit that blocks all currencies does so once it is used up, for every call that its scope speaks of. */
export const blocksNow = (limit: LimitState, { particulars }: Scoped, moment: Moment): boolean =>
  limit.conduct.blocks !== undefined &&
  (limit.selection === undefined || concerns(limit.selection, particulars)) &&
  usedAt(limit, moment.at) + limit.held >= allowedAt(limit, moment);

/** Limits that would not let a request pass whole, were they not merely observed; root first. */
export const observedLimits = (
  limits: readonly LimitState[],
  request: Scoped,
  observed: ReadonlySet<NodeState>,
  funds: Funds,
  moment: Moment,
): readonly LimitState[] =>
  limits.filter((limit) => {
    if (!observed.has(limit.node)) return false;
    const part = partOf(limit, inScope(limit, request), request, funds, moment);
    return part !== undefined && isSmallerRatio(part, WHOLE);
  });

/** The first limit, from the root, that does not let a request pass whole and asks for a cheaper model instead. */
export const askingForCheaper = (
  limits: readonly LimitState[],
  request: Scoped,
  funds: Funds,
  moment: Moment,
): LimitState | undefined =>
  limits.find((limit) => {
    if (limit.conduct.then !== 'cheaper-model' || isObserved(limit.node)) return false;
    const part = partOf(limit, inScope(limit, request), request, funds, moment);
    return part !== undefined && isSmallerRatio(part, WHOLE);
  });

/** The limit that would be left with the least, once `granted` is held. */
export function tightestAfter(limits: readonly LimitState[], granted: Scoped, moment: Moment): Tightest | undefined {
  let tightest: LimitState | undefined;
  let least: bigint | undefined;
  for (const limit of limits) {
    const part = inScope(limit, granted);
    if (part === ZERO) continue;
    const remaining = allowedAt(limit, moment) - usedAt(limit, moment.at) - limit.held - part;
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
    remaining: tightest.amount === UNLIMITED ? UNLIMITED : larger(amount(least), ZERO),
    ...(resetsAt !== undefined && { resetsAt }),
    ...(tightest.rule !== undefined && { rule: tightest.rule }),
  };
}

/** A limit as what stands in the way of a request. */
export function bindingOf(limit: LimitState, request: Scoped, moment: Moment): Binding {
  // A limit that blocks may not count the request at all: it lets it pass once there is anything left.
  const resetsAt = passesFrom(limit, larger(inScope(limit, request), amount(1n)), moment);
  return {
    node: limit.node.id,
    limit: limit.name,
    currency: limit.currency,
    remaining: remainingOf(limit, moment),
    ...(resetsAt !== undefined && { resetsAt }),
    ...(limit.rule !== undefined && { rule: limit.rule }),
  };
}

/**
 * When a limit may let so much pass: where it slides, once enough has fallen out of it; where it has a pace, once enough is
 * released; else when it starts again from nothing. Undefined when that is never, or not before something held comes back.
 */
function passesFrom(limit: LimitState, requested: Amount, moment: Moment): Instant | undefined {
  const needed = limit.held + requested;
  if (limit.sliding !== undefined)
    return needed > limit.amount ? undefined : fallenTo(limit, limit.sliding, limit.amount - needed, moment.at);
  if (limit.pace !== undefined) return releasedFrom(limit, usedAt(limit, moment.at) + needed, moment);
  return resetOf(limit, moment.at, moment.calendar);
}
