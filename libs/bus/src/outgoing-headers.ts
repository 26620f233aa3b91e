import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { HeaderRecord } from './message.js';

/** The same record is often sent with each of many messages, so what was made of it is kept as long as it lives. */
const made = new WeakMap<HeaderRecord, MsgHdrs>();

/**
 * Turns a record into the vendor's headers.
 *
 * @throws when a name or value cannot stand in a header, a line break for example.
 */
export function outgoingHeaders(record: HeaderRecord): MsgHdrs {
  const known = made.get(record);
  if (known !== undefined) return known;
  const block = headers();
  for (const [name, value] of Object.entries(record)) block.append(name, value);
  made.set(record, block);
  return block;
}
