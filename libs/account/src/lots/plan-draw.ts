import { amount, smaller, ZERO, type Amount, type CurrencyId, type Instant } from '@exchequer/kernel';
import type { Owed, Share } from '../facts.js';
import type { PoolGates } from '../pools/pool-gates.js';
import { PoolRoom, type PoolCut } from '../pools/pool-room.js';
import { overageRoom, planOverage } from '../overage/plan-overage.js';
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

/** Takes from lots, then from overage, as far as `room` lets it. Returns what is missing. */
export function planFunds(
  plan: DrawPlan,
  fundingPath: readonly NodeState[],
  currency: CurrencyId,
  wanted: Amount,
  at: Instant,
  room: PoolRoom | undefined,
  critical: boolean,
): Amount {
  const beyondLots = planFromLots(plan, fundingPath, currency, wanted, at, room);
  return beyondLots === ZERO ? ZERO : planOverage(plan, fundingPath, currency, beyondLots, room, critical);
}

/** Everything that the funding path could pay in a currency, overage included, as far as pool rules let it. */
export function spendableOn(funding: Funding, currency: CurrencyId, at: Instant, critical: boolean): Amount {
  let sum = 0n;
  for (const node of funding.fundingPath) {
    for (const lot of node.purses.get(currency)?.spendable ?? []) if (lot.grant.startsAt <= at) sum += lot.available;
    sum += overageRoom(node, currency, critical);
  }
  if (funding.pools === undefined) return amount(sum);
  return amount(sum - shortOf(funding, currency, amount(sum), at, critical).missing);
}

/** What of an amount the funding path does not cover, and the pool rule that withholds most of it, if any does. */
export function shortOf(
  funding: Funding,
  currency: CurrencyId,
  wanted: Amount,
  at: Instant,
  critical: boolean,
): { readonly missing: Amount; readonly cut: PoolCut | undefined } {
  const room = roomIn(funding, currency, at);
  const plan: DrawPlan = { shares: [], owed: [] };
  const missing = planFunds(plan, funding.fundingPath, currency, wanted, at, room, critical);
  return { missing, cut: room?.cut };
}
