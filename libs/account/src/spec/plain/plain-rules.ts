import { windowKey, type WindowSpec } from '@exchequer/kernel';
import type { LimitPolicy } from '../../commands.js';
import type { LimitRule, Scope } from '../../facts.js';

/** A limit with the rule that it comes from; without one the node states it itself. */
export interface Ruled extends LimitPolicy {
  readonly rule?: string;
}

export interface PlainSet {
  readonly set: string;
  readonly limits: readonly LimitRule[];
}

/** All that bears on which limits are in force at a node. */
export interface Ruling {
  readonly kind: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly precedence: string;
  readonly tier: string | undefined;
  readonly personal: readonly LimitPolicy[];
  readonly overrides: readonly { readonly limit: string; readonly currency: string; readonly amount: bigint }[];
}

/** Of the limits of each name the one that wins, or undefined when some are to be compared that cannot be. */
export function inForce(ruling: Ruling, sets: readonly PlainSet[]): readonly Ruled[] | undefined {
  const all = candidates(ruling, sets);
  const names = [...new Set(all.map(({ name }) => name))];
  const winners = names.map((name) =>
    winner(
      ruling,
      all.filter((limit) => limit.name === name),
    ),
  );
  return winners.some((one) => one === undefined) ? undefined : winners.flatMap((one) => one ?? []);
}

/** Nearest first: what the node states, its roles, its groups, its tier, its kind. */
function candidates({ personal, roles, groups, tier, kind }: Ruling, sets: readonly PlainSet[]): readonly Ruled[] {
  const rules = [
    ...roles.map((role) => `role/${role}`),
    ...groups.map((group) => `group/${group}`),
    `tier/${tier ?? ''}`,
    `default/${kind}`,
  ];
  return [
    ...personal,
    ...rules.flatMap((rule) =>
      sets.filter(({ set }) => set === rule).flatMap(({ limits }) => limits.map((limit) => ({ ...limit, rule }))),
    ),
  ];
}

function winner({ overrides, precedence }: Ruling, alike: readonly Ruled[]): Ruled | undefined {
  const [nearest] = alike;
  const over = overrides.find(({ limit, currency }) => limit === nearest?.name && currency === nearest.currency);
  const standing: readonly Ruled[] =
    nearest === undefined || over === undefined
      ? alike
      : [
          { ...nearest, amount: over.amount as typeof nearest.amount, rule: 'override' },
          ...alike.filter(({ rule }) => rule !== undefined),
        ];
  if (precedence === 'nearest') return standing[0];
  if (new Set(standing.map(kindOf)).size > 1) return undefined;
  const amounts = standing.map(({ amount }) => amount);
  const best = amounts.reduce((a, b) => (precedence === 'most-permissive' ? (b > a ? b : a) : b < a ? b : a));
  return standing.find(({ amount }) => amount === best);
}

/** What two limits must have in common for their amounts to be compared. */
const kindOf = ({ currency, window, scope }: LimitRule): string =>
  `${currency} ${window.kind === 'calendar' ? window.unit : windowKey(window)} ${scopeText(scope)}`;

/** What two limits must have in common for one to go on counting as the other. */
export const countText = ({
  currency,
  window,
  scope,
  pace,
}: {
  readonly currency: string;
  readonly window: WindowSpec;
  readonly scope?: Scope;
  readonly pace?: { readonly aheadMs: number };
}): string => `${currency} ${windowKey(window)} ${scopeText(scope)} ${String(pace?.aheadMs)}`;

const scopeText = (scope: Scope = {}): string =>
  [sorted(scope.models), sorted(scope.meters), tagged(scope), sorted(scope.taskTypes), sorted(scope.layers)].join(' ');

const tagged = ({ tags = {}, features = [] }: Scope): string =>
  [...Object.entries(tags), ...(features.length > 0 ? [['feature', features] as const] : [])]
    .map(([tag, values]) => `${tag}=${sorted(values)}`)
    .sort()
    .join(';');

const sorted = (names: readonly string[] | undefined): string => [...(names ?? [])].sort().join(',');
