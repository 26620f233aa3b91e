import { EventStoreLedger, type EventStoreLedgerOptions } from './eventstore/eventstore-ledger.js';
import { withoutCredentials } from './ledger-address.js';
import { LmdbLedger, type LmdbLedgerOptions } from './lmdb/lmdb-ledger.js';
import type { Ledger } from './port.js';

/** Settings of both stores; each takes what it has a use for. */
export interface LedgerOptions extends LmdbLedgerOptions, EventStoreLedgerOptions {}

const LMDB = 'lmdb:';
const EVENT_STORE = /^esdb(\+discover)?:\/\//;

/**
 * Opens the ledger that an address names: `lmdb:<directory>` for one on this machine, or EventStoreDB's own connection
 * string, for example `esdb://127.0.0.1:2113?tls=false`. A connection to a server is made with the first call.
 *
 * @throws RangeError when the address names no ledger, LedgerUnavailable when a directory cannot be opened.
 */
export function openLedger(address: string, options: LedgerOptions = {}): Ledger {
  if (address.startsWith(LMDB) && address.length > LMDB.length)
    return new LmdbLedger(address.slice(LMDB.length), options);
  if (EVENT_STORE.test(address)) return new EventStoreLedger(address, options);
  throw new RangeError(
    `"${withoutCredentials(address)}" names no ledger: use lmdb:<directory> or esdb://<host>:<port>?tls=<true|false>`,
  );
}
