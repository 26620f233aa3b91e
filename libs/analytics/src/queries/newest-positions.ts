import { textOf } from '../connection/click-house.js';
import type { Analytics } from '../connection/open-analytics.js';
import { LEDGER_TABLES, type TableNames } from '../schema/table-names.js';

/**
 * The newest position that each table has a row of, or null where it has none.
 *
 * @throws AnalyticsUnavailable
 */
export async function newestPositions(
  { reader }: Analytics,
  names: TableNames,
): Promise<Readonly<Record<string, string | null>>> {
  const each = LEDGER_TABLES.map(
    (table) => `SELECT '${table}', count() = 0, toString(max(position)) FROM ${names.ledger(table)}`,
  );
  const found = await reader.select(each.join(' UNION ALL '));
  return Object.fromEntries(
    found.map(([table, isEmpty, newest]) => [textOf(table), Number(isEmpty) === 1 ? null : textOf(newest)]),
  );
}
