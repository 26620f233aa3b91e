import type { Fact, Threshold, ThresholdCrossed } from '../facts.js';
import type { Recount } from './recount.js';
import { liveLimit, type CountedLimit } from './recount-limits.js';
import type { CountedWindow } from './recount-windows.js';

/** What facts have told of one threshold of a limit in one window. */
export interface CountedMark {
  readonly threshold: string;
  readonly from: number | undefined;
  crossings: number;
  crossed: boolean;
}

/** Counts which thresholds were crossed, and finds fault with every crossing that the counts do not bear out. */
export function countThresholds(count: Recount, fact: Fact, at: number): void {
  if (fact.type !== 'ThresholdCrossed' && fact.type !== 'ThresholdRecovered') return;
  const limit = liveLimit(count, fact.node, fact.limit);
  const mark = markOf(limit, fact.threshold, fact.from);
  const crossed = fact.type === 'ThresholdCrossed';
  const fault = (text: string): void =>
    void count.faults.push(`${mark.threshold} of ${fact.limit} of ${fact.node}: ${text}`);
  if (mark.crossed === crossed) fault('was crossed or left twice');
  mark.crossed = crossed;
  if (crossed) mark.crossings += 1;
  if (fact.crossing !== mark.crossings) fault(`is told as crossing ${String(fact.crossing)}`);
  if (!statedBy(limit).some((one) => textOf(one) === mark.threshold)) fault('is not stated');
  if (fact.amount !== limit.amount) fault('is told of another amount');
  if (isReachedBy(fact.threshold, limit.amount, fact.used) !== crossed) fault(`is told at ${String(fact.used)}`);
  const window = limit.windows.find(({ from }) => from === (fact.from ?? -Infinity));
  // A rule that was changed is judged in a window that is over with the next charge there, as it stood before.
  const isLate = !crossed && window !== undefined && window.to <= at;
  if (limit.set.window.kind !== 'sliding' && !isLate && (window?.used ?? 0n) !== fact.used)
    fault(`is told at ${String(fact.used)} and not at what is used`);
  if (fact.type === 'ThresholdCrossed') checkPause(limit, fact, window, at, fault);
}

/** A pause at this threshold and no other; until the end of the window, unless that is over, or without end. */
function checkPause(
  { conduct: { pauses: stated } }: CountedLimit,
  { threshold, pauses }: ThresholdCrossed,
  window: CountedWindow | undefined,
  at: number,
  fault: (text: string) => void,
): void {
  const isHere = stated !== undefined && textOf(stated.at) === textOf(threshold);
  if (pauses !== undefined && !isHere) fault('pauses, which is not stated');
  if (pauses === undefined && isHere && (stated.resume === undefined || (window?.to ?? Infinity) > at))
    fault('does not pause');
  if (pauses !== undefined && pauses.resumesAt !== (stated?.resume === undefined ? undefined : window?.to))
    fault('pauses until another instant');
}

/** In the window of an instant, each threshold is crossed exactly when what is used has come to it. Sliding ones lag behind. */
export function* differentThresholds(limit: CountedLimit, now: number): Iterable<string> {
  const { node, limit: name, window } = limit.set;
  const present = limit.windows.find(({ from, to }) => from <= now && now < to);
  if (window.kind === 'sliding' || present === undefined) return;
  for (const threshold of statedBy(limit)) {
    const { crossed } = markOf(limit, threshold, present.from === -Infinity ? undefined : present.from);
    if (crossed !== isReachedBy(threshold, limit.amount, present.used))
      yield `${textOf(threshold)} of ${name} of ${node} is ${crossed ? '' : 'not '}crossed at ${String(present.used)}`;
  }
}

function markOf(limit: CountedLimit, stated: Threshold, from: number | undefined): CountedMark {
  const threshold = textOf(stated);
  let mark = limit.marks.find((one) => one.threshold === threshold && one.from === from);
  if (mark === undefined) limit.marks.push((mark = { threshold, from, crossings: 0, crossed: false }));
  return mark;
}

const statedBy = ({ conduct: { thresholds = [], pauses } }: CountedLimit): readonly Threshold[] =>
  pauses === undefined ? thresholds : [...thresholds, pauses.at];

/** The same text for thresholds that mean the same. */
export const textOf = (threshold: Threshold): string =>
  Object.entries(threshold)
    .map(([kind, value]) => `${kind} ${kind === 'share' ? String(Number(value)) : String(value)}`)
    .join();

const UNLIMITED = 2n ** 127n;

/** Something is used, and as much as the threshold names: nothing has a share, or a rest, of what has no end. */
export function isReachedBy(threshold: Threshold, most: bigint, used: bigint): boolean {
  if (used <= 0n) return false;
  if ('used' in threshold) return used >= threshold.used;
  if (most === UNLIMITED) return false;
  if ('left' in threshold) return most - used <= threshold.left;
  const [whole = '0', fraction = ''] = threshold.share.split('.');
  return used * 10n ** BigInt(fraction.length) >= most * BigInt(whole + fraction);
}
