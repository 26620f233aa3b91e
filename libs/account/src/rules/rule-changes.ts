import type { NodeId } from '@exchequer/kernel';
import type { Configure, LimitPolicy, NodePolicy } from '../commands.js';
import type { Moment } from '../decide/decision.js';
import type { Fact, LimitRule } from '../facts.js';
import { limitChanges, startOf } from '../limits/limit-changes.js';
import { isRefusal, refuse, type Refusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import type { Blueprint, PlannedNode } from '../tree/blueprint.js';
import { effectiveLimits, type Ruling, type RuleSets } from './effective-limits.js';
import { overrideChanges, plannedOverrides, type PlannedOverrides } from './override-changes.js';
import { faultOfNames, planSets, sameRules } from './rule-sets.js';

/** What a command changes about rules. */
export interface RuleChanges {
  readonly sets: readonly Fact[];
  /** Of the nodes that it states. */
  readonly stated: ReadonlyMap<NodeId, readonly Fact[]>;
  /** Of nodes that it does not name, and that a changed set is for. */
  readonly others: readonly Fact[];
}

/**
 * Brings named sets, and what nodes say of themselves, to what a command states, and the limits of every node that this
 * touches to those which are then in force.
 */
export function ruleChanges(
  state: AccountState,
  command: Configure,
  blueprint: Blueprint,
  moment: Moment,
): RuleChanges | Refusal {
  const planned = planSets(state, command);
  const leaving = new Set(command.archive);
  const fault = faultOfNames(state, blueprint, planned, leaving);
  if (fault !== undefined) return fault;
  const stated = new Map<NodeId, readonly Fact[]>();
  const others: Fact[] = [];
  for (const node of blueprint.nodes.values()) {
    if (node.policy !== undefined) {
      const facts = ofStated(state, node, node.policy, planned.sets, moment);
      if (isRefusal(facts)) return facts;
      stated.set(node.id, facts);
    } else if (planned.changed.size > 0 && !node.archived && !leaving.has(node.id)) {
      const facts = ofOther(state, node, planned.sets, (set) => planned.changed.has(set));
      if (isRefusal(facts)) return facts;
      others.push(...facts);
    }
  }
  return { sets: planned.facts, stated, others };
}

function ofStated(
  state: AccountState,
  { id, kind, path }: PlannedNode,
  policy: NodePolicy,
  sets: RuleSets,
  moment: Moment,
): readonly Fact[] | Refusal {
  const node = state.nodes.get(id);
  const overrides = plannedOverrides(policy, moment.at);
  const { roles = [], groups = [], precedence = 'nearest', limits: personal } = policy;
  const ruling: Ruling = { node: id, kind, roles, groups, precedence, personal, overrides };
  const effective = effectiveLimits(ruling, sets);
  if (isRefusal(effective)) return { ...effective, path };
  const fault = faultOfOverrides(policy, path, effective);
  if (fault !== undefined) return fault;
  return [
    ...ownRules(state, ruling, overrides),
    ...overrideChanges(id, node?.rules?.overrides, overrides, moment.at),
    ...limitChanges(id, node?.limits ?? [], effective, startOf(moment)),
  ];
}

/** An override needs a limit whose amount it replaces. */
function faultOfOverrides(
  { node, overrides = [] }: NodePolicy,
  path: string,
  effective: readonly LimitRule[],
): Refusal | undefined {
  for (const [index, { limit, currency }] of overrides.entries()) {
    const where = `${path}.overrides.${String(index)}`;
    const of = effective.find(({ name }) => name === limit);
    if (of === undefined) return refuse('Malformed', `${node} has no limit ${limit} that could be overridden.`, where);
    if (of.currency !== currency)
      return refuse('Malformed', `The limit ${limit} of ${node} is in ${of.currency}, not in ${currency}.`, where);
    if (overrides.findIndex((other) => other.limit === limit) !== index)
      return refuse('Malformed', `${node} overrides the limit ${limit} twice.`, where);
  }
  return undefined;
}

/** What a node says of itself. A node that never took part in anything needs no fact of it: its limits say it all. */
function ownRules(state: AccountState, ruling: Ruling, overrides: PlannedOverrides): readonly Fact[] {
  const { roles, groups, precedence } = ruling;
  const node = ruling.node as NodeId;
  const limits = ruling.personal.map(withoutStart);
  const before = state.nodes.get(node)?.rules;
  const isPlain = roles.length === 0 && groups.length === 0 && precedence === 'nearest' && overrides.size === 0;
  const isSame =
    before === undefined
      ? isPlain
      : before.precedence === precedence &&
        before.roles.join(' ') === roles.join(' ') &&
        before.groups.join(' ') === groups.join(' ') &&
        sameRules(before.personal, limits);
  return isSame ? [] : [{ type: 'NodeRulesSet', node, roles, groups, precedence, limits }];
}

function withoutStart(limit: LimitPolicy): LimitRule {
  const { usedAtStart, ...rule } = limit;
  return usedAtStart === undefined ? limit : rule;
}

const NO_OVERRIDES: Ruling['overrides'] = new Map();

/** The limits of a node that nothing was said of, after sets have changed. Those that it states itself are left alone. */
function ofOther(
  state: AccountState,
  { id, kind }: PlannedNode,
  sets: RuleSets,
  isChanged: (set: string) => boolean,
): readonly Fact[] | Refusal {
  const node = state.nodes.get(id);
  // A session lives on its reserve and has no limits.
  if (node === undefined || node.session !== undefined) return [];
  const { roles = [], groups = [], precedence = 'nearest', overrides = NO_OVERRIDES, personal } = node.rules ?? {};
  const isTouched =
    isChanged(`default/${kind}`) ||
    roles.some((role) => isChanged(`role/${role}`)) ||
    groups.some((group) => isChanged(`group/${group}`));
  if (!isTouched) return [];
  const ruling: Ruling = { node: id, kind, roles, groups, precedence, personal: personal ?? [], overrides };
  const effective = effectiveLimits(ruling, sets);
  if (isRefusal(effective)) return effective;
  if (personal !== undefined) return limitChanges(id, node.limits, effective);
  const own = new Set(node.limits.filter(({ rule }) => rule === undefined).map(({ name }) => name));
  return limitChanges(
    id,
    node.limits.filter(({ name }) => !own.has(name)),
    effective.filter(({ name }) => !own.has(name)),
  );
}
