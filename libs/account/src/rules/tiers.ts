import { END_OF_TIME, ZERO, type Amount, type CurrencyId, type Instant } from '@exchequer/kernel';
import type { Money } from '../bag.js';
import type { Tier, TierAdvanced } from '../facts.js';
import { refuse, type Refusal } from '../refusal.js';

/** What tiers are reached by: what was paid for grants, by currency, and when the account was opened. */
export interface Standing {
  readonly paid: (currency: CurrencyId) => Amount;
  readonly openedAt: Instant;
}

const isPaid = ({ paid }: Tier, standing: Standing): boolean =>
  paid === undefined || standing.paid(paid.currency) >= paid.amount;

const ageOf = ({ ageMs = 0 }: Tier): number => ageMs;

/** The highest tier above the present one whose payment and age are reached at an instant, as a fact. */
export function advance(
  ladder: readonly Tier[],
  reached: string | undefined,
  standing: Standing,
  at: Instant,
): TierAdvanced | undefined {
  const age = at - standing.openedAt;
  const next = higher(ladder, reached).findLast((tier) => isPaid(tier, standing) && ageOf(tier) <= age);
  return next === undefined ? undefined : { type: 'TierAdvanced', tier: next.name, at };
}

/** When age alone brings the account to a higher tier. */
export const advanceDueAt = (ladder: readonly Tier[], reached: string | undefined, standing: Standing): Instant =>
  higher(ladder, reached)
    .filter((tier) => isPaid(tier, standing))
    .reduce((soonest, tier) => Math.min(soonest, standing.openedAt + ageOf(tier)), END_OF_TIME);

const higher = (ladder: readonly Tier[], reached: string | undefined): readonly Tier[] =>
  ladder.slice(ladder.findIndex(({ name }) => name === reached) + 1);

/** What is wrong with a ladder: a tier must ask for no less than the one below it, and the account's own must stay on it. */
export function faultOfLadder(ladder: readonly Tier[], reached: string | undefined): Refusal | undefined {
  for (const [index, tier] of ladder.entries()) {
    const path = `tiers.${String(index)}`;
    if (ladder.findIndex(({ name }) => name === tier.name) !== index)
      return refuse('Malformed', `The tier ${tier.name} is stated twice.`, path);
    const below = ladder[index - 1];
    if (below !== undefined && (ageOf(tier) < ageOf(below) || isLess(tier.paid, below.paid)))
      return refuse('Malformed', `The tier ${tier.name} asks for less than ${below.name} below it.`, path);
  }
  if (ladder.length > 0 && reached !== undefined && !ladder.some(({ name }) => name === reached))
    return refuse('Malformed', `The account is in the tier ${reached}; keep it, or state no tiers at all.`, 'tiers');
  return undefined;
}

/** Payments in two currencies are not compared. */
const isLess = (paid: Money | undefined, below: Money | undefined): boolean =>
  below !== undefined &&
  (paid === undefined ? below.amount > ZERO : paid.currency === below.currency && paid.amount < below.amount);
