import type { Amount, CurrencyId, Instant, LimitName, NodeId } from '@exchequer/kernel';
import type { LimitPause, Threshold, ThresholdCrossed, ThresholdRecovered } from '../facts.js';
import { isReached, thresholdKey, type Crossings } from './thresholds.js';

/** What facts tell of the thresholds of a limit. */
export type ThresholdFact = ThresholdCrossed | ThresholdRecovered;

/** A limit as its thresholds see it. */
export interface Watched {
  readonly node: NodeId;
  readonly limit: LimitName;
  readonly currency: CurrencyId;
  readonly amount: Amount;
  readonly thresholds: readonly Threshold[];
  readonly pauses: LimitPause | undefined;
}

/** A window of a limit, and what came of the thresholds in it so far. */
export interface WatchedWindow {
  /** Undefined where windows have no beginning: sliding and lifetime. */
  readonly span: { readonly from: Instant; readonly to: Instant } | undefined;
  readonly crossings: Crossings | undefined;
}

/**
 * The thresholds that are crossed, or crossed no more, when what was used comes from `before` to `used`, or is judged by
 * another rule. One that is found to have been left in between is told as recovered, at `before` where it is crossed at once anew.
 */
export function judgeThresholds(
  watched: Watched,
  window: WatchedWindow,
  before: Amount,
  used: Amount,
  at: Instant,
): readonly ThresholdFact[] {
  const facts: ThresholdFact[] = [];
  for (const threshold of watched.thresholds) {
    const { crossing = 0, crossed = false } = window.crossings?.get(thresholdKey(threshold)) ?? {};
    const wasLeft = crossed && !isReached(threshold, watched.amount, before);
    const isCrossed = isReached(threshold, watched.amount, used);
    if (wasLeft || (crossed && !isCrossed))
      facts.push({
        type: 'ThresholdRecovered',
        ...told(watched, window, threshold, crossing, isCrossed ? before : used),
      });
    if (isCrossed && (wasLeft || !crossed))
      facts.push({
        type: 'ThresholdCrossed',
        ...told(watched, window, threshold, crossing + 1, used),
        ...pauseOf(watched, window, threshold, at),
      });
  }
  return facts;
}

function told(
  { node, limit, currency, amount }: Watched,
  { span }: WatchedWindow,
  threshold: Threshold,
  crossing: number,
  used: Amount,
): Omit<ThresholdRecovered, 'type'> {
  return { node, limit, currency, ...(span !== undefined && { from: span.from }), threshold, crossing, used, amount };
}

/** What a crossing pauses. A pause that would end with a window that is over does not begin. */
function pauseOf(
  { pauses }: Watched,
  { span }: WatchedWindow,
  threshold: Threshold,
  at: Instant,
): Pick<ThresholdCrossed, 'pauses'> {
  if (pauses === undefined || thresholdKey(pauses.at) !== thresholdKey(threshold)) return {};
  const resumesAt = pauses.resume === undefined ? undefined : span?.to;
  if (resumesAt !== undefined && resumesAt <= at) return {};
  return {
    pauses: { ...(pauses.below === true && { below: true }), ...(resumesAt !== undefined && { resumesAt }) },
  };
}
