import type { CreditsDrawn, Fact, HoldCaptured } from '../facts.js';
import { countedCost } from '../limits/counted-cost.js';
import { crossingsOfCharge } from '../limits/crossings.js';
import { windowsToCount } from '../limits/open-windows.js';
import { periodsToCount } from '../pools/pool-period.js';
import type { AccountState } from '../state/account-state.js';
import { limitsOf, watchedOf, type Chain } from '../tree/chain.js';
import type { Moment } from './decision.js';
import { withPauses } from './pause-by-limit.js';

/**
 * A charge with all that it brings about: the windows and periods that begin with it, what goes on to a pool (`follow`),
 * and the thresholds that it crosses with the pauses by them.
 */
export function bookCharge(
  state: AccountState,
  chain: Chain,
  charge: HoldCaptured | CreditsDrawn,
  moment: Moment,
  follow: readonly Fact[] = [],
): readonly Fact[] {
  const counted = countedCost(charge, state.lots);
  const windows = windowsToCount(limitsOf(state, chain), counted, charge.countedAt, moment);
  const periods = periodsToCount(state, chain.way, charge.amounts, moment);
  const crossings = crossingsOfCharge(watchedOf(state, chain), counted, charge.countedAt, moment);
  return [...windows, ...periods, charge, ...follow, ...withPauses(state, crossings)];
}
