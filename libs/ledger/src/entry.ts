import { hash as hashOnce } from 'node:crypto';
import type { Instant } from '@exchequer/kernel';
import { LedgerCorrupt, UnknownVersion } from './errors.js';
import type { Revision, SealedEntry } from './port.js';

/** An entry stays under this, so that every store takes it. A bigger group of commands is cut into several entries. */
export const ENTRY_BYTES_MAX = 512 * 1024;

/** The version of the entry's own shape. Facts have versions of their own. */
export const ENTRY_SCHEMA_VERSION = 1;

/** The previous hash of a stream's first entry. */
export const NO_HASH = '0'.repeat(64);

/** A fact as it is stored: plain JSON, amounts as decimal strings of nano-units. `version` is 1 when it is absent. */
export type StoredFact = { readonly type: string; readonly version?: number } & Readonly<Record<string, unknown>>;

/** One command and what it brought about. */
export interface CommandRecord {
  readonly id: string;
  /** Where the id comes from, when not from the sender of a request: a usage event's source and id, or the clock. */
  readonly origin?: 'usage' | 'due';
  /** Of the command's content, so that a retry can be told from another command under the same id. */
  readonly contentHash: string;
  readonly actor: string;
  readonly traceparent?: string;
  readonly facts: readonly StoredFact[];
}

/** What one group commit decided for one stream. */
export interface EntryBody {
  /** When the commands were decided. */
  readonly at: Instant;
  readonly commands: readonly CommandRecord[];
  /** True when the last command goes on in the next entry and takes effect only there. */
  readonly continues?: true;
  /**
   * True when the first command goes on from the entry before. Where an entry continues and the next does not resume, the
   * writer died between the two: what was begun never took effect.
   */
  readonly resumes?: true;
}

export interface Entry extends EntryBody {
  readonly schemaVersion: number;
  readonly previousHash: string;
  readonly hash: string;
}

const HASH_FIELD = ',"hash":"';
const TAIL_BYTES = HASH_FIELD.length + 64 + '"}'.length;

const sha256 = (bytes: Uint8Array): string => hashOnce('sha256', bytes, 'hex');

/** The address of an entry, as messages and people name it. */
export const entryAddress = (stream: string, revision: Revision): string => `${stream}@${String(revision)}`;

/** Turns an entry into bytes that are chained to `previousHash` and closed by their own hash, which covers every byte before it. */
export const sealEntry = (previousHash: string, { commands, ...body }: EntryBody): SealedEntry =>
  sealCommands(
    previousHash,
    body,
    commands.map((command) => JSON.stringify(command)),
  );

/** As {@link sealEntry}, of commands that are JSON texts already: whoever cuts a group into entries knows their sizes. */
export function sealCommands(
  previousHash: string,
  { at, continues, resumes }: Omit<EntryBody, 'commands'>,
  commandTexts: readonly string[],
): SealedEntry {
  const flags = `${resumes === true ? ',"resumes":true' : ''}${continues === true ? ',"continues":true' : ''}`;
  const text = `{"schemaVersion":${String(ENTRY_SCHEMA_VERSION)},"previousHash":"${previousHash}","at":${String(at)}${flags},"commands":[${commandTexts.join(',')}]`;
  const openBytes = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(openBytes + TAIL_BYTES);
  bytes.write(text, 'utf8');
  const hash = sha256(bytes.subarray(0, openBytes));
  bytes.write(`${HASH_FIELD}${hash}"}`, openBytes, 'latin1');
  return { bytes, hash };
}

/** The same memory, with the methods of a Buffer. */
const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The hash that closes the bytes of an entry, not checked. Of bytes that are no entry's, whatever is there. */
export const closingHash = (bytes: Uint8Array): string =>
  asBuffer(bytes).toString('latin1', bytes.byteLength - 66, bytes.byteLength - 2);

/**
 * Reads an entry and checks that its bytes are those that were sealed.
 *
 * @throws LedgerCorrupt naming `stream@revision` when they are not.
 * @throws UnknownVersion when a newer release wrote it.
 */
export function openEntry(stream: string, revision: Revision, bytes: Uint8Array): Entry {
  const buffer = asBuffer(bytes);
  const openBytes = buffer.length - TAIL_BYTES;
  const hash = openBytes > 0 ? sha256(buffer.subarray(0, openBytes)) : '';
  if (openBytes <= 0 || buffer.toString('latin1', openBytes) !== `${HASH_FIELD}${hash}"}`)
    throw new LedgerCorrupt(entryAddress(stream, revision), 'its hash does not fit its bytes');
  let entry: Entry;
  try {
    entry = JSON.parse(buffer.toString('utf8')) as Entry;
  } catch (cause) {
    throw new LedgerCorrupt(entryAddress(stream, revision), 'it is not JSON', { cause });
  }
  if (entry.schemaVersion !== ENTRY_SCHEMA_VERSION)
    throw new UnknownVersion(entryAddress(stream, revision), 'the entry', entry.schemaVersion);
  return entry;
}
