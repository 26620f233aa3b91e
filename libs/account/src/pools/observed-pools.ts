import type { Instant } from '@exchequer/kernel';
import type { Bag } from '../bag.js';
import type { Observed } from '../facts.js';
import { shortOf } from '../lots/plan-draw.js';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';
import type { Chain } from '../tree/chain.js';
import { poolGates } from './pool-gates.js';

/** Nodes on the way that are merely observed and whose caps would have kept a request from credits; root first. */
export function observedPools(
  state: AccountState,
  { payer, way, fundingPath }: Chain,
  asked: Bag,
  observed: ReadonlySet<NodeState>,
  at: Instant,
  critical: boolean,
): readonly Observed[] {
  if (payer.session !== undefined) return NOTHING;
  const missing = (by: NodeState | undefined): readonly bigint[] => {
    const pools = poolGates(state.kept, way, fundingPath, (node) => node === by);
    return asked.map(({ currency, amount }) => shortOf({ fundingPath, pools }, currency, amount, at, critical).missing);
  };
  const isWithheld = (node: NodeState): boolean => {
    const free = missing(undefined);
    return missing(node).some((one, index) => one > (free[index] ?? 0n));
  };
  return way
    .filter((node) => observed.has(node) && node.pools !== undefined && isWithheld(node))
    .reverse()
    .map(({ id }) => ({ code: 'InsufficientCredits', node: id }));
}

const NOTHING: readonly Observed[] = [];
