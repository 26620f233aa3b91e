/** A decimal text as it is shown: nothing is rounded, and nothing passes through a float. */
export interface ShownAmount {
  /** With as many digits after the point as the currency shows, thousands divided. */
  readonly shown: string;
  /** The digits after those, exactly; empty when there are none. */
  readonly fine: string;
}

/**
 * Splits an amount for display.
 *
 * @param text decimal text such as `1234.5067`
 * @param display how many digits after the point the currency shows
 */
export function showAmount(text: string, display: number): ShownAmount {
  const [whole = '0', fraction = ''] = text.split('.');
  const divided = whole.replace(/\B(?=(?:\d{3})+(?!\d))/g, ',');
  const shownFraction = fraction.slice(0, display).padEnd(display, '0');
  const fine = fraction.slice(display).replace(/0+$/, '');
  // Without a point in the shown part the fine part brings it along.
  if (display === 0) return { shown: divided, fine: fine === '' ? '' : `.${fine}` };
  return { shown: `${divided}.${shownFraction}`, fine };
}

/** The same as one text, for titles and speech. */
export function amountText(text: string, display: number): string {
  const { shown, fine } = showAmount(text, display);
  return shown + fine;
}

const NANO_DIGITS = 9;

/** Nano-units of a decimal text. */
export function nanoUnits(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.slice(0, NANO_DIGITS).padEnd(NANO_DIGITS, '0'));
}

/** Decimal text of nano-units, without needless zeros. */
export function decimalText(nano: bigint): string {
  const digits = nano.toString().padStart(NANO_DIGITS + 1, '0');
  const fraction = digits.slice(-NANO_DIGITS).replace(/0+$/, '');
  const whole = digits.slice(0, -NANO_DIGITS);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

export const sumOf = (texts: readonly string[]): string =>
  decimalText(texts.reduce((sum, text) => sum + nanoUnits(text), 0n));

/** How much of a whole a part is, in percent from 0 to 100 for the width of a bar: a hundredth of it is precise enough. */
export function percentOf(part: string, whole: string): number {
  const total = nanoUnits(whole);
  const filled = nanoUnits(part);
  if (total === 0n) return filled === 0n ? 0 : 100;
  return Math.min(100, Number((filled * 10_000n) / total) / 100);
}

export const isZero = (text: string): boolean => nanoUnits(text) === 0n;
