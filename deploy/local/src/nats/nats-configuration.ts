import type { NatsAddress } from './nats-address.js';

/** Four times the most that a message of ours may have, so that too large a one is answered and not cut off. */
const PAYLOAD_BYTES_MAX = 4 * 1024 * 1024;

/** `nats-server: v2.9.10` as numbers; undefined when it cannot be read. */
export function parseVersion(text: string): readonly [major: number, minor: number] | undefined {
  const [, major, minor] = /v(\d+)\.(\d+)\./.exec(text) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

/**
 * The configuration of the local server: on the loopback, with JetStream under `storeDirectory`, without monitoring.
 *
 * From version 2.10 on JetStream can put every message on the disk before it acknowledges it; before, it cannot.
 */
export function natsConfiguration(
  { host, port, user, password, token }: NatsAddress,
  storeDirectory: string,
  version: ReturnType<typeof parseVersion>,
): string {
  const [major, minor] = version ?? [0, 0];
  const syncs = major > 2 || (major === 2 && minor >= 10);
  return [
    `listen: ${text(`${host}:${String(port)}`)}`,
    'server_name: "exchequer-local"',
    `max_payload: ${String(PAYLOAD_BYTES_MAX)}`,
    `jetstream { store_dir: ${text(storeDirectory)}${syncs ? ', sync_interval: always' : ''} }`,
    ...(token === undefined ? [] : [`authorization { token: ${text(token)} }`]),
    ...(user === undefined ? [] : [`authorization { user: ${text(user)}, password: ${text(password ?? '')} }`]),
    '',
  ].join('\n');
}

const text = (value: string): string => JSON.stringify(value);
