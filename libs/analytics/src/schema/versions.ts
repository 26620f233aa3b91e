import { textOf } from '../connection/click-house.js';
import type { Analytics } from '../connection/open-analytics.js';
import { LEDGER_TABLES, TableNames } from './table-names.js';

/** The version of the projection that reports read, or undefined when there never was one. */
export async function liveVersion(analytics: Analytics): Promise<number | undefined> {
  const [newest] = await analytics.writer.select(
    `SELECT version FROM ${new TableNames(analytics.database, 0).kept('versions')} ORDER BY live_since DESC, version DESC LIMIT 1`,
  );
  return newest === undefined ? undefined : Number(newest[0]);
}

/** Lets reports and views read this version from now on. */
export async function makeLive(analytics: Analytics, version: number, at: number): Promise<void> {
  const names = new TableNames(analytics.database, version);
  await analytics.writer.insert(
    `INSERT INTO ${names.kept('versions')} (version, live_since) SETTINGS async_insert = 0 FORMAT JSONCompactEachRow`,
    JSON.stringify([version, at]),
  );
  await pointViews(analytics, names);
}

/** Makes the views read this version. Doing it again changes nothing. */
export async function pointViews({ writer }: Analytics, names: TableNames): Promise<void> {
  for (const table of LEDGER_TABLES)
    await writer.execute(`CREATE OR REPLACE VIEW ${names.view(table)} AS SELECT * FROM ${names.ledger(table)}`);
  await writer.execute(`CREATE OR REPLACE VIEW ${names.view('decisions')} AS
    SELECT account, booked_at AS decided_at, hold AS decision_id, decision, '' AS code, '' AS message, payer, nodes, user,
      project, key, agent, workflow, model, tags, amounts, binding, '' AS request, '' AS lines,
      concat('account-', account, '@', toString(revision), '.', toString(fact)) AS address, 1 AS stands_for
    FROM ${names.ledger('approvals')}
    UNION ALL
    SELECT account, decided_at, decision_id, decision, code, message, payer, nodes, user,
      project, key, agent, workflow, model, tags, amounts, binding, request, lines, address, stands_for
    FROM ${names.kept('refusals')}`);
}

const SCOPE = /^ledger v(\d+)$/;

/** Deletes the tables of all versions before the live one. What they held can be made again from the ledger. */
export async function dropVersionsBefore({ writer, database }: Analytics, live: number): Promise<void> {
  const kept = new TableNames(database, live);
  const scopes = await writer.select(`SELECT DISTINCT scope FROM ${kept.kept('migrations')}`);
  for (const [scope] of scopes) {
    const version = Number(SCOPE.exec(textOf(scope))?.[1]);
    if (Number.isNaN(version) || version >= live) continue;
    const names = new TableNames(database, version);
    for (const table of LEDGER_TABLES) await writer.execute(`DROP TABLE IF EXISTS ${names.ledger(table)} SYNC`);
    await writer.execute(
      `ALTER TABLE ${kept.kept('checkpoints')} DELETE WHERE version = ${String(version)} SETTINGS mutations_sync = 2`,
    );
    // Last: as long as the steps are listed, an interrupted deletion is found and goes on.
    await writer.execute(
      `ALTER TABLE ${kept.kept('migrations')} DELETE WHERE scope = 'ledger v${String(version)}' SETTINGS mutations_sync = 2`,
    );
  }
}
