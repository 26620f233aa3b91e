import { lineOf, type Table } from '../rows/table.js';
import { TABLES, type AddRow, type RowOf } from '../rows/ledger-rows.js';
import { LEDGER_TABLES, type LedgerTable } from '../schema/table-names.js';

/** Lines of one table, with the position of each. */
interface Lines {
  readonly texts: string[];
  readonly positions: bigint[];
}

/** The entry that a batch ends with. */
export interface LastEntry {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly hash: string;
}

/** Rows of consecutive entries of one month of booking, in the order of the ledger, ready to be sent. */
export class Batch {
  readonly #tables = new Map<LedgerTable, Lines>(LEDGER_TABLES.map((table) => [table, { texts: [], positions: [] }]));
  #rows = 0;
  #bytes = 0;
  #last: LastEntry | undefined;

  constructor(
    /** When its first entry was booked, in epoch milliseconds. */
    readonly firstBookedAt: number,
  ) {}

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get last(): LastEntry | undefined {
    return this.#last;
  }

  /** Partitions are months of booking: a batch of two of them would become two parts. */
  fitsMonth(bookedAt: number): boolean {
    return monthOf(bookedAt) === monthOf(this.firstBookedAt);
  }

  readonly add: AddRow = <Name extends keyof RowOf>(name: Name, row: RowOf[Name]): void => {
    const lines = this.#tables.get(name);
    if (lines === undefined) throw new RangeError(`there is no table ${name}`);
    // The table of a name has the rows of that name.
    const text = lineOf(TABLES[name] as unknown as Table<RowOf[Name]>, row);
    lines.texts.push(text);
    lines.positions.push(row.position);
    this.#rows += 1;
    this.#bytes += text.length;
  };

  /** Everything up to this entry has been added. */
  end(entry: LastEntry): void {
    this.#last = entry;
  }

  /** The lines of a table that lie after a position. */
  linesAfter(table: LedgerTable, position: bigint | undefined): readonly string[] {
    const lines = this.#tables.get(table);
    if (lines === undefined) return [];
    const first = position === undefined ? 0 : lines.positions.findIndex((at) => at > position);
    if (first === 0) return lines.texts;
    return first < 0 ? [] : lines.texts.slice(first);
  }

  /** The highest position that a row of the table has. */
  highest(table: LedgerTable): bigint | undefined {
    return this.#tables.get(table)?.positions.at(-1);
  }
}

function monthOf(at: number): number {
  const date = new Date(at);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
