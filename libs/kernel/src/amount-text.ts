import { AMOUNT_MAX, amount, NANO_PER_UNIT, UNLIMITED, type Amount } from './amount.js';

export type AmountFault = 'not-a-decimal' | 'negative' | 'too-precise' | 'too-large';

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
/** At most 15 digits in all: exact in a double, and three times as fast as bigint arithmetic. */
const SHORT = /^\d{1,6}(?:\.\d{1,9})?$/;
const NANO_PER_UNIT_NUMBER = 1e9;

/** Why `text` is no amount, or undefined when it is one. */
export function amountFault(text: string): AmountFault | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return 'not-a-decimal';
  const fraction = match[3] ?? '';
  if (fraction.length > 9 && /[^0]/.test(fraction.slice(9))) return 'too-precise';
  const nanoUnits = BigInt(match[2] ?? '0') * NANO_PER_UNIT + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  if (match[1] === '-' && nanoUnits !== 0n) return 'negative';
  return nanoUnits > AMOUNT_MAX ? 'too-large' : undefined;
}

/**
 * Reads a decimal string of whole units ("0.00048") as an amount (480000 nano-units).
 *
 * @throws RangeError for text that {@link amountFault} faults; check first at an edge.
 */
export function parseAmount(text: string): Amount {
  const point = text.indexOf('.');
  const whole = point < 0 ? text : text.slice(0, point);
  const fraction = point < 0 ? '' : text.slice(point + 1);
  if (SHORT.test(text)) return BigInt(Number(whole) * NANO_PER_UNIT_NUMBER + Number(fraction.padEnd(9, '0'))) as Amount;
  const fault = amountFault(text);
  if (fault !== undefined) throw new RangeError(`not an amount (${fault})`);
  return amount(BigInt(whole) * NANO_PER_UNIT + BigInt(fraction.slice(0, 9).padEnd(9, '0')));
}

/** What stands in place of a number where a limit lets everything pass. */
export const UNLIMITED_TEXT = 'unlimited';

/** As {@link parseAmount}, for the amount of a limit, which may be `unlimited`. */
export const parseLimitAmount = (text: string): Amount => (text === UNLIMITED_TEXT ? UNLIMITED : parseAmount(text));

/**
 * The shortest exact decimal of an amount in whole units: 480000 nano-units is "0.00048". Negative values keep their sign.
 * {@link UNLIMITED} is "unlimited".
 */
export function formatAmount(nanoUnits: bigint): string {
  if (nanoUnits === UNLIMITED) return UNLIMITED_TEXT;
  if (nanoUnits < 0n) return `-${formatAmount(-nanoUnits)}`;
  const whole = nanoUnits / NANO_PER_UNIT;
  const rest = nanoUnits - whole * NANO_PER_UNIT;
  if (rest === 0n) return whole.toString();
  const digits = rest.toString().padStart(9, '0');
  let end = 9;
  while (digits.charCodeAt(end - 1) === 48) end -= 1;
  return `${whole.toString()}.${digits.slice(0, end)}`;
}
