import { amount, END_OF_TIME, ZERO } from '@exchequer/kernel';
import type { Money } from '../bag.js';
import type { TierAdvanced, TiersSet } from '../facts.js';
import { standingOf } from '../rules/tier-changes.js';
import { advanceDueAt } from '../rules/tiers.js';
import type { AccountState } from '../state/account-state.js';

export function evolveTiers(state: AccountState, { tiers }: TiersSet): void {
  state.tier.ladder = tiers;
  if (tiers.length === 0) state.tier.reached = undefined;
  queueTier(state);
}

export function evolveTierAdvance(state: AccountState, { tier }: TierAdvanced): void {
  state.tier.reached = tier;
  state.tier.advances += 1;
  queueTier(state);
}

/** Adds to what was paid, which may bring a tier in reach of the account's age. */
export function evolvePayment(state: AccountState, paid: Money | undefined): void {
  if (paid === undefined) return;
  state.paid.set(paid.currency, amount((state.paid.get(paid.currency) ?? ZERO) + paid.amount));
  queueTier(state);
}

/** Queues the instant at which age alone brings the account to a higher tier. */
export function queueTier(state: AccountState): void {
  const { tier, due } = state;
  due.remove(tier);
  tier.dueAt = advanceDueAt(tier.ladder, tier.reached, standingOf(state));
  if (tier.dueAt !== END_OF_TIME) due.add(tier);
}
