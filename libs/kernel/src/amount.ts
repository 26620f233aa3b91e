declare const amountBrand: unique symbol;

/** A whole number of nano-units (10⁻⁹) of one currency. Never a `number`. */
export type Amount = bigint & { readonly [amountBrand]: true };

/** Nano-units in one whole unit of a currency. */
export const NANO_PER_UNIT = 1_000_000_000n;

/** Digits after the decimal point that an amount can carry. */
export const AMOUNT_DECIMALS = 9;

/** The largest amount that any single message or balance may state: 2⁶³ − 1 nano-units. */
export const AMOUNT_MAX = (2n ** 63n - 1n) as Amount;

export const ZERO = 0n as Amount;

/**
 * The amount of a limit that lets everything pass: a value, not an absence. Above every sum of amounts that can come
 * about, so that comparisons need no case of their own. {@link formatAmount} writes it as `unlimited`.
 */
export const UNLIMITED = (2n ** 127n) as Amount;

/** Marks a bigint of nano-units as an amount. Costs nothing at run time. */
export const amount = (nanoUnits: bigint): Amount => nanoUnits as Amount;

/** Whole units as an amount: `units(12n)` is twelve dollars when the currency is `usd`. */
export const units = (whole: bigint): Amount => (whole * NANO_PER_UNIT) as Amount;

export const smaller = (a: Amount, b: Amount): Amount => (a < b ? a : b);
export const larger = (a: Amount, b: Amount): Amount => (a > b ? a : b);

/** `a − b`, or zero where that would be negative. */
export const minusFloored = (a: Amount, b: Amount): Amount => (a > b ? ((a - b) as Amount) : ZERO);
