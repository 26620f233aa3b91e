import { readFile } from 'node:fs/promises';
import {
  AuthorizationError,
  connect,
  credsAuthenticator,
  type ConnectionOptions,
  type NatsConnection,
} from '@nats-io/transport-node';
import { Bus } from './bus.js';
import { BusAccessRefused, BusUnreachable } from './errors.js';
import { parseServerAddress, type ServerAddress } from './server-address.js';

/** How long the first connection is tried for when the caller does not say. */
const CONNECT_WITHIN_MS = 2_000;
const CONNECT_RETRY_MS = 50;
/** The most that one attempt takes, and the most that closing waits for what is under way. */
const DIAL_MAX_MS = 5_000;
const DRAIN_MAX_MS = 5_000;
/** A server that answers no ping for two of these is given up and another connection is made. */
const PING_EVERY_MS = 5_000;
const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 2_000;

export interface BusOptions {
  /** As {@link parseServerAddress} takes it. */
  readonly servers: string;
  /** Who connects, as the server's own monitoring shows it. */
  readonly name: string;
  /** Instead of those in the address. */
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** A file with a JWT and its seed, as `nsc` writes it. */
  readonly credentialsFile?: string;
  /** A file with the certificate authority of the server; encrypts the connection. */
  readonly certificateAuthorityFile?: string;
  /**
   * Answers come to subjects that begin with this. A user of its own should have a prefix of its own, or one user can
   * read what another is told. The default is made of the user's name, else of `name`.
   */
  readonly inboxPrefix?: string;
  /** How long to try before it fails; 0 tries once. */
  readonly connectWithinMs?: number;
  /** The most that `close` waits for what is under way. */
  readonly drainMaxMs?: number;
}

/**
 * Connects to NATS. Once it stands, the connection is restored for ever, at growing and scattered intervals.
 *
 * @throws BusAddressInvalid, BusUnreachable, BusAccessRefused
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const address = parseServerAddress(options.servers);
  const credentials = await credentialsOf(options, address);
  const inboxPrefix = options.inboxPrefix ?? `_INBOX_${inboxName(credentials.user ?? options.name)}`;
  const nats = await dial(
    {
      ...credentials,
      ...encryption(options, address),
      servers: [...address.hosts],
      name: options.name,
      inboxPrefix,
      noAsyncTraces: true,
      ignoreAuthErrorAbort: true,
      maxReconnectAttempts: -1,
      reconnectDelayHandler: reconnectDelay(),
      pingInterval: PING_EVERY_MS,
      timeout: DIAL_MAX_MS,
    },
    address.hosts.join(', '),
    Date.now() + (options.connectWithinMs ?? CONNECT_WITHIN_MS),
  );
  return new Bus(nats, options.name, inboxPrefix, options.drainMaxMs ?? DRAIN_MAX_MS);
}

async function dial(options: ConnectionOptions, address: string, untilMs: number): Promise<NatsConnection> {
  for (;;) {
    try {
      return await connect(options);
    } catch (cause) {
      if (cause instanceof AuthorizationError) throw new BusAccessRefused(address, { cause });
      if (Date.now() >= untilMs) throw new BusUnreachable(address, { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, CONNECT_RETRY_MS));
  }
}

async function credentialsOf(
  options: BusOptions,
  address: ServerAddress,
): Promise<Pick<ConnectionOptions, 'user' | 'pass' | 'token' | 'authenticator'>> {
  if (options.credentialsFile !== undefined)
    return { authenticator: credsAuthenticator(await readFile(options.credentialsFile)) };
  const token = options.token ?? address.token;
  if (token !== undefined) return { token };
  const user = options.user ?? address.user;
  const pass = options.password ?? address.password;
  return { ...(user === undefined ? {} : { user }), ...(pass === undefined ? {} : { pass }) };
}

function encryption(options: BusOptions, address: ServerAddress): Pick<ConnectionOptions, 'tls'> {
  if (options.certificateAuthorityFile !== undefined) return { tls: { caFile: options.certificateAuthorityFile } };
  return address.encrypted ? { tls: {} } : {};
}

const inboxName = (name: string): string => name.replace(/[^A-Za-z0-9_-]/g, '-');

/**
 * The wait between two attempts: an eighth of the time since the first of the series, so that a short outage is over
 * soon and a long one costs little, and scattered by half, so that many clients do not come at once.
 */
export function reconnectDelay(now: () => number = Date.now, chance: () => number = Math.random): () => number {
  let seriesSinceMs = 0;
  let lastMs = 0;
  return () => {
    const nowMs = now();
    if (nowMs - lastMs > 2 * RECONNECT_MAX_MS) seriesSinceMs = nowMs;
    lastMs = nowMs;
    const waitMs = Math.min(RECONNECT_MAX_MS, Math.max(RECONNECT_MIN_MS, (nowMs - seriesSinceMs) / 8));
    return Math.round(waitMs * (0.5 + chance() / 2));
  };
}
