import type { HttpAddress } from '@exchequer/platform/settings';
import type { NatsAddress } from '../nats/nats-address.js';
import { portFault } from './port-fault.js';
import { StackFault } from './stack.js';

/** What is wrong with a port, as the rest of a sentence that begins with the address. */
const FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program; stop that',
  EACCES: 'needs rights that this user does not have; take a port above 1023',
  EADDRNOTAVAIL: 'is no address of this machine; correct it',
};

/**
 * Makes sure that the stack's ports are free, before anything is started.
 *
 * @throws StackFault `in-use` naming the port, what is wrong with it and what to do.
 */
export async function checkPorts(nats: NatsAddress, http: HttpAddress): Promise<void> {
  await check(nats, 'where NATS is to listen', 'EXCHEQUER_NATS to another port, such as nats://127.0.0.1:4322');
  await check(http, 'where the page is to be', 'EXCHEQUER_HTTP to another port, such as 127.0.0.1:7170');
}

async function check({ host, port }: HttpAddress, what: string, instead: string): Promise<void> {
  const fault = await portFault(host, port);
  if (fault === undefined) return;
  const why = FAULTS[fault] ?? `cannot be listened on (${fault}); correct it`;
  throw new StackFault('in-use', `${host}:${String(port)}, ${what}, ${why}, or set ${instead}.`);
}
