import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectBus, consume, publishToStream, RequestClient, type Bus } from '@exchequer/bus';
import { connectExchequer, type Exchequer } from '@exchequer/client';
import { SUBJECTS, USAGE_PARKED_STREAM } from '@exchequer/contracts';
import { openAccount } from '../processes/open-account.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 120_000;
/** The server hands out again after 30 s what a dead meter had in its hands. */
const COMES_WITHIN_MS = 60_000;
/** 1,000 × 0.00000015 + 100 × 0.0000006 = 0.00021 usd an event. */
const METERS = { input_tokens: 1_000, output_tokens: 100 };

interface Parked {
  readonly event?: { readonly id?: string } | string;
  readonly eventBegins?: string;
  readonly error: { readonly code: string; readonly message: string };
}

describe('usage that is handed in without waiting', () => {
  let stack: Stack;
  let bus: Bus;
  let requests: RequestClient;
  let client: Exchequer;
  const parked: Parked[] = [];

  beforeAll(async () => {
    stack = await startStack(['enforcement', 'meter', 'allocation']);
    await openAccount(stack);
    bus = await connectBus({ servers: stack.nats, name: 'spec' });
    requests = new RequestClient(bus);
    client = await connectExchequer({ servers: stack.nats, account: 'demo' });
    consume(bus, {
      stream: USAGE_PARKED_STREAM,
      durable: 'spec',
      batchMax: 100,
      handler: (messages) => {
        for (const { bytes } of messages) parked.push(JSON.parse(Buffer.from(bytes).toString()) as Parked);
        return Promise.resolve();
      },
      onFault: (fault) => {
        throw fault;
      },
    });
  }, START_MS);
  afterAll(async () => {
    await client.close();
    requests.close();
    await bus.close();
    await stack.stop();
  }, START_MS);

  const event = (id: string, data: object = {}) => ({
    specversion: '1.0',
    type: 'exchequer.usage.v1',
    source: 'agent-7',
    id,
    data: { payer: 'project/chat', model: 'gpt-4o-mini', meters: METERS, ...data },
  });
  const publish = (body: unknown) =>
    publishToStream(requests, SUBJECTS.usageStream('demo'), typeof body === 'string' ? body : JSON.stringify(body));
  const spent = async (): Promise<string | undefined> => (await client.balance('org')).balances[0]?.spent;
  async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
    const beganAt = Date.now();
    while (!(await isSo())) {
      if (Date.now() - beganAt > COMES_WITHIN_MS)
        throw new Error(`never so: ${await spent()} ${JSON.stringify(parked)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const untilSpent = (usd: string): Promise<void> => until(async () => (await spent()) === usd);
  const untilParked = (count: number): Promise<void> => until(() => parked.length >= count);

  it(
    'is settled once, though it is published twice, alone or among others',
    async () => {
      const first = event('one');
      await publish(first);
      await publish(first);
      await publish({ items: [first, event('two')] });
      await publish([event('three'), event('two')]);
      await publish(event('last'));
      await untilSpent('0.00084');
      expect(parked).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'is parked with the reason when it is broken, and the others are settled',
    async () => {
      await publish({
        items: [event('four'), event('odd', { colour: 1 }), event('one', { meters: { input_tokens: 7 } })],
      });
      await publish('{"id":');
      await publish(event('nobody', { payer: 'user/zoe' }));
      await publish(event('five'));
      await untilSpent('0.00126');
      await untilParked(4);
      const told = parked.map(({ event: kept, error }) => [typeof kept === 'string' ? kept : kept?.id, error.code]);
      expect(told).toEqual(
        expect.arrayContaining([
          ['odd', 'Malformed'],
          ['one', 'IdempotencyConflict'],
          ['{"id":', 'Malformed'],
          ['nobody', 'UnknownNode'],
        ]),
      );
      expect(told).toHaveLength(4);
      for (const { error } of parked) expect(error.message).toMatch(/.{10,}\.$/);
    },
    PATIENCE_MS,
  );

  it(
    'is parked, too, when it is too large or too deep to be kept whole: nothing behind it waits',
    async () => {
      parked.length = 0;
      const quotes = '"'.repeat(3_000_000);
      await publish(quotes);
      await publish(`{"id":"deep","data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
      await publish(event('six'));
      await untilSpent('0.00147');
      await untilParked(2);
      expect(parked.map(({ error }) => error.code)).toEqual(['Malformed', 'Malformed']);
      expect(quotes.startsWith(parked.find(({ eventBegins }) => eventBegins)?.eventBegins ?? 'x')).toBe(true);
    },
    PATIENCE_MS,
  );

  it(
    'is settled whole and once when the meter is killed in the middle',
    async () => {
      parked.length = 0;
      const events = Array.from({ length: 3_000 }, (_, index) => event(`many-${String(index)}`));
      const published = Promise.all(events.map(publish));
      await until(async () => (await spent()) !== '0.00147');
      await stack.service('meter').kill();
      const atDeath = Number(await spent());
      await published;
      await stack.restart('meter');
      // 7 events before, 3,000 now.
      await untilSpent('0.63147');
      expect(atDeath).toBeLessThan(0.63147);
      expect(parked).toEqual([]);
    },
    PATIENCE_MS,
  );
});
