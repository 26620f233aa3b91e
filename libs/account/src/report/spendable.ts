import type { Instant } from '@exchequer/kernel';
import type { Bag } from '../bag.js';
import { spendableOn } from '../lots/plan-draw.js';
import { openSessionAt } from '../sessions/open-sessions.js';
import { leftOf } from '../sessions/reserve.js';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';
import { fundingOf } from '../tree/chain.js';

/** What a node could spend now, limits aside, and who pays for it. */
export interface Spendable {
  readonly fundingPath: readonly NodeState[];
  /** In every currency of the account; of a session what is left of its reserve. */
  readonly amounts: Bag;
  /** What it would be for work that is marked critical, in the currencies in which that is more. */
  readonly ifCritical: Bag;
}

export function spendableBy(state: AccountState, node: NodeState, at: Instant): Spendable {
  const funding = fundingOf(state, node);
  const { fundingPath } = funding;
  const session = openSessionAt(node);
  if (session !== undefined) return { fundingPath, amounts: leftOf(state, session), ifCritical: [] };
  const bag = (critical: boolean): Bag =>
    Array.from(state.currencies.keys(), (currency) => ({
      currency,
      amount: spendableOn(funding, currency, at, critical),
    }));
  const amounts = bag(false);
  const ifCritical = bag(true).filter(({ amount }, index) => amount !== amounts[index]?.amount);
  return { fundingPath, amounts, ifCritical };
}
