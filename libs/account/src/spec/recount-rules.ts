import type { Fact, LimitRule } from '../facts.js';
import type { Booked } from './book.js';
import { CountedTiers } from './recount-tiers.js';

/** A limit in force, as the facts have set it. */
interface InForce {
  readonly set: { readonly node: string; readonly limit: string };
  readonly amount: bigint;
  readonly rule: string | undefined;
  readonly removed: boolean;
}

interface RuledNode {
  readonly id: string;
  kind: string;
  archived: boolean;
  roles: readonly string[];
  groups: readonly string[];
  precedence: string;
  /** Undefined while its own limits are told by those that are set. */
  personal: readonly LimitRule[] | undefined;
  overrides: { limit: string; currency: string; amount: bigint; until: number }[];
}

/**
 * Every limit that is in force though the rules of its node say otherwise, and the other way round. Rules are read from the
 * facts that state them, and the one that wins is found as the domain says it: by going through all of them.
 */
export function* differentRules(booked: readonly Booked[], limits: readonly InForce[]): Iterable<string> {
  const sets = new Map<string, readonly LimitRule[]>();
  const nodes: RuledNode[] = [];
  const tiers = new CountedTiers();
  for (const { fact, at } of booked) {
    note(fact, nodes, sets);
    yield* tiers.count(fact, at);
    if (fact.type === 'LimitOverridden' && fact.until <= at) yield `an override of ${fact.node} had ended already`;
    if (fact.type === 'OverrideEnded' && fact.at > at) yield `an override of ${fact.node} ended too early`;
  }
  yield* tiers.missed();
  for (const node of nodes) {
    if (node.archived) continue;
    const live = limits.filter(({ set, removed }) => !removed && set.node === node.id);
    const mine = live
      .filter(({ rule }) => node.personal !== undefined || rule !== undefined)
      .map(({ set, amount, rule }) => `${set.limit} ${String(amount)} ${String(rule)}`);
    const taken = node.personal === undefined ? live.filter(({ rule }) => rule === undefined) : [];
    const tier = node === nodes[0] ? tiers.reached : undefined;
    const ruled = inForce(
      node,
      sets,
      tier,
      taken.map(({ set }) => set.limit),
    );
    const theirs = ruled.map(({ name, amount, rule }) => `${name} ${String(amount)} ${String(rule)}`);
    if (mine.sort().join('; ') !== theirs.sort().join('; '))
      yield `${node.id} has ${mine.join('; ')} by its rules ${theirs.join('; ')}`;
  }
}

function note(fact: Fact, nodes: RuledNode[], sets: Map<string, readonly LimitRule[]>): void {
  const add = (id: string, kind: string) =>
    nodes.push({
      id,
      kind,
      archived: false,
      roles: [],
      groups: [],
      precedence: 'nearest',
      personal: undefined,
      overrides: [],
    });
  if (fact.type === 'AccountOpened') {
    add(fact.root, fact.rootKind);
    add(fact.defaultProject, 'project');
  }
  if (fact.type === 'NodeAdded') add(fact.node, fact.kind);
  if (fact.type === 'RuleSetDefined') sets.set(fact.set, fact.limits);
  if (fact.type === 'RuleSetRemoved') sets.delete(fact.set);
  const node = 'node' in fact ? nodes.find(({ id }) => id === fact.node) : undefined;
  if (node === undefined) return;
  if (fact.type === 'NodeKindChanged') node.kind = fact.kind;
  if (fact.type === 'NodeArchived') node.archived = true;
  if (fact.type === 'NodeRestored') node.archived = false;
  if (fact.type === 'NodeRulesSet')
    Object.assign(node, {
      roles: fact.roles,
      groups: fact.groups,
      precedence: fact.precedence,
      personal: fact.limits,
    });
  if (fact.type === 'LimitOverridden' || fact.type === 'OverrideEnded')
    node.overrides = node.overrides.filter(({ limit }) => limit !== fact.limit);
  if (fact.type === 'LimitOverridden') node.overrides.push(fact);
}

interface Winner {
  readonly name: string;
  readonly amount: bigint;
  readonly rule: string | undefined;
}

function inForce(
  node: RuledNode,
  sets: ReadonlyMap<string, readonly LimitRule[]>,
  tier: string | undefined,
  taken: readonly string[],
): readonly Winner[] {
  const from = (rule: string) => (sets.get(rule) ?? []).map((limit) => ({ limit, rule: rule }));
  const all = [
    ...(node.personal ?? []).map((limit) => ({ limit, rule: undefined as string | undefined })),
    ...node.roles.flatMap((role) => from(`role/${role}`)),
    ...node.groups.flatMap((group) => from(`group/${group}`)),
    ...from(`tier/${tier ?? ''}`),
    ...from(`default/${node.kind}`),
  ].filter(({ limit }) => !taken.includes(limit.name));
  const names = [...new Set(all.map(({ limit }) => limit.name))];
  return names.map((name) => {
    const alike = all.filter(({ limit }) => limit.name === name);
    const override = node.overrides.find(
      ({ limit, currency }) => limit === name && currency === alike[0]?.limit.currency,
    );
    const standing: Winner[] = alike
      .filter(({ rule }) => override === undefined || rule !== undefined)
      .map(({ limit, rule }) => ({ name, amount: limit.amount, rule }));
    if (override !== undefined) standing.unshift({ name, amount: override.amount, rule: 'override' });
    const better = (a: bigint, b: bigint): boolean =>
      node.precedence === 'most-permissive' ? a > b : node.precedence === 'most-restrictive' ? a < b : false;
    return standing.reduce((best, one) => (better(one.amount, best.amount) ? one : best));
  });
}
