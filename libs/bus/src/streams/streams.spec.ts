import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { startNats, type RunningNats } from '@exchequer/testing';
import type { Bus } from '../bus.js';
import { connectBus } from '../connect-bus.js';
import { NoResponders, StreamsUnavailable } from '../errors.js';
import { RequestClient } from '../request-client.js';
import { consume, retryAfterMs, type ConsumeOptions, type StreamConsumer } from './consume.js';
import { ensureStream } from './ensure-stream.js';
import { publishToStream } from './publish-to-stream.js';
import { DECISIONS, USAGE, type StreamDefinition } from './stream-definition.js';
import type { StreamMessage } from './stream-message.js';

const SMALL: StreamDefinition = { ...USAGE, bytesMax: 1024 * 1024 };

const PATIENCE_MS = 20_000;

/** Looks again and again, for a while. */
async function until(happened: () => Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + PATIENCE_MS;
  while (!(await happened())) {
    if (Date.now() > untilMs) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function latch(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

const textOf = ({ bytes }: StreamMessage): string => Buffer.from(bytes).toString();

describe('streams', () => {
  let server: RunningNats;
  let bus: Bus;
  let requests: RequestClient;
  const running: StreamConsumer[] = [];
  const read = (options: Pick<ConsumeOptions, 'handler'> & Partial<ConsumeOptions>): StreamConsumer => {
    const consumer = consume(bus, {
      stream: USAGE.name,
      durable: 'meter',
      batchMax: 10,
      onFault: () => undefined,
      ...options,
    });
    running.push(consumer);
    return consumer;
  };
  const put = (text: string, messageId?: string) =>
    publishToStream(requests, 'usage-stream.v1.acme', text, messageId === undefined ? {} : { messageId });
  const stored = async (): Promise<number> =>
    (await (await jetstreamManager(bus.nats)).streams.info(USAGE.name)).state.messages;
  const unacknowledged = async (): Promise<number> =>
    (await (await jetstreamManager(bus.nats)).consumers.info(USAGE.name, 'meter')).num_ack_pending;
  const untilStored = (count: number): Promise<void> => until(async () => (await stored()) === count);

  beforeAll(async () => {
    server = await startNats();
    bus = await connectBus({ servers: server.url, name: 'spec' });
    requests = new RequestClient(bus);
    await ensureStream(bus, SMALL);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((consumer) => consumer.drain()));
    const manager = await jetstreamManager(bus.nats);
    await manager.streams.delete(USAGE.name);
    await ensureStream(bus, SMALL);
  });
  afterAll(async () => {
    await bus.close();
    await server.stop();
  });

  it('are made once, and take new bounds later', async () => {
    await ensureStream(bus, SMALL);
    await ensureStream(bus, { ...SMALL, bytesMax: 2 * 1024 * 1024, ageMaxMs: 60 * 60_000 });
    const { config } = await (await jetstreamManager(bus.nats)).streams.info(USAGE.name);
    expect(config).toMatchObject({
      subjects: ['usage-stream.v1.*'],
      max_bytes: 2 * 1024 * 1024,
      max_age: 3_600_000_000_000,
      retention: 'workqueue',
      discard: 'new',
      storage: 'file',
    });
  });

  it('take every shape that this release defines', async () => {
    await ensureStream(bus, DECISIONS);
    await ensureStream(bus, USAGE);
    const { config } = await (await jetstreamManager(bus.nats)).streams.info(DECISIONS.name);
    expect(config).toMatchObject({ discard: 'old', max_bytes: DECISIONS.bytesMax });
  });

  it('say that a server has no JetStream, or no room', async () => {
    await expect(ensureStream(bus, { ...SMALL, name: 'HUGE', bytesMax: 2 ** 62 })).rejects.toThrow(StreamsUnavailable);
    const bare = await startNats({ configuration: 'accounts: { A: { users: [ { user: a, password: a } ] } }' });
    const guest = await connectBus({ servers: bare.url, user: 'a', password: 'a', name: 'spec' });
    await expect(ensureStream(guest, SMALL)).rejects.toThrow(/does not answer as JetStream/);
    await guest.close();
    await bare.stop();
  });

  it('store a message once however often it is sent under its id', async () => {
    expect(await put('a', 'id-1')).toEqual({ stream: 'USAGE', sequence: 1, duplicate: false });
    expect(await put('a', 'id-1')).toEqual({ stream: 'USAGE', sequence: 1, duplicate: true });
    expect(await stored()).toBe(1);
  });

  it('refuse a message when they are full, or take no such subject', async () => {
    const half = 'x'.repeat(400 * 1024);
    await put(half);
    await put(half);
    await expect(put(half)).rejects.toThrow(/maximum bytes exceeded/);
    await expect(publishToStream(requests, 'other.v1.acme', 'a')).rejects.toThrow(NoResponders);
  });

  it('are read in order and in batches, each message until it is acknowledged', async () => {
    const words = Array.from({ length: 25 }, (_, number) => `u-${String(number)}`);
    for (const word of words) await put(word);
    const batches: string[][] = [];
    read({
      handler: (batch) => {
        batches.push(batch.map(textOf));
        return Promise.resolve();
      },
    });
    await untilStored(0);
    expect(batches.flat()).toEqual(words);
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(10);
  });

  it('hand a batch out again when its handler failed, with the count of deliveries', async () => {
    await put('a');
    const faults: unknown[] = [];
    const deliveries: number[] = [];
    read({
      onFault: (fault) => faults.push(fault),
      handler: ([message]) => {
        deliveries.push(message!.deliveries);
        return message!.deliveries === 1 ? Promise.reject(new Error('ledger away')) : Promise.resolve();
      },
    });
    await untilStored(0);
    expect(deliveries).toEqual([1, 2]);
    expect(faults).toEqual([new Error('ledger away')]);
  });

  it('hand a reader no more than one batch before it is acknowledged', async () => {
    for (let number = 0; number < 50; number++) await put(String(number));
    const release = latch();
    const begun = latch();
    read({
      handler: () => {
        begun.open();
        return release.opened;
      },
    });
    await begun.opened;
    await until(async () => (await unacknowledged()) === 10);
    await bus.flush();
    expect(await unacknowledged()).toBe(10);
    release.open();
    await untilStored(0);
  });

  it('let the batch in hand end when the reader is drained, and give back what has come behind it', async () => {
    const begun = latch();
    const release = latch();
    const first: string[] = [];
    const consumer = read({
      handler: async (batch) => {
        first.push(...batch.map(textOf));
        begun.open();
        await release.opened;
      },
    });
    await put('0');
    await begun.opened;
    for (const text of ['1', '2', '3']) await put(text);
    await until(async () => (await unacknowledged()) === 4);
    const drained = consumer.drain();
    release.open();
    await drained;
    const second: string[] = [];
    read({
      handler: (batch) => {
        second.push(...batch.map(textOf));
        return Promise.resolve();
      },
    });
    await untilStored(0);
    expect([first, second.sort()]).toEqual([['0'], ['1', '2', '3']]);
  });

  it('go on after the server was killed and started again, every message handled at least once', async () => {
    const seen = new Set<string>();
    read({
      acknowledgeWithinMs: 1_000,
      handler: (batch) => {
        for (const message of batch) seen.add(textOf(message));
        return Promise.resolve();
      },
    });
    for (let number = 0; number < 20; number++) await put(String(number));
    await server.kill();
    await server.restart();
    for (let number = 20; number < 40; number++)
      await until(() =>
        put(String(number), `n-${String(number)}`).then(
          () => true,
          () => false,
        ),
      );
    await untilStored(0);
    expect(seen.size).toBe(40);
  }, 30_000);
});

describe('the delay before a failed batch comes again', () => {
  it('doubles from a quarter of a second to half a minute', () => {
    expect([1, 2, 3, 7, 8, 9, 1_000].map(retryAfterMs)).toEqual([250, 500, 1_000, 16_000, 30_000, 30_000, 30_000]);
  });
});
