import type { Instant, LimitName } from '@exchequer/kernel';
import type { Fact } from '../facts.js';
import { limitChanges } from '../limits/limit-changes.js';
import { isRefusal, type Refusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import type { OverrideState } from '../state/node-rules.js';
import type { NodeState } from '../state/node-state.js';
import { effectiveLimits, type Ruling, type RuleSets } from './effective-limits.js';

const NO_OVERRIDES: ReadonlyMap<LimitName, OverrideState> = new Map();

/** What a node states and takes part in, as it stands. */
export function rulingOf(state: AccountState, { id, kind, rules }: NodeState): Ruling {
  const { roles = [], groups = [], precedence = 'nearest', overrides = NO_OVERRIDES, personal = [] } = rules ?? {};
  const tier = state.opening?.root.id === id ? state.tier.reached : undefined;
  return { node: id, kind, roles, groups, precedence, personal, overrides, tier };
}

/**
 * Brings the limits of a node to those that are in force. Where it never stated more than limits, these are not known but as
 * what is in force: they are nearest and left alone.
 */
export function inForceChanges(
  node: NodeState,
  ruling: Ruling,
  sets: RuleSets,
  at: Instant,
): readonly Fact[] | Refusal {
  const effective = effectiveLimits(ruling, sets);
  if (isRefusal(effective)) return effective;
  if (node.rules !== undefined) return limitChanges(node.id, node.limits, effective, at);
  const own = new Set(node.limits.filter(({ rule }) => rule === undefined).map(({ name }) => name));
  return limitChanges(
    node.id,
    node.limits.filter(({ name }) => !own.has(name)),
    effective.filter(({ name }) => !own.has(name)),
    at,
  );
}
