import { amountIn, type Bag } from '../bag.js';
import type { EstimatePolicy } from '../facts.js';
import type { NodeState } from '../state/node-state.js';

/** How the calls of a payer are estimated: as it says, else as the nearest above that says something. */
export function estimateOf(payer: NodeState): EstimatePolicy | undefined {
  for (let node: NodeState | undefined = payer; node !== undefined; node = node.parent)
    if (node.estimate !== undefined) return node.estimate;
  return undefined;
}

export function isSameEstimate(one: EstimatePolicy | undefined, other: EstimatePolicy | undefined): boolean {
  if (one?.by === 'quantile' && other?.by === 'quantile') return one.quantile === other.quantile;
  if (one?.by === 'fixed' && other?.by === 'fixed') return isSameBag(one.amounts, other.amounts);
  return one?.by === other?.by;
}

const isSameBag = (one: Bag, other: Bag): boolean =>
  one.length === other.length && one.every(({ currency, amount }) => amountIn(other, currency) === amount);
