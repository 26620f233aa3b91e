import { amount, AMOUNT_DECIMALS, type Amount } from '@exchequer/kernel';

/** An exact decimal: `mantissa × 10^−scale`. Made by the functions here alone, which keep the scale as small as it can be. */
export interface Decimal {
  readonly mantissa: bigint;
  /** Digits after the point, from 0. */
  readonly scale: number;
}

export const ZERO_DECIMAL: Decimal = { mantissa: 0n, scale: 0 };

/** Beyond these a text is no price or quantity of anything, and would cost memory to hold. */
const EXPONENT_MAX = 64;

const DECIMAL = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/;

const POWERS: bigint[] = [1n];

/** 10 to the power of a whole number from 0. */
export function powerOfTen(exponent: number): bigint {
  const known = POWERS[exponent];
  if (known !== undefined) return known;
  return (POWERS[exponent] = 10n ** BigInt(exponent));
}

/** `mantissa × 10^−scale` in its shortest form. The scale may be negative. */
export function decimal(mantissa: bigint, scale: number): Decimal {
  if (mantissa === 0n) return ZERO_DECIMAL;
  if (scale < 0) return { mantissa: mantissa * powerOfTen(-scale), scale: 0 };
  while (scale > 0 && mantissa % 10n === 0n) {
    mantissa /= 10n;
    scale -= 1;
  }
  return { mantissa, scale };
}

/**
 * Reads plain ("0.00000015") and exponent ("1.5e-07") notation, or says undefined. At most 40 digits on either side of the
 * point and an exponent of at most 64.
 */
export function parseDecimal(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > EXPONENT_MAX) return undefined;
  const mantissa = BigInt(whole + fraction);
  return decimal(sign === '-' ? -mantissa : mantissa, fraction.length - exponent);
}

/**
 * The decimal that a number or a text stands for. A number is taken by its shortest decimal text: 1.5e-7 is exactly
 * 0.00000015, not the binary fraction beside it.
 */
export const decimalOf = (value: number | string): Decimal | undefined =>
  parseDecimal(typeof value === 'string' ? value : String(value));

/** The mantissa that a decimal has at a scale that is not smaller than its own. */
export const mantissaAt = (value: Decimal, scale: number): bigint => value.mantissa * powerOfTen(scale - value.scale);

export function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return decimal(mantissaAt(a, scale) + mantissaAt(b, scale), scale);
}

export const minus = (a: Decimal, b: Decimal): Decimal => plus(a, { mantissa: -b.mantissa, scale: b.scale });

export const times = (a: Decimal, b: Decimal): Decimal => decimal(a.mantissa * b.mantissa, a.scale + b.scale);

export const sumOf = (values: readonly Decimal[]): Decimal => values.reduce(plus, ZERO_DECIMAL);

/** The quotient rounded to the nearest whole number, half away from zero. The divisor is above zero. */
export function divideHalfAway(dividend: bigint, divisor: bigint): bigint {
  const twice = 2n * dividend;
  return (dividend < 0n ? twice - divisor : twice + divisor) / (2n * divisor);
}

/** A decimal of whole units as nano-units: the one place where an amount is rounded, half away from zero. */
export const roundToAmount = (value: Decimal): Amount =>
  amount(
    value.scale <= AMOUNT_DECIMALS
      ? mantissaAt(value, AMOUNT_DECIMALS)
      : divideHalfAway(value.mantissa, powerOfTen(value.scale - AMOUNT_DECIMALS)),
  );

/** Plain notation, as short as it can be: "0.00000015". */
export function formatDecimal(value: Decimal): string {
  const negative = value.mantissa < 0n;
  const digits = (negative ? -value.mantissa : value.mantissa).toString().padStart(value.scale + 1, '0');
  const point = digits.length - value.scale;
  const text = value.scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return negative ? `-${text}` : text;
}

/** Digits on either side of the point of a decimal: for the bounds of a message. */
export const digitsOf = (value: Decimal): { readonly whole: number; readonly fraction: number } => ({
  whole: Math.max(1, value.mantissa.toString().replace('-', '').length - value.scale),
  fraction: value.scale,
});
