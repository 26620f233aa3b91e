import { closingHash, entryAddress, type Ledger } from '@exchequer/ledger';
import { streamOf } from '@exchequer/replica';
import { textOf } from '../connection/click-house.js';
import type { Analytics } from '../connection/open-analytics.js';
import { ProjectionAhead } from '../errors.js';
import { LEDGER_TABLES, type TableNames } from '../schema/table-names.js';
import type { LastEntry } from './batch.js';

/** The entry up to which every table of this version has everything, or undefined when there is none. */
export async function loadCheckpoint({ writer }: Analytics, names: TableNames): Promise<LastEntry | undefined> {
  const [newest] = await writer.select(
    `SELECT toString(position), stream, revision, hash FROM ${names.kept('checkpoints')}
     WHERE version = {version:UInt32} ORDER BY position DESC LIMIT 1`,
    { version: names.version },
  );
  if (newest === undefined) return undefined;
  const [position, stream, revision, hash] = newest.map(textOf) as [string, string, string, string];
  return { position: BigInt(position), stream, revision: Number(revision), hash };
}

/** Writes down how far all tables have come, so that a restart need not read the ledger from its beginning. */
export async function saveCheckpoint({ writer }: Analytics, names: TableNames, entry: LastEntry): Promise<void> {
  await writer.insert(
    `INSERT INTO ${names.kept('checkpoints')} (version, position, stream, revision, hash) SETTINGS async_insert = 0 FORMAT JSONCompactEachRow`,
    JSON.stringify([names.version, String(entry.position), entry.stream, entry.revision, entry.hash]),
  );
}

/**
 * Makes sure that the ledger has what the tables were made from.
 *
 * @throws ProjectionAhead naming an entry that it does not have.
 */
export async function checkOrigin(
  analytics: Analytics,
  names: TableNames,
  checkpoint: LastEntry | undefined,
  ledger: Ledger,
): Promise<void> {
  if (checkpoint !== undefined) await mustHave(ledger, checkpoint);
  for (const table of LEDGER_TABLES) {
    const newest = await newestOf(analytics, names.ledger(table), checkpoint?.position);
    if (newest !== undefined) await mustHave(ledger, newest);
  }
}

type Expected = Pick<LastEntry, 'position' | 'stream' | 'revision'> & { readonly hash?: string };

async function mustHave(ledger: Ledger, { stream, revision, position, hash }: Expected): Promise<void> {
  for await (const stored of ledger.read(stream, revision, 1)) {
    const same = hash === undefined ? stored.position <= position : closingHash(stored.bytes) === hash;
    if (stored.revision === revision && same) return;
  }
  throw new ProjectionAhead(entryAddress(stream, revision));
}

/** The newest row behind the checkpoint. Its fact may stand before the entry with which it took effect. */
async function newestOf(
  { writer }: Analytics,
  table: string,
  after: bigint | undefined,
): Promise<Expected | undefined> {
  const where = after === undefined ? '' : `WHERE position > ${String(after)}`;
  const [row] = await writer.select(
    `SELECT account, revision, toString(position) FROM ${table} ${where} ORDER BY position DESC, revision DESC LIMIT 1`,
  );
  if (row === undefined) return undefined;
  const [account, revision, position] = row.map(textOf) as [string, string, string];
  return { stream: streamOf(account), revision: Number(revision), position: BigInt(position) };
}
