import { hash } from 'node:crypto';

/**
 * One thing that a row says, spelled twice: as ClickHouse makes a text of its columns, and as it follows from what the
 * ledger tells. Both are the same bytes when the row is right.
 */
export interface Detail<Told> {
  /** A String in SQL. */
  readonly stored: string;
  readonly told: (told: Told) => string;
}

/** A column of text, numbers or truth values. */
export const text = <Told>(column: string, told: (told: Told) => string): Detail<Told> => ({
  stored: `toString(${column})`,
  told,
});

/** An instant, in epoch milliseconds. */
export const instant = <Told>(column: string, told: (told: Told) => number): Detail<Told> => ({
  stored: `toString(toUnixTimestamp64Milli(${column}))`,
  told: (row) => String(told(row)),
});

/** A quantity, in units of 10⁻⁹. */
export const quantity = <Told>(column: string, told: (told: Told) => bigint): Detail<Told> => ({
  stored: billionthsOf(column),
  told: (row) => told(row).toString(),
});

/** A column of several texts or numbers, in their order. */
export const list = <Told>(column: string, told: (told: Told) => readonly string[]): Detail<Told> => ({
  stored: `arrayStringConcat(arrayMap(one -> ${framedOf('toString(one)')}, ${column}))`,
  told: (row) => told(row).map(framed).join(''),
});

type Pairs = readonly (readonly [key: string, value: string])[];

/** A column of names with values, in whatever order. @param value spells a value, `v`, as a String. */
export const pairs = <Told>(column: string, value: string, told: (told: Told) => Pairs): Detail<Told> => ({
  stored: `arrayStringConcat(arraySort(arrayMap((k, v) -> concat(${framedOf('toString(k)')}, ${framedOf(value)}), mapKeys(${column}), mapValues(${column}))))`,
  told: (row) => {
    const texts = told(row).map(([key, of]) => framed(key) + framed(of));
    return texts.length < 2 ? texts.join('') : inByteOrder(texts).join('');
  },
});

/** Decimals of ClickHouse in units of 10⁻⁹, as text. */
export const billionthsOf = (decimal: string): string => `toString(toInt128(toDecimal256(${decimal}, 9) * 1000000000))`;

/** ClickHouse sorts by bytes, JavaScript by UTF-16 units. */
const inByteOrder = (texts: readonly string[]): readonly string[] =>
  texts
    .map((one) => Buffer.from(one))
    .sort((one, other) => Buffer.compare(one, other))
    .map(String);

/** With its length in bytes before it, so that no two lists of texts become one text. */
const framed = (value: string): string => `${String(Buffer.byteLength(value))}:${value}`;
const framedOf = (expression: string): string => `concat(toString(length(${expression})), ':', ${expression})`;

/** A row's checksum in SQL: a UInt64, the first eight bytes of MD5. Sums of them do not depend on the rows' order. */
export const checksumOf = <Told>(details: readonly Detail<Told>[]): string =>
  `reinterpretAsUInt64(substring(MD5(concat(${details.map(({ stored }) => framedOf(stored)).join(', ')})), 1, 8))`;

/** The same of what the ledger tells. */
export function checksum<Told>(details: readonly Detail<Told>[], told: Told): bigint {
  let all = '';
  for (const detail of details) all += framed(detail.told(told));
  return hash('md5', all, 'buffer').readBigUInt64LE(0);
}
