import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { checkPorts } from './check-ports.js';

const ANY = { host: '127.0.0.1', port: 0 };

describe('the ports of a stack', () => {
  let server: Server | undefined;

  const taken = async (): Promise<{ host: string; port: number }> => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A server that listens on a host and port has such an address.
    return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  };
  afterEach(() => {
    server?.close();
  });

  it('are fine when they are free', async () => {
    await expect(checkPorts(ANY, ANY)).resolves.toBeUndefined();
  });

  it('are named when another program has them', async () => {
    const address = await taken();
    const where = `127.0.0.1:${String(address.port)}`;
    await expect(checkPorts(address, ANY)).rejects.toMatchObject({
      code: 'in-use',
      message: `${where}, where NATS is to listen, is in use by another program; stop that, or set EXCHEQUER_NATS to another port, such as nats://127.0.0.1:4322.`,
    });
    await expect(checkPorts(ANY, address)).rejects.toMatchObject({
      message: `${where}, where the page is to be, is in use by another program; stop that, or set EXCHEQUER_HTTP to another port, such as 127.0.0.1:7170.`,
    });
  });

  it('must be of this machine', async () => {
    await expect(checkPorts(ANY, { host: '192.0.2.1', port: 7070 })).rejects.toThrow(/is no address of this machine/);
  });
});
