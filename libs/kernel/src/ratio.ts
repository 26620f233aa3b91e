import { amount, type Amount } from './amount.js';

/** A fraction between 0 and 1 by which every part of a request is scaled alike. */
export interface Ratio {
  readonly part: bigint;
  readonly whole: bigint;
}

export const WHOLE: Ratio = { part: 1n, whole: 1n };

export const isSmallerRatio = (a: Ratio, b: Ratio): boolean => a.part * b.whole < b.part * a.whole;

/** `value × ratio`, rounded down. */
export const scaleDown = (value: Amount, ratio: Ratio): Amount => amount((value * ratio.part) / ratio.whole);
