import { ZERO } from '@exchequer/kernel';
import type { PoolPeriodOpened, PoolRule, PoolRulesSet } from '../facts.js';
import { countingOf, countPart } from '../pools/count-pools.js';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';
import { PoolState } from '../state/pool-state.js';
import { nodeOf, structureChanged } from './evolve-tree.js';

/** Rules that are new count what is spent from now on, and what is held now; those that change keep their counts. */
export function evolvePoolRules(state: AccountState, fact: PoolRulesSet): void {
  const node = nodeOf(state, fact.node);
  const rule = ruleIn(fact);
  const before = node.pools?.get(rule.currency);
  structureChanged(state);
  if (!statesSome(rule)) return removePool(state, node, rule);
  if (before !== undefined) {
    before.rule = rule;
    return;
  }
  const pool = new PoolState(rule.currency, rule, state.nextCharge);
  addPool(state, node, pool);
  for (const { chain, shares, owed } of [...state.holds.values(), ...state.sessions.values()])
    for (const part of countingOf(state, chain.way, { shares, owed }))
      if (part.pool === pool) countPart(state, part, 'held', 1n);
}

const ruleIn = ({ currency, reserve, borrowMax, lendMax }: PoolRulesSet): PoolRule => ({
  currency,
  ...(reserve !== undefined && { reserve }),
  ...(borrowMax !== undefined && { borrowMax }),
  ...(lendMax !== undefined && { lendMax }),
});

const statesSome = ({ reserve, borrowMax, lendMax }: PoolRule): boolean =>
  reserve !== undefined || borrowMax !== undefined || lendMax !== undefined;

/** Puts the rules of a currency in their place, in the order of the names. */
export function addPool(state: AccountState, node: NodeState, pool: PoolState): void {
  const all = [...(node.pools?.values() ?? []), pool];
  node.pools = new Map(all.sort((a, b) => (a.currency < b.currency ? -1 : 1)).map((one) => [one.currency, one]));
  state.pooled += 1;
}

function removePool(state: AccountState, node: NodeState, { currency }: PoolRule): void {
  if (node.pools?.delete(currency) !== true)
    throw new Error(`broken invariant: ${node.id} has no pool rules to remove`);
  if (node.pools.size === 0) node.pools = undefined;
  state.pooled -= 1;
}

export function evolvePoolPeriod(state: AccountState, { node, currency, from, to }: PoolPeriodOpened): void {
  const at = nodeOf(state, node);
  const pool = at.pools?.get(currency);
  if (pool === undefined) throw new Error(`broken invariant: ${node} has no pool rules in ${currency}`);
  Object.assign(pool, { from, to });
  pool.borrowed.used = ZERO;
  pool.lent.used = ZERO;
  state.kept.changed(at, currency);
}
