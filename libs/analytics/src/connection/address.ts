import { AnalyticsAddressInvalid } from '../errors.js';

/** ClickHouse inside this process, with its data in a directory. */
export interface EmbeddedAddress {
  readonly kind: 'embedded';
  readonly directory: string;
  readonly database: string;
}

/** A ClickHouse server. */
export interface ServerAddress {
  readonly kind: 'server';
  /** Scheme, host and port. */
  readonly origin: string;
  readonly database: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

export type AnalyticsAddress = EmbeddedAddress | ServerAddress;

const EMBEDDED = 'chdb:';
const DEFAULT_DATABASE = 'exchequer';
/** It becomes part of statements, so it is a plain name. */
const DATABASE = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/**
 * Reads `chdb:<directory>` or `http(s)://user:password@host:port/database`. Without a database it is `exchequer`.
 *
 * @throws AnalyticsAddressInvalid
 */
export function parseAnalyticsAddress(text: string): AnalyticsAddress {
  if (text.startsWith(EMBEDDED)) {
    const directory = text.slice(EMBEDDED.length);
    if (directory === '') throw new AnalyticsAddressInvalid('names no directory');
    return { kind: 'embedded', directory, database: DEFAULT_DATABASE };
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new AnalyticsAddressInvalid('is of no known kind');
  if (url.search !== '' || url.hash !== '')
    throw new AnalyticsAddressInvalid('has more than a database behind its port');
  const database = url.pathname.replace(/^\//, '') || DEFAULT_DATABASE;
  if (!DATABASE.test(database)) throw new AnalyticsAddressInvalid('names no database');
  return {
    kind: 'server',
    origin: url.origin,
    database,
    username: url.username === '' ? undefined : decodeURIComponent(url.username),
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
  };
}
