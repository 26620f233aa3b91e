import type { ThresholdCrossed, ThresholdRecovered } from '../facts.js';
import { thresholdKey, type Crossings } from '../limits/thresholds.js';
import type { AccountState } from '../state/account-state.js';
import type { LimitState } from '../state/limit-state.js';
import { limitOf } from './evolve-policy.js';

/** Keeps, for the window in which it happened, that a threshold was crossed or left. */
export function evolveThreshold(state: AccountState, fact: ThresholdCrossed | ThresholdRecovered): void {
  const limit = limitOf(state, fact.node, fact.limit);
  const kept = fact.from === undefined ? limit : windowFrom(limit, fact.from);
  const crossings: Crossings = new Map([
    ...(kept.crossings ?? []),
    [thresholdKey(fact.threshold), { crossing: fact.crossing, crossed: fact.type === 'ThresholdCrossed' }],
  ]);
  kept.crossings = crossings;
}

function windowFrom({ counters, name, node }: LimitState, from: number) {
  const counter = counters.find((one) => one.from === from);
  if (counter === undefined)
    throw new Error(`broken invariant: ${name} of ${node.id} has no window from ${String(from)}`);
  return counter;
}
