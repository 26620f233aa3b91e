import { amount, larger, NANO_PER_UNIT, parseAmount, UNLIMITED, type Amount } from '@exchequer/kernel';
import type { LimitConduct, Threshold } from '../facts.js';

/** How often a threshold was crossed in a window, and whether it is. */
export interface Crossing {
  readonly crossing: number;
  readonly crossed: boolean;
}

/** What came of the thresholds of a limit in one window, by {@link thresholdKey}; none that was never crossed. */
export type Crossings = ReadonlyMap<string, Crossing>;

/** A text that is equal for thresholds that mean the same. */
export function thresholdKey(threshold: Threshold): string {
  if ('share' in threshold) return `share ${String(parseAmount(threshold.share))}`;
  return 'used' in threshold ? `used ${String(threshold.used)}` : `left ${String(threshold.left)}`;
}

/** Every threshold of a limit once, that of its pause too; undefined where it has none. */
export function thresholdsOf({ thresholds = [], pauses }: LimitConduct): readonly Threshold[] | undefined {
  const stated = pauses === undefined ? thresholds : [...thresholds, pauses.at];
  if (stated.length === 0) return undefined;
  return [...new Map(stated.toReversed().map((threshold) => [thresholdKey(threshold), threshold])).values()].reverse();
}

const LEAST = amount(1n);

/**
 * From how much used on a threshold is crossed: always something. A limit without an end has no shares and nothing left,
 * so that such thresholds are never crossed there: undefined.
 */
export function levelOf(threshold: Threshold, most: Amount): Amount | undefined {
  if ('used' in threshold) return larger(threshold.used, LEAST);
  if (most === UNLIMITED) return undefined;
  if ('left' in threshold) return larger(amount(most - threshold.left), LEAST);
  const share = most * parseAmount(threshold.share);
  return larger(amount((share + NANO_PER_UNIT - 1n) / NANO_PER_UNIT), LEAST);
}

/** Whether a limit has come to a threshold. */
export function isReached(threshold: Threshold, most: Amount, used: Amount): boolean {
  const level = levelOf(threshold, most);
  return level !== undefined && used >= level;
}
