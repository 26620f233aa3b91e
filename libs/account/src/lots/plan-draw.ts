import { amount, minusFloored, smaller, ZERO, type Amount, type CurrencyId, type Instant } from '@exchequer/kernel';
import type { Owed, Share } from '../facts.js';
import type { PoolGates } from '../pools/pool-gates.js';
import { PoolRoom, type PoolCut } from '../pools/pool-room.js';
import type { NodeState } from '../state/node-state.js';

/** Collects from where an amount would be taken. Nothing is taken yet. */
export interface DrawPlan {
  readonly shares: Share[];
  readonly owed: Owed[];
}

/** From where a payer's funds come, and what pool rules say of them. */
export interface Funding {
  /** The payer, then those above that may fund it, nearest first. */
  readonly fundingPath: readonly NodeState[];
  /** Undefined where no pool rule has anything to say. */
  readonly pools: PoolGates | undefined;
}

/** What pool rules leave for a draw in a currency. One for lots and overage together; undefined where they say nothing. */
export const roomIn = ({ pools }: Funding, currency: CurrencyId, at: Instant): PoolRoom | undefined =>
  pools === undefined ? undefined : new PoolRoom(pools, currency, at);

/** Takes from lots along the funding path, nearest node first, in draw-down order. Returns what is missing. */
export function planFromLots(
  plan: DrawPlan,
  fundingPath: readonly NodeState[],
  currency: CurrencyId,
  wanted: Amount,
  at: Instant,
  room: PoolRoom | undefined,
): Amount {
  let missing = wanted;
  for (const node of fundingPath) {
    const purse = node.purses.get(currency);
    if (purse === undefined) continue;
    const most = room === undefined ? missing : room.fromLots(node, purse, missing);
    let rest = most;
    for (const lot of purse.spendable) {
      if (rest === ZERO) break;
      if (lot.grant.startsAt > at) continue;
      const taken = smaller(rest, lot.available);
      plan.shares.push({ lot: lot.id, amount: taken });
      rest = amount(rest - taken);
    }
    room?.take(node, most - rest);
    missing = amount(missing - most + rest);
    if (missing === ZERO) return ZERO;
  }
  return missing;
}

/** Takes from the overage that the funding path still allows, nearest node first. Returns what is missing. */
export function planOverage(
  plan: DrawPlan,
  fundingPath: readonly NodeState[],
  currency: CurrencyId,
  wanted: Amount,
  room: PoolRoom | undefined,
): Amount {
  let missing = wanted;
  for (const node of fundingPath) {
    if (missing === ZERO) return ZERO;
    const allowed = smaller(missing, overageRoom(node, currency));
    const taken = room === undefined ? allowed : room.fromOverage(node, allowed);
    if (taken === ZERO) continue;
    room?.take(node, taken);
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

/** Everything that the funding path could pay in a currency, overage included, as far as pool rules let it. */
export function spendableOn(funding: Funding, currency: CurrencyId, at: Instant): Amount {
  let sum = 0n;
  for (const node of funding.fundingPath) {
    for (const lot of node.purses.get(currency)?.spendable ?? []) if (lot.grant.startsAt <= at) sum += lot.available;
    sum += overageRoom(node, currency);
  }
  return funding.pools === undefined ? amount(sum) : amount(sum - shortOf(funding, currency, amount(sum), at).missing);
}

/** What of an amount the funding path does not cover, and the pool rule that withholds most of it, if any does. */
export function shortOf(
  funding: Funding,
  currency: CurrencyId,
  wanted: Amount,
  at: Instant,
): { readonly missing: Amount; readonly cut: PoolCut | undefined } {
  const room = roomIn(funding, currency, at);
  const plan: DrawPlan = { shares: [], owed: [] };
  const beyondLots = planFromLots(plan, funding.fundingPath, currency, wanted, at, room);
  const missing = planOverage(plan, funding.fundingPath, currency, beyondLots, room);
  return { missing, cut: room?.cut };
}

function addOwed(owed: Owed[], node: NodeState, currency: CurrencyId, more: Amount): void {
  const index = owed.findIndex((one) => one.node === node.id && one.currency === currency);
  const before = owed[index];
  if (before === undefined) owed.push({ node: node.id, currency, amount: more });
  else owed[index] = { ...before, amount: amount(before.amount + more) };
}
