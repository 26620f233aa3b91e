import type { LimitName } from '@exchequer/kernel';
import type { LimitOverridden, NodeRulesSet, OverrideEnded } from '../facts.js';
import type { AccountState } from '../state/account-state.js';
import { OverrideState, type NodeRules } from '../state/node-rules.js';
import type { NodeState } from '../state/node-state.js';
import { nodeOf } from './evolve-tree.js';

const NONE: ReadonlyMap<LimitName, OverrideState> = new Map();

/** Says what a node takes part in. What that brings about is told by facts of its own: here no limit changes. */
export function evolveNodeRules(state: AccountState, { node: id, limits, ...rules }: NodeRulesSet): void {
  const node = nodeOf(state, id);
  const { roles, groups, precedence } = rules;
  node.rules = { roles, groups, precedence, personal: limits, overrides: node.rules?.overrides ?? NONE };
}

export function evolveOverride(state: AccountState, fact: LimitOverridden): void {
  const node = nodeOf(state, fact.node);
  const rules = rulesOf(node);
  dropDue(state, rules, fact.limit);
  const { limit, currency, amount, until } = fact;
  const override = new OverrideState(state.nextOverride, node, limit, currency, amount, until);
  state.nextOverride += 1;
  state.due.add(override);
  node.rules = { ...rules, overrides: new Map([...rules.overrides, [limit, override]]) };
}

export function evolveOverrideEnd(state: AccountState, fact: OverrideEnded): void {
  const node = nodeOf(state, fact.node);
  const rules = rulesOf(node);
  dropDue(state, rules, fact.limit);
  const overrides = new Map(rules.overrides);
  overrides.delete(fact.limit);
  node.rules = { ...rules, overrides };
}

function dropDue(state: AccountState, { overrides }: NodeRules, limit: LimitName): void {
  const present = overrides.get(limit);
  if (present !== undefined) state.due.remove(present);
}

function rulesOf({ id, rules }: NodeState): NodeRules {
  if (rules === undefined) throw new Error(`broken invariant: a limit of ${id} is overridden, which states no rules`);
  return rules;
}
