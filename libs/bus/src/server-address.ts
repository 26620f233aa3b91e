import { BusAddressInvalid } from './errors.js';

const PORT = '4222';
const SCHEMES = new Set(['nats:', 'tls:']);

/** Where the servers are, and what the address said about who comes. */
export interface ServerAddress {
  /** `host:port` of each server. */
  readonly hosts: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  readonly encrypted: boolean;
}

/**
 * Reads `nats://user:password@host:port`, `nats://token@host`, `tls://host` or `host:port`; several with commas between
 * them. One set of credentials serves all servers: the first that is given.
 *
 * @throws BusAddressInvalid naming the part by its number, never by its text.
 */
export function parseServerAddress(text: string): ServerAddress {
  const urls = text.split(',').map((part, index) => parsePart(part.trim(), index + 1));
  const [identified] = urls.filter((url) => url.username !== '');
  return {
    hosts: urls.map((url) => `${url.hostname}:${url.port || PORT}`),
    encrypted: urls.some((url) => url.protocol === 'tls:'),
    ...(identified === undefined ? {} : credentialsOf(identified)),
  };
}

function parsePart(part: string, number: number): URL {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(part) ? part : `nats://${part}`;
  if (!URL.canParse(url)) throw new BusAddressInvalid(`is wrong in part ${String(number)}`);
  const parsed = new URL(url);
  if (!SCHEMES.has(parsed.protocol)) throw new BusAddressInvalid(`has ${parsed.protocol}// in part ${String(number)}`);
  if (parsed.hostname === '') throw new BusAddressInvalid(`has no host in part ${String(number)}`);
  return parsed;
}

const credentialsOf = ({ username, password }: URL): Pick<ServerAddress, 'user' | 'password' | 'token'> =>
  password === ''
    ? { token: decodeURIComponent(username) }
    : { user: decodeURIComponent(username), password: decodeURIComponent(password) };
