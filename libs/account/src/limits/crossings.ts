import { amount, ZERO, type Amount, type Instant, type NodeId } from '@exchequer/kernel';
import type { Moment } from '../decide/decision.js';
import type { WindowOpened } from '../facts.js';
import type { RuledLimit } from '../rules/effective-limits.js';
import type { LimitState } from '../state/limit-state.js';
import { judgeThresholds, type ThresholdFact, type Watched } from './judge-thresholds.js';
import { inScope, type Scoped } from './scope.js';
import { bucketAt, countsForMs } from './sliding.js';
import { counterAt, isForgotten, usedAt, windowFor } from './windows.js';
import { thresholdsOf } from './thresholds.js';

const NONE: readonly ThresholdFact[] = [];

/** Thresholds that a charge crosses, at the instant at which limits count it; `watched` are those of its chain that have any. */
export function crossingsOfCharge(
  watched: readonly LimitState[] | undefined,
  counted: Scoped,
  countedAt: Instant,
  moment: Moment,
): readonly ThresholdFact[] {
  if (watched === undefined) return NONE;
  return watched.flatMap((limit) => {
    const part = inScope(limit, counted);
    return part === ZERO ? NONE : crossingsOfChange(limit, part, countedAt, moment);
  });
}

/** Thresholds that are crossed or left when a limit counts so much more, or less, at an instant. */
export function crossingsOfChange(
  limit: LimitState,
  by: bigint,
  countedAt: Instant,
  moment: Moment,
): readonly ThresholdFact[] {
  if (limit.thresholds === undefined) return NONE;
  const { at } = moment;
  if (limit.sliding !== undefined) {
    const counts = at < bucketAt(limit.sliding, countedAt).from + countsForMs(limit.sliding);
    return judge(limit, undefined, usedAt(limit, at), counts ? by : 0n, at);
  }
  const window = windowFor(limit, countedAt, moment.calendar);
  if (isForgotten(limit, countedAt, at, moment.calendar)) return NONE;
  return judge(limit, window, counterAt(limit, countedAt)?.used ?? ZERO, by, at);
}

function judge(
  limit: LimitState,
  window: { readonly from: Instant; readonly to: Instant } | undefined,
  used: Amount,
  by: bigint,
  at: Instant,
): readonly ThresholdFact[] {
  const { node, name, currency, amount: most, thresholds = [], conduct } = limit;
  const watched = { node: node.id, limit: name, currency, amount: most, thresholds, pauses: conduct.pauses };
  return judgeThresholds(watched, windowOf(limit, window), used, amount(used + by), at);
}

const windowOf = (limit: LimitState, span: { readonly from: Instant; readonly to: Instant } | undefined) =>
  span === undefined || limit.window.kind === 'lifetime'
    ? { span: undefined, crossings: limit.crossings }
    : { span, crossings: counterAt(limit, span.from)?.crossings };

/** Thresholds that the present window crosses or leaves because the limit gets another amount or conduct. */
export function crossingsOfRule(was: LimitState, rule: RuledLimit, at: Instant): readonly ThresholdFact[] {
  const watched = watchedBy(was.node.id, rule);
  const counter = counterAt(was, at);
  if (watched === undefined || (was.sliding === undefined && counter === undefined)) return NONE;
  const used = usedAt(was, at);
  return judgeThresholds(watched, windowOf(was, was.sliding === undefined ? counter : undefined), used, used, at);
}

/** Thresholds that a new limit has crossed already by what is told to have been used. */
export function crossingsAtStart(
  node: NodeId,
  rule: RuledLimit,
  opened: WindowOpened | undefined,
  at: Instant,
): readonly ThresholdFact[] {
  const watched = watchedBy(node, rule);
  if (watched === undefined) return NONE;
  const span = rule.window.kind === 'sliding' ? undefined : opened;
  const used = opened?.used ?? rule.usedAtStart ?? ZERO;
  return judgeThresholds(watched, { span, crossings: undefined }, ZERO, used, at);
}

function watchedBy(node: NodeId, rule: RuledLimit): Watched | undefined {
  const thresholds = thresholdsOf(rule);
  const { name: limit, currency, amount: most, pauses } = rule;
  return thresholds && { node, limit, currency, amount: most, thresholds, pauses };
}
