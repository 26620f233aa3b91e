import { amount, scaleDown, ZERO, type Amount, type CurrencyId, type Ratio } from '@exchequer/kernel';

/** An amount of one currency. */
export interface Money {
  readonly currency: CurrencyId;
  readonly amount: Amount;
}

/** Amounts of several currencies, each currency once. */
export type Bag = readonly Money[];

/** A part of a cost: what one meter contributes, or the whole where no meter is named. */
export interface Line extends Money {
  readonly meter?: string;
}

export const EMPTY_BAG: Bag = [];

export function amountIn(bag: Bag, currency: CurrencyId): Amount {
  for (const money of bag) if (money.currency === currency) return money.amount;
  return ZERO;
}

/** The sum of lines by currency, in order of first mention. */
export function totalOf(lines: readonly Line[]): Bag {
  const [only] = lines;
  if (only === undefined) return EMPTY_BAG;
  if (lines.length === 1) return [{ currency: only.currency, amount: only.amount }];
  const totals = new Map<CurrencyId, bigint>();
  for (const line of lines) totals.set(line.currency, (totals.get(line.currency) ?? 0n) + line.amount);
  return Array.from(totals, ([currency, total]) => ({ currency, amount: amount(total) }));
}

/** Each line scaled by the same ratio, rounded down. */
export const scaleLines = (lines: readonly Line[], ratio: Ratio): readonly Line[] =>
  lines.map((line) => ({ ...line, amount: scaleDown(line.amount, ratio) }));

/**
 * The lines with `shares` in place of what they come to by currency, divided among them in proportion and cut at the running
 * totals, so that the parts add up to the whole to the last nano-unit. Currencies that `shares` leaves out stay as they are.
 */
export function divideAmong(lines: readonly Line[], shares: Bag): readonly Line[] {
  const totals = totalOf(lines);
  const passed = new Map<CurrencyId, bigint>();
  return lines.map((line): Line => {
    const share = shares.find(({ currency }) => currency === line.currency);
    const whole = amountIn(totals, line.currency);
    if (share === undefined || whole === ZERO) return line;
    const from = passed.get(line.currency) ?? 0n;
    const to = from + line.amount;
    passed.set(line.currency, to);
    return { ...line, amount: amount((to * share.amount) / whole - (from * share.amount) / whole) };
  });
}

export const isNothing = (bag: Bag): boolean => bag.every((money) => money.amount === 0n);

/** `a − b` by currency, floored at zero, without what comes out as nothing. */
export function lessOf(a: Bag, b: Bag): Bag {
  const rest: Money[] = [];
  for (const money of a) {
    const difference = money.amount - amountIn(b, money.currency);
    if (difference > 0n) rest.push({ currency: money.currency, amount: amount(difference) });
  }
  return rest;
}
