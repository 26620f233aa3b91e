import type { NodePolicy } from '../commands.js';
import type { Entitlements, Fact, NameRule } from '../facts.js';
import type { NodeState } from '../state/node-state.js';

/** Brings to the stated form who may use what at a node, and whether its rules are merely observed. */
export function permissionChanges(node: NodeState | undefined, policy: NodePolicy): readonly Fact[] {
  const facts: Fact[] = [];
  const { models, features } = policy.entitlements ?? {};
  if (keyOf(node?.entitlements?.stated ?? {}) !== keyOf(policy.entitlements ?? {}))
    facts.push({
      type: 'EntitlementsSet',
      node: policy.node,
      ...(models !== undefined && { models }),
      ...(features !== undefined && { features }),
    });
  const observe = policy.observe === true;
  if ((node?.observe ?? false) !== observe) facts.push({ type: 'ObserveSet', node: policy.node, observe });
  return facts;
}

/** The order of the names says nothing. */
const keyOf = ({ models, features }: Entitlements): string => JSON.stringify([namesOf(models), namesOf(features)]);

const namesOf = (rule: NameRule | undefined) =>
  rule === undefined ? null : [rule.allow?.toSorted() ?? null, rule.deny?.toSorted() ?? null];
