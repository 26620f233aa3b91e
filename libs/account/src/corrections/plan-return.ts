import { amount, smaller, ZERO, type Amount, type CurrencyId } from '@exchequer/kernel';
import type { Bag } from '../bag.js';
import type { Owed, Share } from '../facts.js';
import { lotOf } from '../lots/lot-of.js';
import { partOfOwed, restOfOwed } from '../overage/owed.js';
import type { AccountState } from '../state/account-state.js';
import type { ChargeStanding } from '../state/correction-state.js';

/** What becomes of the parts that paid for a charge when some of it is given back. */
export interface Return {
  readonly returned: readonly Share[];
  /** Would be given back, but the lot has ended since. */
  readonly ended: readonly Share[];
  readonly forgiven: readonly Owed[];
  /** What still pays, in the order in which it was drawn. */
  readonly paid: readonly Share[];
  readonly owing: readonly Owed[];
}

/** Gives `back` in the reverse of the order in which it was taken: what is owed first, then the last lot that was drawn. */
export function planReturn(state: AccountState, { paid, owing }: ChargeStanding, back: Bag): Return {
  const open = new Map<CurrencyId, Amount>(back.map((money) => [money.currency, money.amount]));
  const take = (currency: CurrencyId, most: Amount): Amount => {
    const wanted = open.get(currency) ?? ZERO;
    const taken = smaller(wanted, most);
    open.set(currency, amount(wanted - taken));
    return taken;
  };
  const owed = takeFromEnd(owing, (one) => take(one.currency, one.amount), forgiveOf);
  const shares = takeFromEnd(paid, (share) => take(lotOf(state, share.lot).grant.currency, share.amount), divideShare);
  if ([...open.values()].some((rest) => rest > ZERO))
    throw new Error('broken invariant: more is given back than was paid');
  const hasEnded = (share: Share): boolean => lotOf(state, share.lot).ended;
  return {
    returned: shares.taken.filter((share) => !hasEnded(share)),
    ended: shares.taken.filter(hasEnded),
    forgiven: owed.taken,
    paid: shares.kept,
    owing: owed.kept,
  };
}

/** Divides parts into what is taken, the last first, and what is kept, in their order. */
function takeFromEnd<Part extends { readonly amount: Amount }>(
  parts: readonly Part[],
  take: (part: Part) => Amount,
  divide: (part: Part, gone: Amount) => readonly [gone: Part, kept: Part],
): { readonly taken: readonly Part[]; readonly kept: readonly Part[] } {
  const taken: Part[] = [];
  const kept: Part[] = [];
  for (const part of parts.toReversed()) {
    const much = take(part);
    const [gone, rest] = divide(part, much);
    if (much > ZERO) taken.push(gone);
    if (much < part.amount) kept.push(rest);
  }
  return { taken, kept: kept.toReversed() };
}

const divideShare = (share: Share, gone: Amount): readonly [Share, Share] => [
  { ...share, amount: gone },
  { ...share, amount: amount(share.amount - gone) },
];

/** What is still owed keeps its surcharge, rounded up. */
function forgiveOf(one: Owed, gone: Amount): readonly [Owed, Owed] {
  const kept = amount(one.amount - gone);
  return [restOfOwed(one, kept), partOfOwed(one, kept)];
}
