import { ENTRY_BYTES_MAX } from './entry.js';
import { EntryTooLarge, InvalidAppend } from './errors.js';
import { NO_STREAM, type Revision, type SealedEntry } from './port.js';

/** The most bytes of all entries of one append: what EventStoreDB takes, less room for ids and types. */
export const APPEND_BYTES_MAX = 1_000_000;

/** The most bytes of a stream's name as UTF-8. */
export const STREAM_NAME_BYTES_MAX = 200;

/** No control characters, and nothing that EventStoreDB keeps for itself (names that begin with `$`). */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const STREAM_NAME = /^[^$\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$/;

/**
 * Refuses what no store would take, before anything is sent, so that all stores agree.
 *
 * @throws InvalidAppend, EntryTooLarge
 */
export function checkAppend(stream: string, expected: Revision, entries: readonly SealedEntry[]): void {
  if (!STREAM_NAME.test(stream) || Buffer.byteLength(stream) > STREAM_NAME_BYTES_MAX)
    throw new InvalidAppend(`${JSON.stringify(stream)} cannot be the name of a stream`);
  if (!Number.isSafeInteger(expected) || expected < NO_STREAM)
    throw new InvalidAppend(`${String(expected)} is no revision that ${stream} could have`);
  if (entries.length === 0) throw new InvalidAppend(`an append to ${stream} has no entry`);
  let bytes = 0;
  for (const entry of entries) {
    if (entry.bytes.byteLength > ENTRY_BYTES_MAX)
      throw new EntryTooLarge(stream, entry.bytes.byteLength, ENTRY_BYTES_MAX);
    bytes += entry.bytes.byteLength;
  }
  if (bytes > APPEND_BYTES_MAX) throw new EntryTooLarge(stream, bytes, APPEND_BYTES_MAX, 'an append');
}
