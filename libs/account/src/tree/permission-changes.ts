import type { NodePolicy } from '../commands.js';
import type { Entitlements, Fact, NameRule } from '../facts.js';
import { refuse, type Refusal } from '../refusal.js';
import { ratesIn } from '../state/rate-state.js';
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
  const rates = policy.rates ?? [];
  if (JSON.stringify(node?.rates?.stated ?? []) !== JSON.stringify(rates))
    facts.push({ type: 'RatesSet', node: policy.node, rates });
  return facts;
}

/** The place of a rate that does not go together, or that the node states twice: neither could be told from the other. */
export function faultOfRates({ node, rates = [] }: NodePolicy, path: string): Refusal | undefined {
  const names = new Set<string>();
  for (const [index, rule] of rates.entries()) {
    const where = `${path}.rates.${String(index)}`;
    if ((rule.then === 'slow') !== (rule.slowMs !== undefined))
      return refuse(
        'Malformed',
        `A rate of ${node}: then: slow and the longest delay slow are stated together.`,
        where,
      );
    for (const { name } of ratesIn(rule)) {
      if (names.has(name)) return refuse('Malformed', `${node} states the rate ${name} twice.`, where);
      names.add(name);
    }
  }
  return undefined;
}

/** The order of the names says nothing. */
const keyOf = ({ models, features }: Entitlements): string => JSON.stringify([namesOf(models), namesOf(features)]);

const namesOf = (rule: NameRule | undefined) =>
  rule === undefined ? null : [rule.allow?.toSorted() ?? null, rule.deny?.toSorted() ?? null];
