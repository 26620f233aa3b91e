import { textOf, type Cell } from '../connection/click-house.js';
import type { Analytics } from '../connection/open-analytics.js';
import { AnalyticsError, ProjectionContested, StatementRefused } from '../errors.js';
import { TABLES } from '../rows/ledger-rows.js';
import type { LedgerTable, TableNames } from '../schema/table-names.js';
import type { Batch } from './batch.js';

/**
 * A token that was used up without its rows being stored: ClickHouse notes the token before the part, and was killed
 * between the two. More than one in a row is no such accident.
 */
const ATTEMPTS_MAX = 4;

/**
 * Appends to one table, exactly once. The table's highest position says how far it has come. An insert carries every
 * row of the batch after that place, as one block, under a token that **names the place at which it begins**: of all
 * inserts that ever begin at one place ClickHouse takes one, be they repeats of unknown outcome or of another process.
 */
export class TableWriter {
  readonly #analytics: Analytics;
  readonly #names: TableNames;
  readonly #table: LedgerTable;
  /** The highest position in the table as far as known; undefined for none. */
  #stored: bigint | undefined;
  /** Whether it must be asked what became of the next insert. */
  #doubtful = true;

  constructor(analytics: Analytics, names: TableNames, table: LedgerTable) {
    this.#analytics = analytics;
    this.#names = names;
    this.#table = table;
  }

  /** The highest position in the table as far as known; undefined for none. */
  get stored(): bigint | undefined {
    return this.#stored;
  }

  /** Asks the table how far it has come. */
  async load(): Promise<void> {
    const table = this.#names.ledger(this.#table);
    // The highest position was booked last, give or take what clocks differ: only the newest partitions are read.
    const rows = await this.#analytics.writer.select(
      `SELECT count(), toString(max(position)) FROM ${table}
       WHERE booked_at > (SELECT max(booked_at) FROM ${table}) - INTERVAL 1 DAY`,
    );
    this.#stored = highestIn(rows);
    this.#doubtful = true;
  }

  /**
   * Appends what the table does not have yet. After AnalyticsUnavailable the same batch again settles it.
   *
   * @throws AnalyticsUnavailable, StatementRefused
   * @throws ProjectionContested when another process has gone on from the same place.
   */
  async write(batch: Batch): Promise<void> {
    const lines = batch.linesAfter(this.#table, this.#stored);
    const highest = batch.highest(this.#table);
    if (lines.length === 0 || highest === undefined) return;
    const body = lines.join('\n');
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      await this.#insert(body, attempt);
      if (!this.#doubtful) {
        this.#stored = highest;
        return;
      }
      const found = await this.#highestNow();
      if (found === highest) {
        this.#stored = highest;
        // Within one process nobody else writes; over the network somebody might, at any time.
        this.#doubtful = !this.#analytics.embedded;
        return;
      }
      if (found !== undefined) throw new ProjectionContested(this.#names.ledger(this.#table));
    }
    throw new StatementRefused(
      'INSERT_WAS_DEDUPLICATED',
      `rows for ${this.#names.ledger(this.#table)} are taken and not stored`,
    );
  }

  async #insert(body: string, attempt: number): Promise<void> {
    const columns = TABLES[this.#table].columns.join(', ');
    const settings = `async_insert = 0, insert_deduplication_token = '${this.#token(attempt)}'`;
    const statement = `INSERT INTO ${this.#names.ledger(this.#table)} (${columns}) SETTINGS ${settings} FORMAT JSONCompactEachRow`;
    try {
      await this.#analytics.writer.insert(statement, body);
    } catch (fault) {
      if (fault instanceof AnalyticsError) this.#doubtful = true;
      throw fault;
    }
  }

  #token(attempt: number): string {
    const from = this.#stored === undefined ? 'start' : String(this.#stored);
    return attempt === 0 ? `from ${from}` : `from ${from} again ${String(attempt)}`;
  }

  /** The highest position after what is known, or undefined when the table has nothing there. */
  async #highestNow(): Promise<bigint | undefined> {
    const after = this.#stored === undefined ? '' : ` WHERE position > ${String(this.#stored)}`;
    return highestIn(
      await this.#analytics.writer.select(
        `SELECT count(), toString(max(position)) FROM ${this.#names.ledger(this.#table)}${after}`,
      ),
    );
  }
}

function highestIn([row]: readonly (readonly Cell[])[]): bigint | undefined {
  return row === undefined || Number(row[0]) === 0 ? undefined : BigInt(textOf(row[1]));
}
