import type { Revision } from '../port.js';

// One B-tree holds two kinds of records, so that a commit copies as few pages as can be.
//
//   entry  1 | position (6 bytes) | revision (6 bytes) | stream  →  the entry's bytes, exactly as sealed
//   place  2 | stream | 0 | revision (6 bytes)                   →  position (6 bytes)
//
// Numbers are big-endian, so keys sort as their numbers do. Entries lie in the order of the whole ledger and are only ever
// added at the end. Revision and stream are part of the key, so that following with a prefix reads no bytes of others.

const ENTRY = 1;
const PLACE = 2;
const NUMBER_BYTES = 6;
const STREAM_AT = 1 + 2 * NUMBER_BYTES;

/** The largest number that a key can hold. */
export const KEY_NUMBER_MAX = 2 ** (8 * NUMBER_BYTES) - 1;

/** Comes before every entry. */
export const ENTRIES_START = Buffer.of(ENTRY);
/** Comes after every entry. */
export const ENTRIES_END = Buffer.of(PLACE);

export interface EntryKey {
  readonly position: number;
  readonly revision: Revision;
  readonly stream: string;
}

export function entryKey({ position, revision, stream }: EntryKey): Buffer {
  const key = Buffer.allocUnsafe(STREAM_AT + Buffer.byteLength(stream));
  key[0] = ENTRY;
  key.writeUIntBE(position, 1, NUMBER_BYTES);
  key.writeUIntBE(revision, 1 + NUMBER_BYTES, NUMBER_BYTES);
  key.write(stream, STREAM_AT);
  return key;
}

export const readEntryKey = (key: Buffer): EntryKey => ({
  position: key.readUIntBE(1, NUMBER_BYTES),
  revision: key.readUIntBE(1 + NUMBER_BYTES, NUMBER_BYTES),
  stream: key.toString('utf8', STREAM_AT),
});

/** Comes before every entry from this position on. */
export function entriesFrom(position: number): Buffer {
  const key = Buffer.allocUnsafe(1 + NUMBER_BYTES);
  key[0] = ENTRY;
  key.writeUIntBE(position, 1, NUMBER_BYTES);
  return key;
}

export function placeKey(stream: string, revision: Revision): Buffer {
  const nameBytes = Buffer.byteLength(stream);
  const key = Buffer.allocUnsafe(1 + nameBytes + 1 + NUMBER_BYTES);
  key[0] = PLACE;
  key.write(stream, 1);
  key[1 + nameBytes] = 0;
  key.writeUIntBE(revision, 2 + nameBytes, NUMBER_BYTES);
  return key;
}

export const readPlaceRevision = (key: Buffer): Revision => key.readUIntBE(key.length - NUMBER_BYTES, NUMBER_BYTES);

export function placeValue(position: number): Buffer {
  const value = Buffer.allocUnsafe(NUMBER_BYTES);
  value.writeUIntBE(position, 0, NUMBER_BYTES);
  return value;
}

/** The position in a place, or undefined when its bytes are none. */
export const readPlaceValue = (value: Buffer): number | undefined =>
  value.length === NUMBER_BYTES ? value.readUIntBE(0, NUMBER_BYTES) : undefined;
