import { createServer } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectBus, gather, RequestClient } from '@exchequer/bus';
import { healthReply, metricsReply } from '@exchequer/contracts';
import { createScratchDirectory, startNats, type RunningNats, type ScratchDirectory } from '@exchequer/testing';
import { launchGreeter, type Greeter } from '../spec/launch.js';

const PATIENCE_MS = 30_000;

describe('a service as a process', () => {
  let nats: RunningNats;
  let directory: ScratchDirectory;
  let bus: Awaited<ReturnType<typeof connectBus>>;
  let requests: RequestClient;
  const launched: Greeter[] = [];
  const launch = (environment: Record<string, string> = {}, ...wishes: string[]): Greeter => {
    const greeter = launchGreeter(directory.path, { EXCHEQUER_NATS: nats.url, ...environment }, ...wishes);
    launched.push(greeter);
    return greeter;
  };
  const ask = async (subject: string, body = '{}'): Promise<unknown> => (await requests.request(subject, body)).json();

  beforeAll(async () => {
    [nats, directory] = await Promise.all([startNats(), createScratchDirectory()]);
    bus = await connectBus({ servers: nats.url, name: 'spec' });
    requests = new RequestClient(bus);
  });
  afterEach(async () => {
    for (const { process } of launched) process.kill('SIGKILL');
    await Promise.all(launched.splice(0).map(({ ended }) => ended));
  });
  afterAll(async () => {
    await bus.close();
    await Promise.all([nats.stop(), directory.remove()]);
  });

  it(
    'says when it is ready, answers, and tells what it is and how it does',
    async () => {
      const greeter = launch();
      const { service, instance, afterMs, http } = await greeter.ready;
      expect([service, http]).toEqual(['greeter', null]);
      expect(afterMs).toBeGreaterThan(0);
      expect(await ask('greetings.v1.greet.acme', '{"name":"Ada"}')).toEqual({ greeting: 'Hello, Ada of acme.' });

      const [info] = await gather(bus, '$SRV.INFO.greeter', '', { repliesMax: 1 });
      expect(info!.json()).toMatchObject({ id: instance, version: '1.2.3', description: 'Greets.' });

      const health = healthReply.parse(await ask('health.v1.greeter'));
      expect(health).toEqual({
        service: 'greeter',
        instance,
        version: '1.2.3',
        live: true,
        ready: true,
        checks: [{ name: 'nats', ok: true }],
      });
      expect(await ask(`health.v1.greeter.${instance}`)).toEqual(health);

      const metrics = metricsReply.parse(await ask('metrics.v1.greeter'));
      expect(metrics.counters).toEqual({ greetings_total: 1 });
      expect(metrics.endpoints.find(({ name }) => name === 'greetings-v1-greet')).toMatchObject({ requests: 1 });
    },
    PATIENCE_MS,
  );

  it(
    'ends what it has begun when it is told to stop, then its parts, and then itself with 0',
    async () => {
      const greeter = launch();
      await greeter.ready;
      const waiting = greeter.says('waiting');
      const asked = ask('greetings.v1.wait.acme');
      await waiting;
      greeter.process.kill('SIGTERM');
      expect(await asked).toBe('waited');
      expect(await greeter.ended).toBe(0);
      const log = greeter.log();
      expect(log.map(({ msg }) => msg)).toEqual(['ready', 'stopping', 'greetings end', 'stopped']);
      expect(log.find(({ msg }) => msg === 'stopping')).toMatchObject({ level: 'info', reason: 'SIGTERM' });
      await expect(ask('greetings.v1.greet.acme')).rejects.toThrow(/Nobody answers/);
    },
    PATIENCE_MS,
  );

  it(
    'ends at once at a second signal',
    async () => {
      const greeter = launch();
      await greeter.ready;
      const waiting = greeter.says('waiting');
      const asked = requests
        .request('greetings.v1.never.acme', '{}', { timeoutMs: 500 })
        .catch((fault: unknown) => fault);
      await waiting;
      greeter.process.kill('SIGINT');
      while (!greeter.log().some(({ msg }) => msg === 'stopping'))
        await new Promise((resolve) => setTimeout(resolve, 5));
      greeter.process.kill('SIGTERM');
      expect(await greeter.ended).toBe(143);
      expect(await asked).toMatchObject({ outcome: 'unknown' });
    },
    PATIENCE_MS,
  );

  it(
    'stops when the process that started it is gone',
    async () => {
      const greeter = launch();
      await greeter.ready;
      greeter.process.disconnect();
      expect(await greeter.ended).toBe(0);
      expect(greeter.log().find(({ msg }) => msg === 'stopping')).toMatchObject({ reason: 'parent-gone' });
    },
    PATIENCE_MS,
  );

  it(
    'ends with 1 and a last line in the log when a fault is handled by nothing',
    async () => {
      const greeter = launch();
      await greeter.ready;
      await ask('greetings.v1.crash.acme');
      expect(await greeter.ended).toBe(1);
      const last = greeter.log().at(-1);
      expect(last).toMatchObject({ level: 'fatal', err: { message: 'a bug with nats://***@host' } });
    },
    PATIENCE_MS,
  );

  it(
    'answers HTTP beside NATS, and names an address that is in use',
    async () => {
      const greeter = launch({ EXCHEQUER_HTTP: '127.0.0.1:0' }, 'http');
      const { http } = await greeter.ready;
      const response = await fetch(`http://${String(http)}/greeting`);
      expect(await response.json()).toEqual({ greeting: 'Hello, HTTP.' });
      expect(await ask('greetings.v1.greet.acme', '{"name":"Ada"}')).toEqual({ greeting: 'Hello, Ada of acme.' });

      const second = launch({ EXCHEQUER_HTTP: String(http) }, 'http');
      expect(await second.ended).toBe(3);
      expect(second.complaint()).toBe(
        `greeter: HTTP address ${String(http)} is in use; end what uses it, or set EXCHEQUER_HTTP to another.\n`,
      );
      greeter.process.kill('SIGTERM');
      expect(await greeter.ended).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'ends with 3 and one sentence when NATS, or what it needs, is not there',
    async () => {
      const closed = await unusedPort();
      const lonely = launch({ EXCHEQUER_NATS: `nats://ada:hunter2@127.0.0.1:${String(closed)}` });
      const poor = launch({}, 'no-store');
      expect([await lonely.ended, await poor.ended]).toEqual([3, 3]);
      expect(lonely.complaint()).toBe(
        `greeter: NATS is not reachable at 127.0.0.1:${String(closed)}; start one (npx exchequer up), or set EXCHEQUER_NATS to where one runs.\n`,
      );
      expect(poor.complaint()).toBe('greeter: The store is away; start it.\n');
    },
    PATIENCE_MS,
  );

  it(
    'ends with 2 and a line for each setting that is wrong',
    async () => {
      await writeFile(directory.join('exchequer.yaml'), 'colour: red\n');
      const greeter = launch({ EXCHEQUER_HTTP: 'x' });
      expect(await greeter.ended).toBe(2);
      await writeFile(directory.join('exchequer.yaml'), '');
      expect(greeter.complaint()).toBe(
        "greeter: exchequer.yaml:1:1 has no setting's name; there are data, nats, ledger, clickhouse, http, log.\n" +
          'EXCHEQUER_HTTP takes a host and a port, such as 127.0.0.1:7070.\n',
      );
    },
    PATIENCE_MS,
  );

  it(
    'ends with 1 and the stack in the log when its own parts are broken',
    async () => {
      const greeter = launch({}, 'broken');
      expect(await greeter.ended).toBe(1);
      expect(greeter.complaint()).toBe('greeter: store is undefined\n');
      expect(greeter.log().at(-1)).toMatchObject({
        level: 'fatal',
        err: { stack: expect.stringContaining('greeter.ts') },
      });
    },
    PATIENCE_MS,
  );
});

const unusedPort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
