import { problem, type ProblemReply } from '@exchequer/contracts';
import type { Ledger } from '@exchequer/ledger';
import { streamOf } from '@exchequer/replica';

const ADDRESS = /^(.+)@(-?\d+)(?:\.-?\d+)?$/;

/** A place that a caller named: a position of the ledger; undefined for before everything. */
export interface Place {
  readonly position: bigint | undefined;
}

/**
 * Finds the position that a text names: digits, the address of an entry of the account, or `now` for the end of its
 * stream.
 *
 * @param field the name of the field, for the sentence of a refusal.
 * @throws LedgerUnavailable
 */
export async function placeOf(
  ledger: Ledger,
  account: string,
  text: string,
  field: string,
): Promise<Place | ProblemReply> {
  if (/^\d+$/.test(text)) return { position: BigInt(text) };
  const stream = streamOf(account);
  if (text === 'now') {
    const head = await ledger.head(stream);
    return head === undefined ? { position: undefined } : { position: await positionAt(ledger, stream, head.revision) };
  }
  const [, named, digits] = ADDRESS.exec(text) ?? [];
  if (named !== stream || digits === undefined)
    return { error: problem('Malformed', `${field}: is of another account than ${account}.`, { field }) };
  const revision = Number(digits);
  if (revision < 0) return { position: undefined };
  const position = await positionAt(ledger, stream, revision);
  if (position !== undefined) return { position };
  return { error: problem('Malformed', `${field}: the ledger has no entry ${stream}@${digits} yet.`, { field }) };
}

async function positionAt(ledger: Ledger, stream: string, revision: number): Promise<bigint | undefined> {
  for await (const { position } of ledger.read(stream, revision, 1)) return position;
  return undefined;
}
