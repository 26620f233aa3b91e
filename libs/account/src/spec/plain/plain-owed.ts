import { surchargeOfPart } from '../recount-overage.js';

/** Overage in plain words: a cost, and what comes on top. */
export interface PlainOwed {
  readonly node: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly surcharge?: bigint;
}

/** Overage that pays a cost, with a surcharge where there is one. */
export const owing = (one: PlainOwed, amount: bigint, surcharge: bigint): PlainOwed => ({
  node: one.node,
  currency: one.currency,
  amount,
  ...(surcharge > 0n && { surcharge }),
});

export const addOwed = (owed: readonly PlainOwed[], one: PlainOwed): readonly PlainOwed[] => {
  const isSame = (other: PlainOwed): boolean => other.node === one.node && other.currency === one.currency;
  if (!owed.some(isSame)) return [...owed, one];
  return owed.map((other) =>
    isSame(other) ? owing(one, other.amount + one.amount, (other.surcharge ?? 0n) + (one.surcharge ?? 0n)) : other,
  );
};

/** What is taken of overage, with its part of the surcharge rounded up, and what is left. */
export function dividedOwed(one: PlainOwed, taken: bigint): { readonly taken: PlainOwed; readonly left: PlainOwed } {
  const { amount, surcharge = 0n } = one;
  const more = surchargeOfPart(surcharge, taken, amount);
  return { taken: owing(one, taken, more), left: owing(one, amount - taken, surcharge - more) };
}
