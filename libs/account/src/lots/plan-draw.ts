import { amount, minusFloored, smaller, ZERO, type Amount, type CurrencyId, type Instant } from '@exchequer/kernel';
import type { Owed, Share } from '../facts.js';
import type { NodeState } from '../state/node-state.js';

/** Collects from where an amount would be taken. Nothing is taken yet. */
export interface DrawPlan {
  readonly shares: Share[];
  readonly owed: Owed[];
}

/** Takes from lots along the funding path, nearest node first, in draw-down order. Returns what is missing. */
export function planFromLots(
  plan: DrawPlan,
  fundingPath: readonly NodeState[],
  currency: CurrencyId,
  wanted: Amount,
  at: Instant,
): Amount {
  let missing = wanted;
  for (const node of fundingPath) {
    const purse = node.purses.get(currency);
    if (purse === undefined) continue;
    for (const lot of purse.spendable) {
      if (missing === ZERO) return ZERO;
      if (lot.grant.startsAt > at) continue;
      const taken = smaller(missing, lot.available);
      plan.shares.push({ lot: lot.id, amount: taken });
      missing = amount(missing - taken);
    }
  }
  return missing;
}

/** Takes from the overage that the funding path still allows, nearest node first. Returns what is missing. */
export function planOverage(
  plan: DrawPlan,
  fundingPath: readonly NodeState[],
  currency: CurrencyId,
  wanted: Amount,
): Amount {
  let missing = wanted;
  for (const node of fundingPath) {
    if (missing === ZERO) return ZERO;
    const room = overageRoom(node, currency);
    if (room === ZERO) continue;
    const taken = smaller(missing, room);
    addOwed(plan.owed, node, currency, taken);
    missing = amount(missing - taken);
  }
  return missing;
}

/** Owes what nothing allows: at the nearest node with overage, else at the payer. A cost that happened is never lost. */
export function planBeyondOverage(
  plan: DrawPlan,
  fundingPath: readonly NodeState[],
  currency: CurrencyId,
  owed: Amount,
): void {
  const [payer] = fundingPath;
  const node = fundingPath.find((candidate) => (candidate.purses.get(currency)?.overageLimit ?? 0n) > 0n) ?? payer;
  if (node === undefined) throw new Error('a funding path is never empty');
  addOwed(plan.owed, node, currency, owed);
}

export function overageRoom(node: NodeState, currency: CurrencyId): Amount {
  const purse = node.purses.get(currency);
  if (purse === undefined) return ZERO;
  return minusFloored(purse.overageLimit, amount(purse.owed + purse.owedHeld));
}

/** Everything that the funding path could pay in a currency, overage included. */
export function spendableOn(fundingPath: readonly NodeState[], currency: CurrencyId, at: Instant): Amount {
  let sum = 0n;
  for (const node of fundingPath) {
    for (const lot of node.purses.get(currency)?.spendable ?? []) if (lot.grant.startsAt <= at) sum += lot.available;
    sum += overageRoom(node, currency);
  }
  return amount(sum);
}

function addOwed(owed: Owed[], node: NodeState, currency: CurrencyId, more: Amount): void {
  const index = owed.findIndex((one) => one.node === node.id && one.currency === currency);
  const before = owed[index];
  if (before === undefined) owed.push({ node: node.id, currency, amount: more });
  else owed[index] = { ...before, amount: amount(before.amount + more) };
}
