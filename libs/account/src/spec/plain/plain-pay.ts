import type { Particulars } from '../../facts.js';
import { sumOf } from '../recount-cost.js';
import type { PlainAccount } from './plain-account.js';
import { overageLeft, surchargeNow } from '../recount-overage.js';
import { availableAt, fromLots, least, type Part } from './plain-lots.js';
import { addOwed, dividedOwed, owing, type PlainOwed } from './plain-owed.js';
import { mayGive, type Taken } from './plain-pools.js';

/** Money in plain words. It is changed while something is divided. */
export interface Money {
  readonly currency: string;
  amount: bigint;
}

/** A part of the reserve of a session. */
export interface PlainReserve {
  readonly session: string;
  readonly shares: readonly Part[];
  readonly owed?: readonly PlainOwed[];
}

interface Paid {
  readonly reserves: readonly PlainReserve[];
  readonly drawn: readonly Part[];
  readonly owed: readonly PlainOwed[];
  readonly beyondOverage: readonly Money[];
  readonly uncollected: readonly Money[];
}

/**
 * Pays what has happened. A session pays from its reserve, then from those around it; the rest comes from lots, then as overage
 * that is allowed, then as overage that is not.
 */
export function pay(
  account: PlainAccount,
  payer: string,
  cost: readonly Money[],
  policy: string,
  at: number,
  particulars: Particulars | undefined,
): Paid {
  const reserves: PlainReserve[] = [];
  let rest = cost;
  for (const { opened, left, leftOwed } of account.counted.sessions.around(payer)) {
    const taken = fromReserve(account, { left, leftOwed }, rest);
    rest = taken.missing;
    if (taken.shares.length + taken.owed.length > 0)
      reserves.push({
        session: opened.session,
        shares: taken.shares,
        ...(taken.owed.length > 0 && { owed: taken.owed }),
      });
  }
  const direct = payDirectly(account, payer, rest, policy, at, particulars?.critical === true);
  const owed = [...reserves.flatMap((part) => part.owed ?? []), ...direct.owed].reduce(addOwed, []);
  return { reserves, ...direct, owed };
}

/** Takes from what is left of a reserve, in the order in which it was set aside: lots, then overage. */
export function fromReserve(
  account: PlainAccount,
  { left, leftOwed }: { readonly left: readonly Part[]; readonly leftOwed: readonly PlainOwed[] },
  wanted: readonly Money[],
) {
  const rest = wanted.map((money) => ({ ...money }));
  const shares: Part[] = [];
  const owed: PlainOwed[] = [];
  for (const money of rest) {
    for (const { lot, amount } of left) {
      if (account.counted.lot(lot).currency !== money.currency || least(amount, money.amount) === 0n) continue;
      shares.push({ lot, amount: least(amount, money.amount) });
      money.amount -= least(amount, money.amount);
    }
    for (const one of leftOwed) {
      if (one.currency !== money.currency || least(one.amount, money.amount) === 0n) continue;
      owed.push(dividedOwed(one, least(one.amount, money.amount)).taken);
      money.amount -= least(one.amount, money.amount);
    }
  }
  return { shares, owed, missing: rest.filter(({ amount }) => amount > 0n) };
}

function payDirectly(
  account: PlainAccount,
  payer: string,
  cost: readonly Money[],
  policy: string,
  at: number,
  isCritical: boolean,
): Omit<Paid, 'reserves'> {
  if (policy === 'cap') return { drawn: [], owed: [], beyondOverage: [], uncollected: cost };
  const funding = account.fundingOf(payer);
  const parts: Part[] = [];
  const beyondOverage: Money[] = [];
  let owed: readonly PlainOwed[] = [];
  for (const { currency, amount } of cost) {
    const draw = { payer, currency, at };
    /** What a node owes by all of this is reckoned anew with each part. */
    const newly = (before: readonly PlainOwed[], node: string, more: bigint): readonly PlainOwed[] => {
      const sum = addOwed(before, { node, currency, amount: more });
      return sum.map((one) =>
        one.node === node && one.currency === currency
          ? owing(one, one.amount, surchargeNow(account.counted, node, currency, one.amount))
          : one,
      );
    };
    const taken: Taken[] = [];
    let missing = amount;
    for (const node of policy === 'draw' ? funding : []) {
      const source = { node, there: availableAt(account, node, currency, at), isOverage: false };
      const lots = fromLots(account, [node], currency, least(missing, mayGive(account, draw, source, taken)), at);
      parts.push(...lots.parts);
      taken.push({ node, amount: sumOf(lots.parts) });
      missing -= sumOf(lots.parts);
    }
    for (const node of funding) {
      const there = least(missing, overageLeft(account.counted, node, currency, isCritical));
      const given = mayGive(account, draw, { node, there, isOverage: true }, taken);
      if (given > 0n) owed = newly(owed, node, given);
      taken.push({ node, amount: given });
      missing -= given;
    }
    if (missing === 0n) continue;
    const allows = (node: string): boolean => account.counted.overage(node, currency).limit > 0n;
    owed = newly(owed, funding.find(allows) ?? funding[0] ?? payer, missing);
    beyondOverage.push({ currency, amount: missing });
  }
  return { drawn: parts, owed, beyondOverage, uncollected: [] };
}

export const inCurrency = (bag: readonly Readonly<Money>[], currency: string): bigint =>
  sumOf(bag.filter((money) => money.currency === currency));
