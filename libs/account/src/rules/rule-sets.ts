import type { NodeId } from '@exchequer/kernel';
import type { Configure, RuleSetPolicy } from '../commands.js';
import type { LimitRule, RuleName, RuleSetDefined, RuleSetRemoved } from '../facts.js';
import { refuse, type Refusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import type { Blueprint } from '../tree/blueprint.js';
import type { RuleSets } from './effective-limits.js';

/** The named sets of limits as a command wants them. */
export interface PlannedSets {
  readonly sets: RuleSets;
  /** Those that are new, other than before, or gone. */
  readonly changed: ReadonlySet<RuleName>;
  readonly facts: readonly (RuleSetDefined | RuleSetRemoved)[];
}

/** The sections of a command, with what the names of their sets begin with and where a policy has them. */
export const sectionsOf = (command: Configure) =>
  [
    { kind: 'role', path: 'roles', stated: command.roles },
    { kind: 'group', path: 'groups', stated: command.groups },
    { kind: 'default', path: 'defaults', stated: command.defaults },
    { kind: 'tier', path: 'tiers', stated: command.tiers },
  ] as const;

/** Lays the sections of a command over the sets that are there. A section that it does not give stays as it is. */
export function planSets(state: AccountState, command: Configure): PlannedSets {
  const sets = new Map(state.ruleSets);
  const facts: (RuleSetDefined | RuleSetRemoved)[] = [];
  for (const { kind, stated } of sectionsOf(command)) {
    if (stated === undefined) continue;
    const wanted = new Map(stated.map(({ name, limits }: RuleSetPolicy) => [`${kind}/${name}`, limits]));
    for (const set of state.ruleSets.keys())
      if (set.startsWith(`${kind}/`) && !wanted.has(set)) {
        sets.delete(set);
        facts.push({ type: 'RuleSetRemoved', set });
      }
    for (const [set, limits] of wanted) {
      const before = sets.get(set);
      if (before !== undefined && sameRules(before, limits)) continue;
      sets.set(set, limits);
      facts.push({ type: 'RuleSetDefined', set, limits });
    }
  }
  return { sets, changed: new Set(facts.map(({ set }) => set)), facts };
}

/** A role or group that a node names and that is not, or is no longer, there. */
export function faultOfNames(
  state: AccountState,
  blueprint: Blueprint,
  { sets }: PlannedSets,
  leaving: ReadonlySet<NodeId>,
): Refusal | undefined {
  for (const { id, policy, path, archived } of blueprint.nodes.values()) {
    if (archived || leaving.has(id)) continue;
    const { roles = [], groups = [] } = policy ?? state.nodes.get(id)?.rules ?? {};
    for (const [kind, names] of [
      ['role', roles],
      ['group', groups],
    ] as const)
      for (const [index, name] of names.entries())
        if (!sets.has(`${kind}/${name}`))
          return policy === undefined
            ? refuse('Malformed', `The ${kind} ${name} cannot be removed: ${id} takes part in it.`, `${kind}s`)
            : refuse('Malformed', `There is no ${kind} ${name} for ${id}.`, `${path}.${kind}s.${String(index)}`);
  }
  return undefined;
}

/** Whether limits are stated alike, in whatever order their fields stand. */
export const sameRules = (a: readonly LimitRule[], b: readonly LimitRule[]): boolean => textOf(a) === textOf(b);

const textOf = (limits: readonly LimitRule[]): string =>
  JSON.stringify(limits, (_, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
