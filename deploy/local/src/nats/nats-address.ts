import { BusAddressInvalid, parseServerAddress } from '@exchequer/bus';
import { StackFault } from '../stack/stack.js';

/** Where the local stack's NATS server listens, and whom it lets in. */
export interface NatsAddress {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Reads the setting `nats` as the address of a server to start here.
 *
 * @throws StackFault `not-ours` when it is not one address of this machine's loopback, or asks for encryption.
 */
export function localNatsAddress(text: string): NatsAddress {
  try {
    const { hosts, encrypted, ...credentials } = parseServerAddress(text);
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(hosts[0] ?? '') ?? [];
    if (hosts.length === 1 && !encrypted && LOOPBACK.test(host)) return { host, port: Number(port), ...credentials };
  } catch (fault) {
    if (!(fault instanceof BusAddressInvalid)) throw fault;
  }
  throw new StackFault(
    'not-ours',
    'EXCHEQUER_NATS is no address at which the local stack can start its server; give one of this machine, such as nats://127.0.0.1:4222.',
  );
}
