import type { Configure, NodePolicy } from '../../commands.js';
import type { Fact, LimitRule, Tier } from '../../facts.js';
import type { PlainAccount, PlainOverride } from './plain-account.js';
import { fact, told } from './plain-decision.js';
import { limitsOn } from './plain-limits.js';
import { limitChanges } from './plain-limit-changes.js';
import { pausesBy } from './plain-limit-pause.js';
import { inForce, type PlainSet, type Ruling } from './plain-rules.js';
import { earned, plannedTiers } from './plain-tiers.js';
import type { Planned } from './plain-tree.js';

/** What a command changes about rules: the sets, the nodes that it states, and those that a changed set is for. */
export interface RuleChanges {
  readonly sets: readonly Fact[];
  readonly stated: readonly { readonly node: string; readonly facts: readonly Fact[] }[];
  readonly others: readonly Fact[];
}

/** Undefined when the rules cannot stand. */
export function ruleChanges(
  account: PlainAccount,
  command: Configure,
  plan: readonly Planned[],
  at: number,
): RuleChanges | undefined {
  const tiers = plannedTiers(account, command, at);
  if (tiers === undefined) return undefined;
  const { sets, facts } = plannedSets(account, command);
  const changed = facts.map((one) => ('set' in one ? one.set : ''));
  const isLeaving = (id: string): boolean => command.archive.some((one) => one === id);
  const stated: { readonly node: string; readonly facts: readonly Fact[] }[] = [];
  const others: Fact[] = [];
  for (const one of plan) {
    const policy = command.nodes.find(({ node }) => node === one.id);
    const isRoot = one.id === account.opened?.root;
    const ruling = rulingFor(account, one, policy, isRoot ? tiers.reached : undefined, at);
    if (!one.archived && !isLeaving(one.id) && !hasItsSets(ruling, sets)) return undefined;
    const ladder = isRoot ? tiers.ladder : [];
    const isTouched = changed.some((set) => bears(set, ruling)) || (isRoot && tiers.facts.length > 0);
    if (policy === undefined && (one.archived || isLeaving(one.id) || !isTouched)) continue;
    const limits = inForce(ruling, sets);
    if (limits === undefined || ladder.some(({ name }) => inForce({ ...ruling, tier: name }, sets) === undefined))
      return undefined;
    if (policy === undefined) others.push(...afterRules(account, one.id, ruling, sets, at));
    else if (overridesStand(policy, limits))
      stated.push({
        node: one.id,
        facts: [
          ...ownRules(account, policy, ruling),
          ...overrideChanges(account, policy, at),
          ...limitChanges(one.id, limitsOn(account, [one.id]), limits, at, true),
        ],
      });
    else return undefined;
  }
  return { sets: [...facts, ...tiers.facts], stated, others };
}

const SECTIONS = ['role', 'group', 'default', 'tier'] as const;

/** A section that is given is the whole of its kind. */
function plannedSets(account: PlainAccount, { roles, groups, defaults, tiers }: Configure) {
  const facts: Fact[] = [];
  let sets: readonly PlainSet[] = account.sets;
  for (const [index, stated] of [roles, groups, defaults, tiers].entries()) {
    if (stated === undefined) continue;
    const section = `${SECTIONS[index] ?? ''}/`;
    const wanted = stated.map(({ name, limits }) => ({ set: `${section}${name}`, limits }));
    const gone = sets.filter(({ set }) => set.startsWith(section) && !wanted.some((one) => one.set === set));
    const fresh = wanted.filter(
      ({ set, limits }) => !sets.some((one) => one.set === set && textOf(one.limits) === textOf(limits)),
    );
    facts.push(
      ...gone.map(({ set }) => fact({ type: 'RuleSetRemoved', set })),
      ...fresh.map(({ set, limits }) => fact({ type: 'RuleSetDefined', set, limits })),
    );
    sets = [...sets.filter(({ set }) => !set.startsWith(section)), ...wanted];
  }
  return { sets, facts };
}

/** As the command states it, or as it was. */
function rulingFor(
  account: PlainAccount,
  { id, kind }: Planned,
  policy: NodePolicy | undefined,
  tier: string | undefined,
  at: number,
): Ruling {
  if (policy === undefined) return { ...rulingOf(account, id), kind, tier };
  const { roles = [], groups = [], precedence = 'nearest', limits: personal } = policy;
  return { kind, roles, groups, precedence, tier, personal, overrides: overridesAt(policy, at) };
}

/** What bears on the limits of a node as it stands. */
export function rulingOf(account: PlainAccount, id: string): Ruling {
  const node = account.nodes.find((one) => one.id === id);
  const { roles = [], groups = [], precedence = 'nearest', personal = [] } = node?.rules ?? {};
  const tier = id === account.opened?.root ? account.reached : undefined;
  const overrides = account.overrides.filter((one) => one.node === id);
  return { kind: node?.kind ?? '', roles, groups, precedence, personal, tier, overrides };
}

/** What the rules of a node come to. Where it never stated more than limits, those are left alone. */
export function afterRules(
  account: PlainAccount,
  id: string,
  ruling: Ruling,
  sets: readonly PlainSet[],
  at: number,
): readonly Fact[] {
  const before = limitsOn(account, [id]);
  const limits = inForce(ruling, sets) ?? [];
  if (account.node(id).rules !== undefined) return limitChanges(id, before, limits, at, false);
  const own = before.filter(({ rule }) => rule === undefined);
  return limitChanges(
    id,
    before.filter((limit) => !own.includes(limit)),
    limits.filter(({ name }) => !own.some(({ set }) => set.limit === name)),
    at,
    false,
  );
}

const hasItsSets = ({ roles, groups }: Ruling, sets: readonly PlainSet[]): boolean =>
  [...roles.map((role) => `role/${role}`), ...groups.map((group) => `group/${group}`)].every((name) =>
    sets.some(({ set }) => set === name),
  );

const bears = (set: string, { kind, roles, groups, tier }: Ruling): boolean =>
  set === `default/${kind}` ||
  roles.some((role) => set === `role/${role}`) ||
  groups.some((group) => set === `group/${group}`) ||
  (tier !== undefined && set === `tier/${tier}`);

/** Those that have not ended. */
const overridesAt = ({ overrides = [] }: NodePolicy, at: number) => overrides.filter(({ until }) => until > at);

/** Each is of another limit that is there, in its currency. */
const overridesStand = ({ overrides = [] }: NodePolicy, limits: readonly LimitRule[]): boolean =>
  overrides.every(
    (one, index) =>
      limits.some(({ name, currency }) => name === one.limit && currency === one.currency) &&
      overrides.findIndex(({ limit }) => limit === one.limit) === index,
  );

function ownRules(account: PlainAccount, policy: NodePolicy, ruling: Ruling): readonly Fact[] {
  const { roles, groups, precedence, personal, overrides } = ruling;
  const before = account.nodes.find(({ id }) => id === policy.node)?.rules;
  const limits = personal.map((limit) => told({ ...limit, usedAtStart: undefined }));
  const isPlain = roles.length + groups.length + overrides.length === 0 && precedence === 'nearest';
  if (before === undefined && isPlain) return [];
  const now = { roles, groups, precedence, personal: limits };
  if (before !== undefined && textOf(before) === textOf(now)) return [];
  return [fact({ type: 'NodeRulesSet', node: policy.node, roles, groups, precedence, limits })];
}

function overrideChanges(account: PlainAccount, policy: NodePolicy, at: number): readonly Fact[] {
  const { node } = policy;
  const before = account.overrides.filter((one) => one.node === node);
  const wanted = overridesAt(policy, at);
  const isThere = ({ limit, currency, amount, until }: Omit<PlainOverride, 'node' | 'order'>): boolean =>
    before.some(
      (one) => one.limit === limit && one.currency === currency && one.amount === amount && one.until === until,
    );
  return [
    ...before
      .filter((one) => !wanted.some(({ limit }) => limit === one.limit))
      .map(({ limit }) => fact({ type: 'OverrideEnded', node, limit, at })),
    ...wanted
      .filter((one) => !isThere(one))
      .map(({ limit, currency, amount, until }) =>
        fact({ type: 'LimitOverridden', node, limit, currency, amount, until }),
      ),
  ];
}

/** An override comes to its end. The limits of an archived node wait. */
export function overrideEnded(account: PlainAccount, { node, limit, until }: PlainOverride): readonly Fact[] {
  const ended = fact({ type: 'OverrideEnded', node, limit, at: until });
  if (account.node(node).archived) return [ended];
  const ruling = rulingOf(account, node);
  const overrides = ruling.overrides.filter((one) => one.limit !== limit);
  const changes = afterRules(account, node, { ...ruling, overrides }, account.sets, until);
  return [ended, ...changes, ...pausesBy(account, changes)];
}

/** The account comes to a higher tier, and its root to the limits of that. */
export function tierAdvanced(
  account: PlainAccount,
  at: number,
  now?: { readonly currency: string; readonly amount: bigint },
): readonly Fact[] {
  const root = account.opened?.root;
  const tier: Tier['name'] | undefined = earned(account, account.ladder, account.reached, at, now);
  if (tier === undefined || root === undefined) return [];
  const ruling = { ...rulingOf(account, root), tier };
  const changes = afterRules(account, root, ruling, account.sets, at);
  return [fact({ type: 'TierAdvanced', tier, at }), ...changes, ...pausesBy(account, changes)];
}

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === 'bigint') return one.toString();
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return one;
    return Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
