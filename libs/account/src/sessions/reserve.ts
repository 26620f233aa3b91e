import { amount, smaller, ZERO, type Amount, type CurrencyId } from '@exchequer/kernel';
import { totalOf, type Bag } from '../bag.js';
import type { Owed, ReservePart, Share } from '../facts.js';
import { inScope, type Scoped } from '../limits/scope.js';
import { lotOf } from '../lots/lot-of.js';
import type { DrawPlan } from '../lots/plan-draw.js';
import { partOfOwed } from '../overage/owed.js';
import type { AccountState } from '../state/account-state.js';
import type { LimitState } from '../state/limit-state.js';
import type { SessionState } from '../state/session-state.js';

/** Takes from what is left of a reserve, in the order in which it was set aside. Returns what is missing. */
export function planFromReserve(
  state: { readonly lots: Scoped['lots'] },
  plan: DrawPlan,
  { shares, owed }: SessionState,
  currency: CurrencyId,
  wanted: Amount,
): Amount {
  let missing = wanted;
  for (const share of shares) {
    if (missing === ZERO) return ZERO;
    if (share.amount === ZERO || lotOf(state, share.lot).grant.currency !== currency) continue;
    const taken = smaller(missing, share.amount);
    plan.shares.push({ lot: share.lot, amount: taken });
    missing = amount(missing - taken);
  }
  for (const one of owed) {
    if (one.currency !== currency || one.amount === ZERO || missing === ZERO) continue;
    const taken = smaller(missing, one.amount);
    plan.owed.push(partOfOwed(one, taken));
    missing = amount(missing - taken);
  }
  return missing;
}

/** What is left of a reserve in a currency. */
export function leftIn(state: AccountState, { shares, owed }: SessionState, currency: CurrencyId): Amount {
  let left = 0n;
  for (const share of shares) if (lotOf(state, share.lot).grant.currency === currency) left += share.amount;
  for (const one of owed) if (one.currency === currency) left += one.amount;
  return amount(left);
}

/** What is left of a reserve, in the currencies that it was given in. */
export const leftOf = (state: AccountState, session: SessionState): Bag =>
  session.reserve.map(({ currency }) => ({ currency, amount: leftIn(state, session, currency) }));

/** A part of a reserve by currency. */
export const bagOf = (state: AccountState, { shares, owed = [] }: Pick<ReservePart, 'shares' | 'owed'>): Bag =>
  totalOf([
    ...shares.map(({ lot, amount: part }) => ({ currency: lotOf(state, lot).grant.currency, amount: part })),
    ...owed,
  ]);

/** A part of a reserve as a hold says it, or undefined when it is nothing. */
export function partOf(
  session: SessionState,
  shares: readonly Share[],
  owed: readonly Owed[],
): ReservePart | undefined {
  if (shares.length === 0 && owed.length === 0) return undefined;
  return { session: session.id, shares, ...(owed.length > 0 && { owed }) };
}

/** A part of a reserve as limits see it: without meters, and with no more particulars than the session told. */
export const reserveScoped = (
  state: AccountState,
  { particulars }: SessionState,
  part: Pick<ReservePart, 'shares' | 'owed'>,
): Scoped => ({ amounts: bagOf(state, part), lines: undefined, particulars, payment: part, lots: state.lots });

/** Whether a limit counts what is left of the reserve: what its calls take from there then changes nothing for it. */
export const countsReserve = (limit: LimitState, session: SessionState): boolean =>
  session.chain.members.includes(limit.node) &&
  inScope(limit, {
    amounts: [{ currency: limit.currency, amount: amount(1n) }],
    lines: undefined,
    particulars: session.particulars,
    payment: undefined,
    lots: NO_LOTS,
  }) > ZERO;

const NO_LOTS: Scoped['lots'] = new Map();
