import type { Configure } from '../../commands.js';
import type { Fact, Tier } from '../../facts.js';
import { sumOf } from '../recount-cost.js';
import type { PlainAccount } from './plain-account.js';
import { fact, told } from './plain-decision.js';

interface Money {
  readonly currency: string;
  readonly amount: bigint;
}

const ageOf = ({ ageMs = 0 }: Tier): number => ageMs;

/** Whether all that was paid for grants, and what is paid now, is as much as a tier asks for. */
function isPaid(account: PlainAccount, { paid }: Tier, now: Money | undefined): boolean {
  if (paid === undefined) return true;
  const payments = [...account.grants.map(({ granted }) => granted.paid), now].flatMap((one) => one ?? []);
  return sumOf(payments.filter(({ currency }) => currency === paid.currency)) >= paid.amount;
}

const above = (ladder: readonly Tier[], reached: string | undefined): readonly Tier[] =>
  ladder.slice(ladder.findIndex(({ name }) => name === reached) + 1);

/** The highest tier above the one that was reached which the account has earned by an instant. */
export const earned = (
  account: PlainAccount,
  ladder: readonly Tier[],
  reached: string | undefined,
  at: number,
  now?: Money,
): string | undefined =>
  above(ladder, reached).findLast((tier) => isPaid(account, tier, now) && at - account.openedAt >= ageOf(tier))?.name;

/** When age alone brings the account to a higher tier. */
export function tierDueAt(account: PlainAccount): number | undefined {
  const ages = above(account.ladder, account.reached)
    .filter((tier) => isPaid(account, tier, undefined))
    .map(ageOf);
  return ages.length === 0 ? undefined : account.openedAt + Math.min(...ages);
}

/** The ladder and the tier as a command wants them, or undefined when it cannot stand. */
export function plannedTiers(account: PlainAccount, { tiers }: Configure, at: number) {
  const ladder = tiers?.map(({ name, paid, ageMs }): Tier => ({ name, ...told({ paid, ageMs }) })) ?? account.ladder;
  const isLost = account.reached !== undefined && !ladder.some(({ name }) => name === account.reached);
  if (ladder.some((tier, index) => isTwice(ladder, index) || asksLess(tier, ladder[index - 1]))) return undefined;
  if (ladder.length > 0 && isLost) return undefined;
  const kept = ladder.length === 0 ? undefined : account.reached;
  const advanced = earned(account, ladder, kept, at);
  const facts: readonly Fact[] = [
    ...(textOf(ladder) === textOf(account.ladder) ? [] : [fact({ type: 'TiersSet', tiers: ladder })]),
    ...(advanced === undefined ? [] : [fact({ type: 'TierAdvanced', tier: advanced, at })]),
  ];
  return { ladder, reached: advanced ?? kept, facts };
}

const isTwice = (ladder: readonly Tier[], index: number): boolean =>
  ladder.findIndex(({ name }) => name === ladder[index]?.name) < index;

function asksLess(tier: Tier, below: Tier | undefined): boolean {
  if (below === undefined) return false;
  if (ageOf(tier) < ageOf(below)) return true;
  if (below.paid === undefined) return false;
  if (tier.paid === undefined) return below.paid.amount > 0n;
  return tier.paid.currency === below.paid.currency && tier.paid.amount < below.paid.amount;
}

const textOf = (ladder: readonly Tier[]): string =>
  ladder
    .map(({ name, paid, ageMs }) => `${name} ${String(paid?.currency)} ${String(paid?.amount)} ${String(ageMs)}`)
    .join();
