import type { LedgerTable } from '../schema/table-names.js';

/** A value of a column, as rows have it. Amounts are bigints of nano-units; instants are epoch milliseconds. */
export type Value =
  | string
  | number
  | boolean
  | bigint
  | null
  | readonly string[]
  | readonly bigint[]
  | Readonly<Record<string, string>>
  | Readonly<Record<string, bigint>>;

/** The columns of a table that rows state, in the order in which they are sent. */
export interface Table<Row> {
  readonly name: LedgerTable;
  readonly columns: readonly (keyof Row & string)[];
}

/** Where a row comes from. Every table made from the ledger begins with it. */
export interface Place {
  readonly account: string;
  /** The entry with which the fact took effect, in the order of the whole ledger. */
  readonly position: bigint;
  /** The entry that the fact stands in, in the order of its account. */
  readonly revision: number;
  /** The fact's index in that entry. */
  readonly fact: number;
  readonly booked_at: number;
}

export const PLACE = [
  'account',
  'position',
  'revision',
  'fact',
  'booked_at',
] as const satisfies readonly (keyof Place)[];

/** A row as one line of JSONCompactEachRow. */
export function lineOf<Row>({ columns }: Pick<Table<Row>, 'columns'>, row: Row): string {
  // Every column of a row is a Value; an interface does not say so by index.
  const line = JSON.stringify(columns.map((column) => wireValue(row[column] as Value)));
  return line.includes(LONE_SURROGATE) ? wellFormed(line) : line;
}

function wireValue(value: Value): unknown {
  switch (typeof value) {
    case 'bigint':
      return value.toString();
    case 'object':
      if (value === null) return null;
      return Array.isArray(value)
        ? value.map(wireText)
        : wireRecord(value as Readonly<Record<string, string | bigint>>);
    default:
      return value;
  }
}

const wireText = (value: string | bigint): string => value.toString();

function wireRecord(record: Readonly<Record<string, string | bigint>>): Readonly<Record<string, string>> {
  for (const key in record)
    if (typeof record[key] === 'bigint')
      return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value.toString()]));
  return record as Readonly<Record<string, string>>;
}

/**
 * JSON writes half a surrogate pair as an escape, which ClickHouse does not read: one such tag would stop everything
 * behind it. It becomes U+FFFD, as everywhere that text turns into UTF-8.
 */
const LONE_SURROGATE = '\\ud';
const HALF_PAIR = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;
const wellFormed = (line: string): string => line.replace(HALF_PAIR, '$1\uFFFD');
