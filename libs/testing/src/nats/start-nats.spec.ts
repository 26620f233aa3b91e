import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { withScratchDirectory } from '../scratch-directory.js';
import { findNatsServer } from './find-nats-server.js';
import { startNats } from './start-nats.js';

async function greeting(port: number): Promise<Record<string, unknown>> {
  const socket = connect(port, '127.0.0.1');
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return JSON.parse(bytes.toString().split('\r\n')[0]!.slice('INFO '.length)) as Record<string, unknown>;
}

const refuses = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(true));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
};

describe('starting NATS for a test', () => {
  it('gives a server with JetStream on the loopback interface', async () => {
    const nats = await startNats();
    expect(nats.url).toBe(`nats://127.0.0.1:${nats.port}`);
    expect(await greeting(nats.port)).toMatchObject({ jetstream: true });
    await nats.stop();
    expect(await refuses(nats.port)).toBe(true);
    expect(nats.pid).toBeUndefined();
  });

  it('takes further lines of configuration', async () => {
    const nats = await startNats({ configuration: 'authorization { token: "secret" }' });
    expect(await greeting(nats.port)).toMatchObject({ auth_required: true });
    await nats.stop();
  });

  it('comes back on the same port after a crash', async () => {
    const nats = await startNats();
    await nats.kill();
    expect(await refuses(nats.port)).toBe(true);
    await nats.restart();
    expect(await greeting(nats.port)).toMatchObject({ jetstream: true });
    await nats.stop();
  });

  it('says what the server said when it does not start', async () => {
    await expect(startNats({ configuration: 'no_such_setting: {' })).rejects.toThrow(
      /did not start: it ended with status 1/,
    );
  });
});

describe('finding the NATS server', () => {
  it('says what to install when there is none', () =>
    withScratchDirectory((directory) => {
      expect(() => findNatsServer('', directory.path)).toThrow(/install it/);
      return Promise.resolve();
    }));

  it('takes the one under .exchequer of a directory above', () =>
    withScratchDirectory(async (directory) => {
      const program = directory.join('.exchequer', 'bin', 'nats-server');
      await mkdir(directory.join('.exchequer', 'bin'), { recursive: true });
      await mkdir(directory.join('libs', 'bus'), { recursive: true });
      await writeFile(program, '');
      await chmod(program, 0o755);
      expect(findNatsServer('', directory.join('libs', 'bus'))).toBe(program);
    }));
});
