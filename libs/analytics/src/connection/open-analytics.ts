import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { AnalyticsUnavailable } from '../errors.js';
import { parseAnalyticsAddress, type EmbeddedAddress, type ServerAddress } from './address.js';
import type { ClickHouse } from './click-house.js';
import { ClientConnection, CONNECTION_BOUNDS, type ConnectionBounds } from './client-connection.js';

/** An insert or a change of the schema that takes longer may have been done or not. */
const WRITE_WITHIN_MS = 60_000;
/** Beyond the time that ClickHouse itself gives a select, for its answer to arrive. */
const SELECT_GRACE_MS = 5_000;

/** ClickHouse, by one connection that writes and one that reads. */
export interface Analytics {
  readonly database: string;
  /** ClickHouse runs in this process, which no other can write to then. */
  readonly embedded: boolean;
  readonly writer: ClickHouse;
  readonly reader: ClickHouse;
  close(): Promise<void>;
}

export interface AnalyticsOptions {
  readonly bounds?: Partial<ConnectionBounds>;
}

/**
 * Opens the ClickHouse that an address names: `chdb:<directory>` for one in this process, or
 * `http(s)://user:password@host:port/database`. A connection to a server is made with the first call.
 *
 * A process has one embedded directory open at a time, and a directory belongs to one process.
 *
 * @throws AnalyticsAddressInvalid
 * @throws AnalyticsUnavailable when the directory cannot be opened.
 */
export async function openAnalytics(address: string, options: AnalyticsOptions = {}): Promise<Analytics> {
  const parsed = parseAnalyticsAddress(address);
  const bounds = { ...CONNECTION_BOUNDS, ...options.bounds };
  const connect = parsed.kind === 'embedded' ? await embeddedConnections(parsed, bounds) : overHttp(parsed, bounds);
  const writer = connect('write');
  const reader = connect('select');
  return {
    database: parsed.database,
    embedded: parsed.kind === 'embedded',
    writer,
    reader,
    close: async () => {
      await reader.close();
      await writer.close();
    },
  };
}

type ClientBackend = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;
type Connect = (purpose: 'select' | 'write') => ClickHouse;

/** Half a gigabyte of native code, loaded by nobody who does not come here. */
async function embeddedConnections({ directory }: EmbeddedAddress, bounds: ConnectionBounds): Promise<Connect> {
  const { createChdbConnection } = await import('chdb/connection');
  return () => {
    try {
      // The two vendors compile the same contract from a copy each, which the compiler takes for two.
      const connection = createChdbConnection({ path: directory }) as unknown as ClientBackend;
      return new ClientConnection(createClient({ connection, log: QUIET }), bounds);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AnalyticsUnavailable(`the directory ${directory} cannot be opened: ${reason.slice(0, 240)}`, { cause });
    }
  };
}

const overHttp =
  ({ origin, database, username, password }: ServerAddress, bounds: ConnectionBounds): Connect =>
  (purpose) =>
    new ClientConnection(
      createClient({
        url: origin,
        database,
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password }),
        application: 'exchequer',
        request_timeout: purpose === 'select' ? bounds.selectWithinMs + SELECT_GRACE_MS : WRITE_WITHIN_MS,
        max_open_connections: purpose === 'select' ? bounds.selectsMax : 2,
        log: QUIET,
      }),
      bounds,
    );

/** Faults are thrown; the client would print them, statements included. */
const QUIET = { level: ClickHouseLogLevel.OFF };
