import type { Charge, HoldPlaced, Owed } from '../facts.js';
import type { Recount } from './recount.js';
import { owedIn, sumOf } from './recount-cost.js';

/** What may be owed at a node in a currency, for which work, and how many billionths for each billion of cost. */
export interface CountedOverage {
  readonly node: string;
  readonly currency: string;
  limit: bigint;
  criticalOnly: boolean;
  rate: bigint;
}

const ONE = 1_000_000_000n;

/**
 * The cost that the overage of a node would still pay: the most for which no more is owed than its limit.
 *
 * @param beside what had been set aside for the very charge that asks, and is held no more.
 */
export function overageLeft(count: Recount, node: string, currency: string, isCritical: boolean, beside = 0n): bigint {
  const { limit, criticalOnly, rate } = count.overage(node, currency);
  const left = limit - count.owedAt(node, currency) - count.owedHeldAt(node, currency) - beside;
  if (left <= 0n || (criticalOnly && !isCritical)) return 0n;
  return (left * ONE) / rate;
}

/** What is owed on top of a cost that is taken from the overage of a node now, rounded up. */
export function surchargeNow(count: Recount, node: string, currency: string, cost: bigint): bigint {
  const owed = cost * count.overage(node, currency).rate;
  return (owed + ONE - 1n) / ONE - cost;
}

/** As much of a surcharge as belongs to a part of its cost, rounded up. */
export const surchargeOfPart = (surcharge: bigint, part: bigint, whole: bigint): bigint =>
  whole === 0n ? 0n : (surcharge * part + whole - 1n) / whole;

/** What a node owes by parts of overage: their cost and what came on top. */
export const debtIn = (owed: readonly Owed[] | undefined, node: string, currency: string): bigint =>
  owedIn(owed, node, currency) + surchargesIn(owed, node, currency);

export const debtOf = ({ amount, surcharge = 0n }: { readonly amount: bigint; readonly surcharge?: bigint }): bigint =>
  amount + surcharge;

const surchargesIn = (owed: readonly Owed[] | undefined, node: string, currency: string): bigint =>
  sumOf(
    (owed ?? [])
      .filter((one) => one.currency === currency && one.node === node)
      .map(({ surcharge = 0n }) => ({ amount: surcharge })),
  );

/** A hold takes overage for such work alone, at the rate of now, and no more of it than is left. */
export function checkOverageHeld(count: Recount, { hold, owed = [], particulars }: HoldPlaced): void {
  for (const { node, currency, amount, surcharge = 0n } of owed) {
    const sum = count.owedAt(node, currency) + count.owedHeldAt(node, currency) + debtIn(owed, node, currency);
    if (sum > count.overage(node, currency).limit) count.faults.push(`${hold} holds more overage than ${node} allows`);
    if (count.overage(node, currency).criticalOnly && particulars?.critical !== true)
      count.faults.push(`${hold} holds overage of ${node}, which is for other work`);
    if (surcharge !== surchargeNow(count, node, currency, amount))
      count.faults.push(`${hold} holds overage of ${node} at another rate`);
  }
}

/** What is owed anew fits the overage limits, but for what is flagged; caps of pools may flag more of it. */
export function checkOverage(count: Recount, fact: Charge, heldOwed: readonly Owed[]): void {
  for (const { currency } of fact.owed ?? []) {
    const flagged = sumOf((fact.beyondOverage ?? []).filter((money) => money.currency === currency));
    let beyond = 0n;
    let anew = 0n;
    for (const { node } of (fact.owed ?? []).filter((one) => one.currency === currency)) {
      const held = owedIn(heldOwed, node, currency);
      const owing = owedIn(fact.owed, node, currency);
      const fresh = owing > held ? owing - held : 0n;
      const isCritical = fact.particulars?.critical === true;
      const room = overageLeft(count, node, currency, isCritical, debtIn(heldOwed, node, currency));
      anew += fresh;
      beyond += fresh > room ? fresh - room : 0n;
      checkRate(count, fact, heldOwed, { node, currency, fresh });
    }
    const mayFlag = count.pools.some((pool) => !pool.removed && pool.currency === currency) ? anew : beyond;
    if (flagged < beyond || flagged > mayFlag)
      count.faults.push(`${String(beyond)} ${currency} is beyond the overage, ${String(flagged)} is flagged`);
  }
}

/** New overage is owed at the rate of now, rounded up once. */
function checkRate(
  count: Recount,
  { owed }: Charge,
  heldOwed: readonly Owed[],
  { node, currency, fresh }: { readonly node: string; readonly currency: string; readonly fresh: bigint },
): void {
  const anew = surchargesIn(owed, node, currency) - surchargesIn(heldOwed, node, currency);
  const due = surchargeNow(count, node, currency, fresh);
  if (fresh > 0n ? anew !== due : anew > 0n) count.faults.push(`${node} owes ${currency} at another rate`);
}
