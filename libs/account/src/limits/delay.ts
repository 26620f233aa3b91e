import { NANO_PER_UNIT, parseAmount, ZERO } from '@exchequer/kernel';
import type { Moment } from '../decide/decision.js';
import type { Delay, LimitConduct } from '../facts.js';
import type { LimitState } from '../state/limit-state.js';
import { isObserved } from '../state/node-state.js';
import { allowedAt } from './pace.js';
import { inScope, type Scoped } from './scope.js';
import { usedAt } from './windows.js';

/** Whether a limit can ever ask for a delay. */
export const delays = ({ conduct: { mode, then } }: LimitState): boolean => mode === 'throttle' || then === 'slow';

/** The largest delay that limits ask to be kept before a call of `granted`; of equal ones the first. Rules that are merely observed ask for none. */
export function delayFor(limits: readonly LimitState[], granted: Scoped, moment: Moment): Delay | undefined {
  let largest: Delay | undefined;
  for (const limit of limits) {
    const part = inScope(limit, granted);
    if (part === ZERO || isObserved(limit.node)) continue;
    const ms = delayAt(limit.conduct, usedAt(limit, moment.at) + limit.held + part, allowedAt(limit, moment));
    if (ms > (largest?.ms ?? 0)) largest = { ms, node: limit.node.id, limit: limit.name };
  }
  return largest;
}

/**
 * The delay once so much is counted: from 0 at the named share it grows in a straight line to its most at the limit's end,
 * rounded down to milliseconds; beyond the end it is what `slow` says, and nothing where the limit spills.
 */
export function delayAt({ throttle, then, slowMs }: LimitConduct, counted: bigint, allowed: bigint): number {
  if (counted > allowed) return then === 'slow' ? (slowMs ?? throttle?.delayMs ?? 0) : 0;
  if (throttle === undefined) return 0;
  const begin = allowed * parseAmount(throttle.fromShare);
  const beyond = counted * NANO_PER_UNIT - begin;
  if (beyond <= 0n) return 0;
  const whole = allowed * NANO_PER_UNIT - begin;
  return Number((BigInt(throttle.delayMs) * beyond) / whole);
}
