/** A value for a `{name:Type}` in a statement. */
export type Parameter = string | number | boolean | readonly string[];
export type Parameters = Readonly<Record<string, Parameter>>;

/** A cell of an answer. Numbers of more than 53 bits are asked for as text. */
export type Cell = string | number | boolean | null | readonly Cell[] | { readonly [key: string]: Cell };

/** A cell that was asked for as text, or is a number or a truth value. */
export function textOf(cell: Cell | undefined): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  throw new TypeError('ClickHouse answers with a cell that is no text');
}

/** One connection to ClickHouse. Every method rejects with an AnalyticsError. */
export interface ClickHouse {
  /**
   * The rows of a SELECT, each as its cells in the order of the columns. It is given up after a bound of time.
   *
   * @throws AnalyticsUnavailable, QueryTooHeavy, StatementRefused
   */
  select(statement: string, parameters?: Parameters): Promise<readonly (readonly Cell[])[]>;

  /**
   * Runs `INSERT … FORMAT …` with its rows as text. After AnalyticsUnavailable they may have been stored or not.
   *
   * @throws AnalyticsUnavailable, StatementRefused
   */
  insert(statement: string, rows: string): Promise<void>;

  /** @throws AnalyticsUnavailable, StatementRefused */
  execute(statement: string): Promise<void>;

  close(): Promise<void>;
}
