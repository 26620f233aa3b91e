import { amount, type Amount } from './amount.js';

/** A fraction between 0 and 1 by which every part of a request is scaled alike. */
export interface Ratio {
  readonly part: bigint;
  readonly whole: bigint;
}

export const WHOLE: Ratio = { part: 1n, whole: 1n };

export const isSmallerRatio = (a: Ratio, b: Ratio): boolean => a.part * b.whole < b.part * a.whole;

/** `value × ratio`, rounded up. The ratio may be above 1. */
export const scaleUp = (value: Amount, { part, whole }: Ratio): Amount => amount((value * part + whole - 1n) / whole);

/** `value × ratio`, rounded down. */
export const scaleDown = (value: Amount, ratio: Ratio): Amount => amount((value * ratio.part) / ratio.whole);
