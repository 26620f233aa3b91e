import type { Instant, NodeId } from '@exchequer/kernel';
import type { Configure, LimitPolicy, NodePolicy } from '../commands.js';
import type { Moment } from '../decide/decision.js';
import type { Fact, LimitRule } from '../facts.js';
import { limitChanges, startOf } from '../limits/limit-changes.js';
import { isRefusal, refuse, type Refusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import type { Blueprint, PlannedNode } from '../tree/blueprint.js';
import { effectiveLimits, type Ruling, type RuleSets } from './effective-limits.js';
import { overrideChanges, plannedOverrides, type PlannedOverrides } from './override-changes.js';
import { inForceChanges, rulingOf } from './in-force.js';
import { faultOfNames, planSets, sameRules, type PlannedSets } from './rule-sets.js';
import { planTiers, type PlannedTiers } from './tier-changes.js';

/** What a command changes about rules. */
export interface RuleChanges {
  readonly sets: readonly Fact[];
  /** Of the nodes that it states. */
  readonly stated: ReadonlyMap<NodeId, readonly Fact[]>;
  /** Of nodes that it does not name, and that a changed set is for. */
  readonly others: readonly Fact[];
}

interface Planned extends PlannedSets {
  readonly tiers: PlannedTiers;
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
  const tiers = planTiers(state, command, moment.at);
  if (isRefusal(tiers)) return tiers;
  const planned: Planned = { ...planSets(state, command), tiers };
  const leaving = new Set(command.archive);
  const fault = faultOfNames(state, blueprint, planned, leaving);
  if (fault !== undefined) return fault;
  const stated = new Map<NodeId, readonly Fact[]>();
  const others: Fact[] = [];
  for (const node of blueprint.nodes.values()) {
    if (node.policy !== undefined) {
      const facts = ofStated(state, node, node.policy, planned, moment);
      if (isRefusal(facts)) return facts;
      stated.set(node.id, facts);
    } else if (planned.changed.size + tiers.facts.length > 0 && !node.archived && !leaving.has(node.id)) {
      const facts = ofOther(state, node, planned, moment.at);
      if (isRefusal(facts)) return facts;
      others.push(...facts);
    }
  }
  return { sets: [...planned.facts, ...tiers.facts], stated, others };
}

function ofStated(
  state: AccountState,
  { id, kind, path }: PlannedNode,
  policy: NodePolicy,
  { sets, tiers }: Planned,
  moment: Moment,
): readonly Fact[] | Refusal {
  const node = state.nodes.get(id);
  const overrides = plannedOverrides(policy, moment.at);
  const { roles = [], groups = [], precedence = 'nearest', limits: personal } = policy;
  const tier = tierAt(state, id, tiers);
  const ruling: Ruling = { node: id, kind, roles, groups, precedence, tier, personal, overrides };
  const effective = faultOfTiers(state, ruling, sets, tiers) ?? effectiveLimits(ruling, sets);
  if (isRefusal(effective)) return { ...effective, path };
  const fault = faultOfOverrides(policy, path, effective);
  if (fault !== undefined) return fault;
  return [
    ...ownRules(state, ruling, overrides),
    ...overrideChanges(id, node?.rules?.overrides, overrides, moment.at),
    ...limitChanges(id, node?.limits ?? [], effective, moment.at, startOf(moment)),
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
  const { node } = ruling;
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

/** The limits of a node that nothing was said of, after sets or the tier have changed. */
function ofOther(
  state: AccountState,
  { id, kind }: PlannedNode,
  { sets, changed, tiers }: Planned,
  at: Instant,
): readonly Fact[] | Refusal {
  const node = state.nodes.get(id);
  if (node === undefined) return [];
  const ruling = { ...rulingOf(state, node), kind, tier: tierAt(state, id, tiers) };
  const { roles, groups, tier } = ruling;
  const isTouched =
    changed.has(`default/${kind}`) ||
    roles.some((role) => changed.has(`role/${role}`)) ||
    groups.some((group) => changed.has(`group/${group}`)) ||
    (isRoot(state, id) && (tiers.facts.length > 0 || (tier !== undefined && changed.has(`tier/${tier}`))));
  if (!isTouched) return [];
  return faultOfTiers(state, ruling, sets, tiers) ?? inForceChanges(node, ruling, sets, at);
}

const isRoot = ({ opening }: AccountState, id: NodeId): boolean => opening?.root.id === id;

const tierAt = (state: AccountState, id: NodeId, { reached }: PlannedTiers): string | undefined =>
  isRoot(state, id) ? reached : undefined;

/** The root must be able to come to every tier: nobody could be told later that it cannot. */
function faultOfTiers(
  state: AccountState,
  ruling: Ruling,
  sets: RuleSets,
  { ladder }: PlannedTiers,
): Refusal | undefined {
  if (!isRoot(state, ruling.node)) return undefined;
  for (const { name } of ladder) {
    const effective = effectiveLimits({ ...ruling, tier: name }, sets);
    if (isRefusal(effective)) return effective;
  }
  return undefined;
}
