import { hash as hashOnce } from 'node:crypto';
import { entryAddress } from '../entry.js';
import type { Revision } from '../port.js';

/** The namespace of the ids of entries. Never to be changed: a repeat after an upgrade must have the id of the first attempt. */
const NAMESPACE = Buffer.from('6d7f3b0e5c1a4f8e9b2d8a4c7e1f0d35', 'hex');

/**
 * The id of an entry as an event: UUIDv5 (RFC 9562) of its stream, its revision and its hash.
 *
 * EventStoreDB takes an append for a repeat when the ids are those that are stored after the expected revision, whatever
 * the data. With the hash in the id only the same bytes have the same id. So of two writers that append different entries
 * at one place, one alone hears of a success; and if two append the very same bytes, they decided the same.
 */
export function entryEventId(stream: string, revision: Revision, hash: string): string {
  const name = Buffer.from(`${entryAddress(stream, revision)}#${hash}`);
  const digest = hashOnce('sha1', Buffer.concat([NAMESPACE, name]), 'buffer').subarray(0, 16);
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
