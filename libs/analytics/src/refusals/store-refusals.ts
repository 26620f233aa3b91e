import { createHash } from 'node:crypto';
import { textOf } from '../connection/click-house.js';
import type { Analytics } from '../connection/open-analytics.js';
import { lineOf } from '../rows/table.js';
import type { TableNames } from '../schema/table-names.js';
import { REFUSAL_COLUMNS, refusalRow, type Refusal, type RefusalRow } from './refusal-row.js';

/** Rows of one insert. */
const ROWS_MAX = 10_000;

/**
 * Keeps refusals, each once however often it comes: those that are there already are left out, and an insert whose
 * outcome is unknown bears being sent again. One process at a time may do this.
 *
 * @returns how many were new.
 * @throws AnalyticsUnavailable, StatementRefused
 */
export async function storeRefusals(
  analytics: Analytics,
  names: TableNames,
  refusals: readonly Refusal[],
): Promise<number> {
  const byId = new Map(refusals.map((refusal) => [`${refusal.account} ${refusal.decisionId}`, refusal]));
  const unique = [...byId.values()];
  let stored = 0;
  for (let from = 0; from < unique.length; from += ROWS_MAX) {
    const rows = unique.slice(from, from + ROWS_MAX).map(refusalRow);
    const known = await knownAmong(analytics, names, rows);
    const fresh = rows.filter((row) => !known.has(`${row.account} ${row.decision_id}`));
    await insert(analytics, names, fresh);
    stored += fresh.length;
  }
  return stored;
}

async function knownAmong(
  { writer }: Analytics,
  names: TableNames,
  rows: readonly RefusalRow[],
): Promise<ReadonlySet<string>> {
  const instants = rows.map((row) => row.decided_at);
  const found = await writer.select(
    `SELECT account, decision_id FROM ${names.kept('refusals')}
     WHERE has({accounts:Array(String)}, account)
       AND decided_at >= fromUnixTimestamp64Milli({from:Int64}) AND decided_at <= fromUnixTimestamp64Milli({to:Int64})
       AND decision_id IN (SELECT arrayJoin({ids:Array(String)}))`,
    {
      accounts: [...new Set(rows.map((row) => row.account))],
      from: instants.reduce((least, at) => Math.min(least, at), Number.MAX_SAFE_INTEGER),
      to: instants.reduce((most, at) => Math.max(most, at), 0),
      ids: rows.map((row) => row.decision_id),
    },
  );
  return new Set(found.map(([account, id]) => `${textOf(account)} ${textOf(id)}`));
}

async function insert({ writer }: Analytics, names: TableNames, rows: readonly RefusalRow[]): Promise<void> {
  if (rows.length === 0) return;
  const token = createHash('sha256');
  for (const row of rows) token.update(row.account).update(' ').update(row.decision_id).update('\n');
  const settings = `async_insert = 0, insert_deduplication_token = '${token.digest('hex')}'`;
  await writer.insert(
    `INSERT INTO ${names.kept('refusals')} (${REFUSAL_COLUMNS.join(', ')}) SETTINGS ${settings} FORMAT JSONCompactEachRow`,
    rows.map((row) => lineOf({ columns: REFUSAL_COLUMNS }, row)).join('\n'),
  );
}
