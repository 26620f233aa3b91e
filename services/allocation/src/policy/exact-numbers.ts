import { visit, type Document } from 'yaml';

const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;

/** Characters of a number that is compared with what JavaScript makes of it; a longer one stays text. */
const NUMBER_LENGTH_MAX = 512;

/**
 * A number that is written without quotes and is not kept by JavaScript to its last digit (`rate: 1.0000000000000001`) stays the
 * text that it is, so that it is taken or refused as written and never rounded. One that is kept, but that JavaScript would
 * write with an exponent (`1e-7`), becomes its plain decimal text (`0.0000001`), as amounts are written. A number that is a name
 * (`roles: { 1.10: … }`) stays as it is written.
 */
export function keepExactNumbers(document: Document): void {
  visit(document, {
    Scalar: (key, scalar) => {
      const { value, source } = scalar;
      if (typeof value === 'number' && source !== undefined)
        scalar.value = key === 'key' ? source : exact(value, source);
    },
  });
}

function exact(value: number, source: string): number | string {
  if (source.length > NUMBER_LENGTH_MAX) return source;
  // .inf and .nan
  if (!Number.isFinite(value) && !/\d/.test(source)) return value;
  const written = decimalOf(source);
  // Hexadecimal, octal, and what else YAML has for whole numbers.
  if (written === undefined) return Number.isSafeInteger(value) ? value : source;
  const kept = decimalOf(String(value));
  if (kept === undefined || !isSame(kept, written)) return source;
  return String(value).includes('e') ? plain(kept) : value;
}

/** The number `sign 0.digits × 10^point`, without zeros around its digits; 0 has no digits, no sign, and the point 0. */
interface Decimal {
  readonly sign: '' | '-';
  readonly digits: string;
  readonly point: number;
}

function decimalOf(text: string): Decimal | undefined {
  const [, sign, whole, fraction, exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (whole === undefined || fraction === undefined || whole + fraction === '') return undefined;
  const fromFirst = (whole + fraction).replace(/^0+/, '');
  const digits = fromFirst.replace(/0+$/, '');
  if (digits === '') return { sign: '', digits, point: 0 };
  // An exponent that is itself rounded is far beyond what JavaScript keeps, so nothing is taken for the same by it.
  return { sign: sign === '-' ? '-' : '', digits, point: fromFirst.length - fraction.length + Number(exponent) };
}

const isSame = (one: Decimal, other: Decimal): boolean =>
  one.sign === other.sign && one.digits === other.digits && one.point === other.point;

const plain = ({ sign, digits, point }: Decimal): string =>
  point > 0
    ? `${sign}${digits.padEnd(point, '0')}` // From 10^21 on JavaScript has whole numbers alone.
    : `${sign}0.${'0'.repeat(-point)}${digits}`;
