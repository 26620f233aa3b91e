import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectExchequer } from '@exchequer/client';
import { settingsFrom, type Settings } from '@exchequer/platform/settings';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { processIdentity } from '../processes/process-identity.js';
import { startDetached } from './start-detached.js';
import { stackStatus } from './stack-status.js';
import { stopStack } from './stop-stack.js';
import { SERVICES, type ProcessName, type StackEvent, type StackStatus } from './stack.js';

const PATIENCE_MS = 120_000;

/** The stack as it is built, with real processes; what dies here is killed, as it would be. */
describe('the stack of one machine', () => {
  let directory: ScratchDirectory;
  let settings: Settings;
  let events: StackEvent[];

  const onProgress = (event: StackEvent): void => void events.push(event);
  const start = (demo: boolean) => startDetached({ settings, demo, onProgress });
  const status = (): Promise<StackStatus> => stackStatus(settings);
  const pidOf = async (name: ProcessName): Promise<number | undefined> =>
    (await status()).processes.find((process) => process.name === name)?.pid;

  beforeAll(async () => {
    directory = await createScratchDirectory();
    const environment = {
      EXCHEQUER_DATA: directory.join('data'),
      EXCHEQUER_NATS: `nats://127.0.0.1:${String(await freePort())}`,
      EXCHEQUER_HTTP: '127.0.0.1:0',
      EXCHEQUER_LOG: 'warn',
    };
    settings = settingsFrom(environment, undefined, directory.path);
    events = [];
  });
  afterAll(async () => {
    await stopStack(settings.data);
    await directory.remove();
  }, PATIENCE_MS);

  it(
    'has every process ready, brings back what dies, and leaves none behind',
    async () => {
      const { addresses } = await start(true);
      const up = await status();
      expect(up.state).toBe('up');
      expect(up.processes.map(({ name, ready }) => [name, ready])).toEqual(
        ['nats', ...SERVICES].map((name) => [name, true]),
      );
      expect((await fetch(`${addresses.http}/healthz`)).status).toBe(200);
      await expect(start(false)).rejects.toMatchObject({ code: 'already-running' });
      const other = { ...settings, data: directory.join('other') };
      await expect(startDetached({ settings: other, demo: false })).rejects.toMatchObject({
        code: 'in-use',
        message: expect.stringMatching(/where NATS is to listen, is in use by another program/),
      });

      for (const name of ['enforcement', 'nats'] as const) {
        const killed = (await pidOf(name)) ?? 0;
        process.kill(killed, 'SIGKILL');
        await until(async () => (await pidOf(name)) !== killed && (await status()).processes.every((it) => it.ready));
      }
      const back = await status();
      expect(back.processes.filter(({ restarts }) => restarts > 0).map(({ name }) => name)).toEqual([
        'nats',
        'enforcement',
      ]);

      const pids = [back.pid, ...back.processes.map(({ pid }) => pid)];
      expect(await stopStack(settings.data)).toMatchObject({ outcome: 'stopped', pid: back.pid });
      expect(pids.filter((pid) => pid === undefined || processIdentity(pid) !== undefined)).toEqual([]);
      expect((await status()).state).toBe('down');
      expect(await stopStack(settings.data)).toEqual({ outcome: 'not-running' });
    },
    PATIENCE_MS,
  );

  it(
    'keeps its data, leaves its account alone, and ends with a runner that is killed',
    async () => {
      events = [];
      await start(true);
      expect(events.filter(({ type }) => type === 'progress' || type === 'note')).toEqual([]);
      const { spent, available } = await poolOf(settings);
      expect(Number(spent)).toBeGreaterThan(1);
      expect(Number(spent) + Number(available)).toBeCloseTo(10_000, 6);

      const { pid = 0, processes } = await status();
      process.kill(pid, 'SIGKILL');
      await until(() => Promise.resolve(processes.every((it) => it.pid === undefined || !processIdentity(it.pid))));
      expect((await status()).state).toBe('down');

      await rm(directory.join('data', 'demo.json'));
      await start(true);
      expect(events.at(-2)).toMatchObject({ text: expect.stringMatching(/^The account demo is there already/) });
      expect(await poolOf(settings)).toEqual({ spent, available });
      await stopStack(settings.data);
    },
    PATIENCE_MS,
  );
});

async function poolOf({ nats }: Settings): Promise<{ spent: string | undefined; available: string | undefined }> {
  const exchequer = await connectExchequer({ servers: nats, account: 'demo' });
  try {
    const [balance] = (await exchequer.balance('org')).balances;
    return { spent: balance?.spent, available: balance?.available };
  } finally {
    await exchequer.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a host and port has such an address.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(50);
}
