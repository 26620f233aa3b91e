import { amount, minusFloored, smaller, ZERO, type Amount, type CurrencyId } from '@exchequer/kernel';
import { amountIn, type Bag } from '../bag.js';
import type { Owed, Share } from '../facts.js';
import type { AccountState } from '../state/account-state.js';
import { lotOf } from '../lots/lot-of.js';

/** What becomes of what a hold had set aside. */
export interface HoldSplit {
  /** Spent, in the order in which it was set aside. */
  readonly spent: readonly Share[];
  /** Overage that was set aside and is now owed. */
  readonly owed: readonly Owed[];
  /** Given back to the lots that it came from. */
  readonly returned: readonly Share[];
  /** Would be given back, but its lot has ended. */
  readonly broken: readonly Share[];
}

interface SetAside {
  readonly shares: readonly Share[];
  readonly owed: readonly Owed[] | undefined;
}

/** Spends `cost`, as far as it was set aside, in order; the rest goes back. */
export function splitHold(state: AccountState, held: SetAside, cost: Bag): HoldSplit {
  const spent: Share[] = [];
  const returned: Share[] = [];
  const broken: Share[] = [];
  const owed: Owed[] = [];
  const open = new Map<CurrencyId, Amount>();
  for (const money of cost) open.set(money.currency, money.amount);
  const take = (currency: CurrencyId, most: Amount): Amount => {
    const wanted = open.get(currency) ?? ZERO;
    const taken = smaller(wanted, most);
    open.set(currency, amount(wanted - taken));
    return taken;
  };
  for (const share of held.shares) {
    const lot = lotOf(state, share.lot);
    const taken = take(lot.grant.currency, share.amount);
    if (taken > ZERO) spent.push(taken === share.amount ? share : { lot: share.lot, amount: taken });
    if (taken === share.amount) continue;
    (lot.ended ? broken : returned).push({ lot: share.lot, amount: amount(share.amount - taken) });
  }
  for (const one of held.owed ?? []) {
    const taken = take(one.currency, one.amount);
    if (taken > ZERO) owed.push({ ...one, amount: taken });
  }
  return { spent, owed, returned, broken };
}

/** The part of a cost that is more than what was held, by currency. */
export const beyondHold = (cost: Bag, held: Bag): Bag =>
  cost
    .map((money) => ({ ...money, amount: minusFloored(money.amount, amountIn(held, money.currency)) }))
    .filter((money) => money.amount > ZERO);
