import { once } from 'node:events';
import { createServer } from 'node:net';
import { systemCode } from '../processes/system-code.js';

/** Why a port cannot be listened on, as the system's code (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`), or undefined. */
export async function portFault(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host: host.replace(/^\[|\]$/g, ''), port, exclusive: true });
    await once(server, 'listening');
    return undefined;
  } catch (fault) {
    return systemCode(fault) ?? String(fault);
  } finally {
    server.close();
  }
}
