import type { Analytics } from '../connection/open-analytics.js';
import { SchemaTooNew } from '../errors.js';
import { KEPT_MIGRATIONS } from './kept-tables.js';
import { LEDGER_MIGRATIONS } from './ledger-tables.js';
import type { Migration } from './migration.js';
import { TableNames } from './table-names.js';

/** Whose steps are counted: the tables that are kept, or one version of those that are made from the ledger. */
type Scope = 'kept' | `ledger v${number}`;

/**
 * Brings the schema to the present state: the database, the tables that are kept, and those of one version of the
 * projection. Steps that were done before are left alone; one that was interrupted is done again.
 *
 * @throws SchemaTooNew when a newer release was here.
 */
export async function migrate(analytics: Analytics, version: number): Promise<TableNames> {
  const names = new TableNames(analytics.database, version);
  await createDatabase(analytics);
  await analytics.writer.execute(`CREATE TABLE IF NOT EXISTS ${names.kept('migrations')} (
    scope LowCardinality(String),
    number UInt32,
    name String,
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
  ) ENGINE = ReplacingMergeTree ORDER BY (scope, number)`);
  await bringUp(analytics, names, 'kept', KEPT_MIGRATIONS);
  await bringUp(analytics, names, `ledger v${version}`, LEDGER_MIGRATIONS);
  return names;
}

/** Who may not create databases has been given one: it is only made where there is none. */
async function createDatabase({ writer, database }: Analytics): Promise<void> {
  const found = await writer.select(`SELECT name FROM system.databases WHERE name = {database:String}`, { database });
  if (found.length === 0) await writer.execute(`CREATE DATABASE IF NOT EXISTS ${database} ENGINE = Atomic`);
}

async function bringUp(
  { writer }: Analytics,
  names: TableNames,
  scope: Scope,
  migrations: readonly Migration[],
): Promise<void> {
  const rows = await writer.select(
    `SELECT DISTINCT number FROM ${names.kept('migrations')} WHERE scope = {scope:String}`,
    { scope },
  );
  const applied = new Set(rows.map(([number]) => Number(number)));
  const known = new Set(migrations.map(({ number }) => number));
  for (const number of applied)
    if (!known.has(number))
      throw new SchemaTooNew(`Step ${String(number)} of the schema (${scope}) of ${names.database}`);
  for (const { number, name, statements } of migrations) {
    if (applied.has(number)) continue;
    for (const statement of statements(names)) await writer.execute(statement);
    await writer.insert(
      `INSERT INTO ${names.kept('migrations')} (scope, number, name) SETTINGS async_insert = 0 FORMAT JSONCompactEachRow`,
      JSON.stringify([scope, number, name]),
    );
  }
}
