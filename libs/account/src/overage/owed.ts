import { amount, scaleUp, ZERO, type Amount } from '@exchequer/kernel';
import type { Owed } from '../facts.js';

/** What a node comes to owe: the cost that overage pays, with what its rate adds. In nano-units. */
export const owedInAll = ({ amount: cost, surcharge = ZERO }: Owed): Amount => amount(cost + surcharge);

/** The part of an overage that pays for `cost` of it, with as much of its surcharge, rounded up: the whole has the whole. */
export function partOfOwed(one: Owed, cost: Amount): Owed {
  if (one.surcharge === undefined) return { ...one, amount: cost };
  return { ...one, amount: cost, surcharge: scaleUp(one.surcharge, { part: cost, whole: one.amount }) };
}

/** What is left of an overage without the part that pays for `cost`. */
export const restOfOwed = (one: Owed, cost: Amount): Owed => addToOwed(one, partOfOwed(one, cost), -1n);

/** More or less owed of the same. A surcharge that comes to nothing is none. */
export function addToOwed(one: Owed, other: Owed, sign: 1n | -1n = 1n): Owed {
  const { surcharge, ...owed } = one;
  const sum = (surcharge ?? ZERO) + sign * (other.surcharge ?? ZERO);
  return { ...owed, amount: amount(one.amount + sign * other.amount), ...(sum > 0n && { surcharge: amount(sum) }) };
}

export const isSameDebt = (one: Owed, other: Owed): boolean =>
  one.node === other.node && one.currency === other.currency;

/** Adds up what is owed at the same node in the same currency. */
export function mergeOwed(a: readonly Owed[], b: readonly Owed[]): readonly Owed[] {
  const merged: Owed[] = [...a];
  for (const one of b) {
    const index = merged.findIndex((other) => isSameDebt(other, one));
    const before = merged[index];
    if (before === undefined) merged.push(one);
    else merged[index] = addToOwed(before, one);
  }
  return merged;
}
