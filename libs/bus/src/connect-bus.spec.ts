import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startNats, type RunningNats } from '@exchequer/testing';
import type { Bus } from './bus.js';
import type { BusEvent } from './bus-event.js';
import { connectBus, reconnectDelay } from './connect-bus.js';
import { BusAccessRefused, BusUnreachable } from './errors.js';

const next = (bus: Bus, type: BusEvent['type']): Promise<BusEvent> =>
  new Promise((resolve) => {
    const stop = bus.listen((event) => {
      if (event.type !== type) return;
      stop();
      resolve(event);
    });
  });

describe('connecting to NATS', () => {
  let server: RunningNats;
  let guarded: RunningNats;
  const open: Bus[] = [];
  const connected = async (...options: Parameters<typeof connectBus>): Promise<Bus> => {
    const bus = await connectBus(...options);
    open.push(bus);
    return bus;
  };

  beforeAll(async () => {
    server = await startNats();
    guarded = await startNats({ configuration: 'authorization { user: ada, password: "s@cret" }' });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((bus) => bus.close()));
  });
  afterAll(async () => {
    await Promise.all([server.stop(), guarded.stop()]);
  });

  it('fails with one sentence that names the address and what to do, and never the password', async () => {
    const connecting = connectBus({ servers: 'nats://ada:hunter2@127.0.0.1:1', name: 'spec', connectWithinMs: 0 });
    const error = await connecting.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BusUnreachable);
    expect(String(error)).toContain('NATS is not reachable at 127.0.0.1:1; start one (npx exchequer up)');
    expect(String(error)).not.toContain('hunter2');
  });

  it('waits for a server that is just starting', async () => {
    await server.kill();
    const connecting = connected({ servers: server.url, name: 'spec', connectWithinMs: 10_000 });
    await server.restart();
    expect((await connecting).connected).toBe(true);
  });

  it('is told apart from credentials that the server refuses', async () => {
    const servers = guarded.url.replace('//', '//ada:wrong@');
    await expect(connectBus({ servers, name: 'spec' })).rejects.toThrow(BusAccessRefused);
  });

  it('takes credentials from the address or from options', async () => {
    const fromAddress = await connected({ servers: guarded.url.replace('//', '//ada:s%40cret@'), name: 'spec' });
    const fromOptions = await connected({ servers: guarded.url, user: 'ada', password: 's@cret', name: 'spec' });
    expect([fromAddress.connected, fromOptions.connected]).toEqual([true, true]);
  });

  it('receives answers on subjects of its own user', async () => {
    const named = await connected({ servers: server.url, name: 'meter 1' });
    const user = await connected({ servers: guarded.url, user: 'ada', password: 's@cret', name: 'spec' });
    expect(named.newInbox()).toMatch(/^_INBOX_meter-1\.\w+$/);
    expect(user.newInbox()).toMatch(/^_INBOX_ada\.\w+$/);
  });

  it('comes back with its subscriptions after the server was killed and started again', async () => {
    const bus = await connected({ servers: server.url, name: 'spec' });
    const other = await connected({ servers: server.url, name: 'other' });
    const heard = new Promise<string>((resolve) => {
      bus.subscribe('spec.again', {}, (message) => {
        resolve(Buffer.from(message.data).toString());
      });
    });
    const lost = Promise.all([next(bus, 'disconnected'), next(other, 'disconnected')]);
    await server.kill();
    await lost;
    expect(bus.connected).toBe(false);
    // Long enough for several attempts to fail.
    await new Promise((resolve) => setTimeout(resolve, 400));
    const back = Promise.all([next(bus, 'reconnected'), next(other, 'reconnected')]);
    await server.restart();
    await back;
    await bus.flush();
    other.publish('spec.again', 'hello');
    expect(await heard).toBe('hello');
  });

  it('handles what has arrived and sends what is left before it closes', async () => {
    const bus = await connected({ servers: server.url, name: 'spec' });
    const other = await connected({ servers: server.url, name: 'other' });
    const received: string[] = [];
    other.subscribe('spec.out', {}, (message) => received.push(Buffer.from(message.data).toString()));
    bus.subscribe('spec.in', {}, (message) => {
      bus.publish('spec.out', message.data);
    });
    await Promise.all([bus.flush(), other.flush()]);
    for (const word of ['one', 'two', 'three']) other.publish('spec.in', word);
    await other.flush();
    await bus.close();
    await other.flush();
    expect(received).toEqual(['one', 'two', 'three']);
    expect(await bus.closed).toBeUndefined();
  });

  it('closes within its bound when the server is gone', async () => {
    const bus = await connected({ servers: server.url, name: 'spec', drainMaxMs: 100 });
    const lost = next(bus, 'disconnected');
    await server.kill();
    await lost;
    await bus.close();
    expect(bus.connected).toBe(false);
    await server.restart();
  });

  it('reports what a handler throws and goes on reading', async () => {
    const bus = await connected({ servers: server.url, name: 'spec' });
    const fault = next(bus, 'fault');
    const second = new Promise<void>((resolve) => {
      bus.subscribe('spec.throw', {}, (message) => {
        if (message.data.byteLength === 0) throw new Error('a handler broke');
        resolve();
      });
    });
    bus.publish('spec.throw', '');
    expect(await fault).toMatchObject({ error: { message: 'a handler broke' } });
    bus.publish('spec.throw', 'more');
    await second;
  });
});

describe('the wait between two attempts to reconnect', () => {
  it('grows from 50 ms to 2 s with the outage, scattered by half', () => {
    let nowMs = 1_000_000;
    const longest = reconnectDelay(
      () => nowMs,
      () => 1,
    );
    const shortest = reconnectDelay(
      () => nowMs,
      () => 0,
    );
    const waits = [0, 400, 800, 3_000, 3_500, 3_900, 3_900, 3_900].map((passedMs) => {
      nowMs += passedMs;
      return [shortest(), longest()];
    });
    expect(waits).toEqual([
      [25, 50],
      [25, 50],
      [75, 150],
      [263, 525],
      [481, 963],
      [725, 1450],
      [969, 1938],
      [1000, 2000],
    ]);
  });

  it('begins anew when the connection stood for a while', () => {
    let nowMs = 0;
    const wait = reconnectDelay(
      () => nowMs,
      () => 1,
    );
    for (nowMs = 10_000; nowMs < 40_000; nowMs += 1_000) wait();
    nowMs += 60_000;
    expect(wait()).toBe(50);
  });
});
