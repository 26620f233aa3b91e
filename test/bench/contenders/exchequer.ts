import { mkdir } from 'node:fs/promises';
import { connectBus, RequestClient } from '@exchequer/bus';
import { connectExchequer, type Exchequer } from '@exchequer/client';
import { SUBJECTS } from '@exchequer/contracts';
import { startNats } from '@exchequer/testing';
import { startService, type ServiceName } from '../../processes/start-service.js';

export const ACCOUNT = 'bench';
export const PAYER = 'user/ada';
/** What each call is held for, in whole units. */
export const COST = '0.00048';
export const MODEL = 'bench-model';

const DAILY = { kind: 'calendar', unit: 'day', zone: 'UTC', anchor: '2026-01-01T00:00' } as const;
const limit = { name: 'daily', amount: '100000000', currency: 'usd', window: DAILY };

/** A chain of four nodes with a limit on each and lots on two. */
const NODES = [
  { id: 'org', limits: [limit] },
  { id: 'team/research', parent: 'org', pooling: 'own-then-parent' as const, limits: [limit] },
  { id: 'project/chat', parent: 'team/research', pooling: 'parent' as const, limits: [limit] },
  { id: PAYER, parent: 'project/chat', pooling: 'parent' as const, limits: [limit] },
];

/** Prices of one model at which 1,000 tokens in and 500 out cost {@link COST}. */
const CARD = {
  name: 'bench',
  currency: 'usd',
  models: {
    [MODEL]: {
      prices: [
        { meter: 'input_tokens', price: '0.00000018' },
        { meter: 'output_tokens', price: '0.0000006' },
      ],
    },
  },
};

export interface Bench {
  readonly nats: string;
  readonly client: Exchequer;
  stop(): Promise<void>;
}

/** NATS, the services that are needed, and an account with funds. */
export async function startExchequer(directory: string, services: readonly ServiceName[]): Promise<Bench> {
  await mkdir(directory, { recursive: true });
  const nats = await startNats({ configuration: 'max_payload: 4MB' });
  const settings = { EXCHEQUER_DATA: directory, EXCHEQUER_NATS: nats.url, EXCHEQUER_LOG: 'warn' };
  const processes = await Promise.all(services.map((name) => startService(name, settings)));
  const client = await connectExchequer({ servers: nats.url, account: ACCOUNT, actor: 'bench' });
  await client.configure({ currencies: { usd: { display: 2 } }, nodes: [...NODES] });
  if (services.includes('meter')) await client.call(SUBJECTS.catalogue('publish'), { id: 'bench-prices', card: CARD });
  for (const node of ['team/research', 'org'])
    await client.call(SUBJECTS.owner('grant', ACCOUNT), {
      id: `grant-${node}`,
      node,
      amount: '100000000',
      currency: 'usd',
    });
  return {
    nats: nats.url,
    client,
    stop: async () => {
      await client.close();
      for (const one of processes) await one.stop();
      await nats.stop();
    },
  };
}

/** Requests one by one, each a message of its own. */
export async function connectRequests(
  servers: string,
): Promise<{ requests: RequestClient; close: () => Promise<void> }> {
  const bus = await connectBus({ servers, name: 'bench' });
  const requests = new RequestClient(bus);
  return {
    requests,
    close: async () => {
      requests.close();
      await bus.close();
    },
  };
}
