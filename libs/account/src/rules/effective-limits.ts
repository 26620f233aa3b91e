import {
  windowKey,
  type Amount,
  type CurrencyId,
  type LimitName,
  type NodeId,
  type WindowSpec,
} from '@exchequer/kernel';
import type { LimitPolicy } from '../commands.js';
import type { LimitRule, Precedence, RuleName } from '../facts.js';
import { scopeKey } from '../limits/selection.js';
import { isRefusal, refuse, type Refusal } from '../refusal.js';

/** A limit with the rule that it comes from; without one it is personal. */
export type RuledLimit = LimitPolicy & { readonly rule?: RuleName };

/** Named sets of limits: `role/power`, `group/interns`, `default/user`. */
export type RuleSets = ReadonlyMap<RuleName, readonly LimitRule[]>;

/** What a node states and takes part in. */
export interface Ruling {
  readonly node: NodeId;
  readonly kind: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly precedence: Precedence;
  /** The tier that the account is in, of its root. */
  readonly tier: string | undefined;
  readonly personal: readonly LimitPolicy[];
  readonly overrides: ReadonlyMap<LimitName, { readonly currency: CurrencyId; readonly amount: Amount }>;
}

/** The rule of a limit whose amount is overridden for a time. */
const OVERRIDE: RuleName = 'override';

/**
 * The limits that are in force at a node: of all that state a limit of one name, one. `nearest` takes the personal one (its
 * override while that lasts), else that of the first role, else of the first group, else of the tier, else the default of
 * its kind; the others compare amounts, and among equals take the nearest.
 *
 * @returns a refusal where amounts are to be compared that cannot be: of two currencies, lengths of window, or scopes.
 */
export function effectiveLimits(ruling: Ruling, sets: RuleSets): readonly RuledLimit[] | Refusal {
  const purposes = new Map<LimitName, RuledLimit[]>();
  for (const limit of candidatesOf(ruling, sets)) {
    const purpose = purposes.get(limit.name);
    if (purpose === undefined) purposes.set(limit.name, [limit]);
    else purpose.push(limit);
  }
  const effective: RuledLimit[] = [];
  for (const purpose of purposes.values()) {
    const winner = winnerOf(ruling, overridden(ruling, purpose));
    if (isRefusal(winner)) return winner;
    effective.push(winner);
  }
  return effective;
}

/** All limits that apply to a node, nearest first. */
function candidatesOf({ personal, roles, groups, tier, kind }: Ruling, sets: RuleSets): readonly RuledLimit[] {
  const named = [
    ...roles.map((role) => `role/${role}`),
    ...groups.map((group) => `group/${group}`),
    ...(tier === undefined ? [] : [`tier/${tier}`]),
    `default/${kind}`,
  ];
  return [...personal, ...named.flatMap((rule) => (sets.get(rule) ?? []).map((limit) => ({ ...limit, rule })))];
}

/** An override stands in the place of the personal limit. Where there is none it overrides the nearest that there is. */
function overridden({ overrides }: Ruling, purpose: readonly RuledLimit[]): readonly RuledLimit[] {
  const [nearest] = purpose;
  const override = nearest === undefined ? undefined : overrides.get(nearest.name);
  if (nearest === undefined || override?.currency !== nearest.currency) return purpose;
  const instead: RuledLimit = { ...nearest, amount: override.amount, rule: OVERRIDE };
  return [instead, ...purpose.filter((limit) => limit.rule !== undefined)];
}

function winnerOf({ node, precedence }: Ruling, purpose: readonly RuledLimit[]): RuledLimit | Refusal {
  const [first, ...others] = purpose;
  if (first === undefined) throw new Error('a purpose has at least one limit');
  if (precedence === 'nearest') return first;
  let winner = first;
  for (const other of others) {
    if (!isComparable(first, other)) return incomparable(node, first, other);
    if (precedence === 'most-permissive' ? other.amount > winner.amount : other.amount < winner.amount) winner = other;
  }
  return winner;
}

const isComparable = (a: RuledLimit, b: RuledLimit): boolean =>
  a.currency === b.currency && spanOf(a.window) === spanOf(b.window) && scopeKey(a.scope) === scopeKey(b.scope);

/** How long a window is. Where a month begins does not matter to how much a month may cost. */
const spanOf = (window: WindowSpec): string => (window.kind === 'calendar' ? window.unit : windowKey(window));

const incomparable = (node: string, a: RuledLimit, b: RuledLimit): Refusal =>
  refuse(
    'Malformed',
    `The limits ${a.name} of ${a.rule ?? 'itself'} and of ${b.rule ?? 'itself'} cannot be compared for ${node}: they differ in currency, length of window or scope; state them alike, name them differently, or set its precedence to nearest.`,
  );
