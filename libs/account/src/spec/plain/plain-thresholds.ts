import type { Fact, LimitConduct, Threshold } from '../../facts.js';
import type { CountedLimit } from '../recount-limits.js';
import type { Cost } from '../recount-cost.js';
import { counts } from '../recount-limits.js';
import { isReachedBy, textOf } from '../recount-thresholds.js';
import { spanOf, stillCounts } from '../recount-windows.js';
import type { PlainAccount } from './plain-account.js';
import { fact, told } from './plain-decision.js';
import { limitsOn, running, usedBy } from './plain-limits.js';

const DAYS_35 = 35 * 24 * 60 * 60 * 1_000;

/** A limit as its thresholds see it, with what facts have told of them. */
export interface Marked {
  readonly node: string;
  readonly limit: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly conduct: LimitConduct;
  readonly marks: CountedLimit['marks'];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const markedBy = ({ set: { node, limit, currency }, amount, conduct, marks }: CountedLimit): Marked => ({
  node,
  limit,
  currency,
  amount,
  conduct,
  marks,
});

/** Thresholds that limits come to by a charge of the members, at the instant at which they count it. */
export function crossedByCharge(
  account: PlainAccount,
  members: readonly string[],
  cost: Cost,
  countedAt: number,
  at: number,
): readonly Fact[] {
  return limitsOn(account, members).flatMap((limit) =>
    crossedByChange(limit, counts(limit, members, cost), countedAt, at),
  );
}

/** Thresholds that a limit comes to, or leaves, when it counts so much more or less at an instant. */
export function crossedByChange(limit: CountedLimit, by: bigint, countedAt: number, at: number): readonly Fact[] {
  const { window } = limit.set;
  if (by === 0n) return [];
  if (window.kind === 'sliding') {
    const isCounting = stillCounts(window.lengthMs, spanOf(window, countedAt, []).from, at);
    return crossed(markedBy(limit), undefined, usedBy(limit, at), usedBy(limit, at) + (isCounting ? by : 0n), at);
  }
  const counting = running(limit, countedAt);
  const span = counting ?? spanOf(window, countedAt, limit.windows);
  const isTooOld = counting === undefined && window.kind === 'rolling' && countedAt + DAYS_35 <= at;
  if (isTooOld || span.to + DAYS_35 <= at) return [];
  const before = counting?.used ?? 0n;
  return crossed(markedBy(limit), window.kind === 'lifetime' ? undefined : span, before, before + by, at);
}

/** Thresholds that the running window comes to, or leaves, because the limit gets another amount or conduct. */
export function crossedByRule(was: CountedLimit, amount: bigint, conduct: LimitConduct, at: number): readonly Fact[] {
  const { kind } = was.set.window;
  const window = running(was, at);
  if (kind !== 'sliding' && window === undefined) return [];
  const span = kind === 'sliding' || kind === 'lifetime' ? undefined : window;
  return crossed({ ...markedBy(was), amount, conduct }, span, usedBy(was, at), usedBy(was, at), at);
}

/** One that was left in between, unnoticed, is told as left, and may be come to at once anew. */
export function crossed(
  limit: Marked,
  span: Span | undefined,
  before: bigint,
  used: bigint,
  at: number,
): readonly Fact[] {
  const { node, limit: name, currency, amount, conduct, marks } = limit;
  return thresholdsOf(conduct).flatMap((threshold) => {
    const mark = marks.find((one) => one.threshold === textOf(threshold) && one.from === span?.from);
    const was = mark?.crossed === true;
    const wasLeft = was && !isReachedBy(threshold, amount, before);
    const is = isReachedBy(threshold, amount, used);
    const shared = { node, limit: name, currency, ...told({ from: span?.from }), threshold, amount };
    const crossings = mark?.crossings ?? 0;
    const left = fact({
      type: 'ThresholdRecovered',
      ...shared,
      crossing: crossings,
      used: is ? before : used,
    });
    const come = fact({
      type: 'ThresholdCrossed',
      ...shared,
      crossing: crossings + 1,
      used,
      ...pauseBy(conduct, threshold, span, at),
    });
    return [...(wasLeft || (was && !is) ? [left] : []), ...(is && (wasLeft || !was) ? [come] : [])];
  });
}

/** Each once, where it is stated last, that of the pause too. */
function thresholdsOf({ thresholds = [], pauses }: LimitConduct): readonly Threshold[] {
  const stated = pauses === undefined ? thresholds : [...thresholds, pauses.at];
  const same = (one: Threshold) => (other: Threshold) => textOf(one) === textOf(other);
  return stated
    .filter((one, index) => stated.findLastIndex(same(one)) === index)
    .map((one) => stated.find(same(one)) ?? one);
}

/** A pause that would end with a window that is over does not begin. */
function pauseBy({ pauses }: LimitConduct, threshold: Threshold, span: Span | undefined, at: number): object {
  if (pauses === undefined || textOf(pauses.at) !== textOf(threshold)) return {};
  const resumesAt = pauses.resume === undefined ? undefined : span?.to;
  if (resumesAt !== undefined && resumesAt <= at) return {};
  return { pauses: told({ below: pauses.below === true ? true : undefined, resumesAt }) };
}
