import { amount, minusFloored, smaller, ZERO, type Amount, type CurrencyId } from '@exchequer/kernel';
import { amountIn, type Bag } from '../bag.js';
import type { HoldVoided, Owed, ReservePart, Share } from '../facts.js';
import { partOfOwed, restOfOwed } from '../overage/owed.js';
import { partOf } from '../sessions/reserve.js';
import type { AccountState } from '../state/account-state.js';
import type { SessionState } from '../state/session-state.js';
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
  /** In place of all that is given back: what a session keeps, while one is open that the hold belongs to. */
  readonly kept: ReservePart | undefined;
}

interface SetAside {
  readonly shares: readonly Share[];
  readonly owed: readonly Owed[] | undefined;
}

/**
 * Spends `cost`, as far as it was set aside, in order; the rest goes back.
 *
 * @param home the open session that keeps what goes back.
 */
export function splitHold(state: AccountState, held: SetAside, cost: Bag, home: SessionState | undefined): HoldSplit {
  const spent: Share[] = [];
  const returned: Share[] = [];
  const broken: Share[] = [];
  const kept: Share[] = [];
  const keptOwed: Owed[] = [];
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
    if (taken > ZERO) spent.push({ lot: share.lot, amount: taken });
    if (taken === share.amount) continue;
    (home !== undefined ? kept : lot.ended ? broken : returned).push({
      lot: share.lot,
      amount: amount(share.amount - taken),
    });
  }
  for (const one of held.owed ?? []) {
    const taken = take(one.currency, one.amount);
    if (taken > ZERO) owed.push(partOfOwed(one, taken));
    if (taken < one.amount) keptOwed.push(restOfOwed(one, taken));
  }
  return { spent, owed, returned, broken, kept: home && partOf(home, kept, keptOwed) };
}

/** The part of a fact that says what an ended hold gives back. */
export const givenBack = ({
  returned,
  broken,
  kept,
}: Pick<HoldSplit, 'returned' | 'broken' | 'kept'>): Pick<HoldVoided, 'returned' | 'broken' | 'kept'> => ({
  returned,
  ...(broken.length > 0 && { broken }),
  ...(kept !== undefined && { kept }),
});

/** The part of a cost that is more than what was held, by currency. */
export const beyondHold = (cost: Bag, held: Bag): Bag =>
  cost
    .map((money) => ({ ...money, amount: minusFloored(money.amount, amountIn(held, money.currency)) }))
    .filter((money) => money.amount > ZERO);
