import { createHash } from 'node:crypto';
import { LedgerCorrupt } from './errors.js';
import type { Revision, SealedEntry } from './port.js';

/** An entry stays under this, so that every store takes it. A bigger group of commands is cut into several entries. */
export const ENTRY_BYTES_MAX = 512 * 1024;

/** The version of the entry's own shape. Facts have versions of their own. */
export const ENTRY_SCHEMA_VERSION = 1;

/** The previous hash of a stream's first entry. */
export const NO_HASH = '0'.repeat(64);

/** A fact as it is stored: plain JSON, amounts as decimal strings of nano-units. */
export type StoredFact = { readonly type: string } & Readonly<Record<string, unknown>>;

/** One command and what it brought about. */
export interface CommandRecord {
  readonly id: string;
  /** Where the id comes from, when not from the sender of a request: a usage event's source and id, or the clock. */
  readonly origin?: 'usage' | 'due';
  /** Of the command's content, so that a retry can be told from another command under the same id. */
  readonly contentHash: string;
  readonly actor: string;
  readonly traceparent?: string;
  /** Goes on with the command of the same id that the entry before left unfinished. */
  readonly resumes?: true;
  readonly facts: readonly StoredFact[];
}

/** What one group commit decided for one stream. */
export interface EntryBody {
  /** The instant at which the commands were decided, in epoch milliseconds. */
  readonly at: number;
  readonly commands: readonly CommandRecord[];
  /**
   * True when the last command goes on in the next entry and takes effect only with its last part. When the next entry
   * does not resume it, it was given up and never takes effect.
   */
  readonly continues?: true;
}

export interface Entry extends EntryBody {
  readonly schemaVersion: number;
  readonly previousHash: string;
  readonly hash: string;
}

const HASH_FIELD = ',"hash":"';
const TAIL_BYTES = HASH_FIELD.length + 64 + '"}'.length;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Turns an entry into bytes that are chained to `previousHash` and closed by their own hash, which covers every byte before it. */
export const sealEntry = (previousHash: string, { at, commands, continues }: EntryBody): SealedEntry =>
  sealCommands(
    previousHash,
    at,
    commands.map((command) => JSON.stringify(command)),
    continues,
  );

/** As {@link sealEntry}, of commands that are JSON texts already: whoever cuts a group into entries knows their sizes. */
export function sealCommands(
  previousHash: string,
  at: number,
  commandTexts: readonly string[],
  continues?: true,
): SealedEntry {
  const ending = continues === true ? '],"continues":true' : ']';
  const open = Buffer.from(
    `{"schemaVersion":${String(ENTRY_SCHEMA_VERSION)},"previousHash":"${previousHash}","at":${String(at)},"commands":[${commandTexts.join(',')}${ending}`,
  );
  const hash = sha256(open);
  return { bytes: Buffer.concat([open, Buffer.from(`${HASH_FIELD}${hash}"}`)]), hash };
}

/** The hash that closes the bytes of an entry, not checked. */
export const closingHash = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + bytes.byteLength - 66, 64).toString('latin1');

/**
 * Reads an entry and checks that its bytes are those that were sealed.
 *
 * @throws LedgerCorrupt naming `stream@revision` when they are not, or when the shape is of an unknown version.
 */
export function openEntry(stream: string, revision: Revision, bytes: Uint8Array): Entry {
  const address = `${stream}@${String(revision)}`;
  const tail =
    bytes.byteLength > TAIL_BYTES ? Buffer.from(bytes.subarray(bytes.byteLength - TAIL_BYTES)).toString('latin1') : '';
  const hash = sha256(bytes.subarray(0, bytes.byteLength - TAIL_BYTES));
  if (tail !== `${HASH_FIELD}${hash}"}`) throw new LedgerCorrupt(address, 'its hash does not fit its bytes');
  let entry: Entry;
  try {
    entry = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as Entry;
  } catch (cause) {
    throw new LedgerCorrupt(address, 'it is not JSON', { cause });
  }
  if (entry.schemaVersion !== ENTRY_SCHEMA_VERSION)
    throw new LedgerCorrupt(address, `schema version ${String(entry.schemaVersion)} is not known to this release`);
  return entry;
}
