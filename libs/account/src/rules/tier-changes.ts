import { amount, ZERO, type CurrencyId, type Instant } from '@exchequer/kernel';
import type { Money } from '../bag.js';
import type { Configure, TierPolicy } from '../commands.js';
import { withPauses } from '../decide/pause-by-limit.js';
import type { Fact, Tier, TierAdvanced, TiersSet } from '../facts.js';
import { isRefusal, type Refusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import { inForceChanges, rulingOf } from './in-force.js';
import { advance, faultOfLadder, type Standing } from './tiers.js';

/** Where the account stands after a command. */
export interface PlannedTiers {
  readonly ladder: readonly Tier[];
  readonly reached: string | undefined;
  readonly facts: readonly (TiersSet | TierAdvanced)[];
}

/** How the account stands, with what is paid just now. */
export function standingOf({ paid, opening, now }: AccountState, more?: Money): Standing {
  const extra = (currency: CurrencyId): bigint => (more?.currency === currency ? more.amount : ZERO);
  return {
    openedAt: opening?.openedAt ?? now,
    paid: (currency) => amount((paid.get(currency) ?? ZERO) + extra(currency)),
  };
}

/** Lays the ladder of a command over the one that is there. An account whose ladder changes may find itself higher. */
export function planTiers(state: AccountState, { tiers }: Configure, at: Instant): PlannedTiers | Refusal {
  const { ladder: before, reached: was } = state.tier;
  const ladder = tiers?.map(tierOf) ?? before;
  const fault = faultOfLadder(ladder, was);
  if (fault !== undefined) return fault;
  const kept = ladder.length === 0 ? undefined : was;
  const advanced = advance(ladder, kept, standingOf(state), at);
  const set: TiersSet = { type: 'TiersSet', tiers: ladder };
  const facts = [...(sameLadder(before, ladder) ? [] : [set]), ...(advanced === undefined ? [] : [advanced])];
  return { ladder, reached: advanced?.tier ?? kept, facts };
}

const tierOf = ({ name, paid, ageMs }: TierPolicy): Tier => ({
  name,
  ...(paid !== undefined && { paid }),
  ...(ageMs !== undefined && { ageMs }),
});

const sameLadder = (a: readonly Tier[], b: readonly Tier[]): boolean => textOf(a) === textOf(b);

const textOf = (ladder: readonly Tier[]): string =>
  JSON.stringify(ladder.map(({ name, paid, ageMs }) => [name, String(paid?.amount), paid?.currency, ageMs]));

/** The account comes to a higher tier, by a payment or by its age; the limits of its root with it. */
export function advanceTier(state: AccountState, at: Instant, more?: Money): readonly Fact[] {
  const { tier, opening, ruleSets } = state;
  if (tier.ladder.length === 0 || opening === undefined) return [];
  const advanced = advance(tier.ladder, tier.reached, standingOf(state, more), at);
  if (advanced === undefined) return [];
  const ruling = { ...rulingOf(state, opening.root), tier: advanced.tier };
  const changes = inForceChanges(opening.root, ruling, ruleSets, at);
  if (isRefusal(changes)) throw new Error(`broken invariant: ${changes.message}`);
  return [advanced, ...withPauses(state, changes)];
}
