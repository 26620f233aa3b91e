import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectExchequer, type Exchequer } from '@exchequer/client';
import type { AuthorizationReply } from '@exchequer/contracts';
import { openLedger } from '@exchequer/ledger';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 60_000;
const CONNECTIONS = 8;
const CALLS = 1_000;

describe('one pool, many callers', () => {
  let stack: Stack;
  let callers: readonly Exchequer[];
  const retried = new Set<unknown>();

  beforeAll(async () => {
    stack = await startStack(['enforcement', 'allocation']);
    const options = { servers: stack.nats, onRetry: (body: object) => void retried.add((body as { id?: unknown }).id) };
    callers = await Promise.all(
      Array.from({ length: CONNECTIONS }, (_, index) =>
        connectExchequer({ ...options, account: 'acme', actor: `caller-${String(index)}` }),
      ),
    );
    await first().configure({
      id: 'open',
      currencies: { usd: { display: 2 } },
      nodes: [{ id: 'org' }, { id: 'team/a', parent: 'org' }],
    });
    await first().grant({ id: 'grant', node: 'org', amount: '400', currency: 'usd' });
  }, START_MS);
  afterAll(async () => {
    for (const caller of callers) await caller.close();
    await stack.stop();
  }, START_MS);

  const first = (): Exchequer => callers[0]!;
  const askOnce = (caller: number, id: string) =>
    callers[caller]!.authorize({ id, payer: 'team/a', amounts: { usd: '1' }, holdFor: 'PT1H' });
  const countOf = (replies: readonly { decision: string }[], decision: string): number =>
    replies.filter((reply) => reply.decision === decision).length;

  it(
    'covers exactly 400 of 1,000 calls that eight connections make at once',
    async () => {
      const replies = await Promise.all(
        Array.from({ length: CALLS }, (_, index) => askOnce(index % CONNECTIONS, `call-${String(index)}`)),
      );
      expect([countOf(replies, 'allowed'), countOf(replies, 'denied')]).toEqual([400, 600]);
      expect(new Set(replies.flatMap(({ hold }) => hold?.id ?? [])).size).toBe(400);
      expect((await first().balance('org')).balances[0]).toMatchObject({ available: '0', held: '400' });
    },
    PATIENCE_MS,
  );

  it(
    'covers exactly 400 more when two processes both take themselves for its owner: every answer is in the ledger',
    async () => {
      await stack.another('enforcement');
      await first().grant({ id: 'grant-2', node: 'org', amount: '400', currency: 'usd' });
      retried.clear();
      const replies: AuthorizationReply[] = [];
      // One after the other on each connection: many small messages, of which either process gets some.
      const callAll = async (caller: number): Promise<void> => {
        for (let index = caller; index < CALLS; index += CONNECTIONS)
          replies[index] = await askOnce(caller, `clash-${String(index)}`);
      };
      await Promise.all(callers.map((_, caller) => callAll(caller)));
      expect([countOf(replies, 'allowed'), countOf(replies, 'denied')]).toEqual([400, 600]);
      // Without a clash this shows nothing: some calls must have been turned away by the loser and made again.
      expect(retried.size).toBeGreaterThan(0);

      const ledger = openLedger(`lmdb:${stack.data}/ledger`);
      const holds = new Map<string, string>();
      for await (const { bytes } of ledger.read('account-acme', 0)) {
        const { commands } = JSON.parse(Buffer.from(bytes).toString()) as {
          commands: { id: string; facts: { type: string; hold?: string }[] }[];
        };
        for (const { id, facts } of commands)
          for (const { type, hold } of facts)
            if (type === 'HoldPlaced' && id.startsWith('clash-')) {
              expect(holds.has(id)).toBe(false);
              holds.set(id, hold ?? '');
            }
      }
      await ledger.close();
      expect(holds.size).toBe(400);
      for (const [index, { hold }] of replies.entries()) expect(hold?.id).toBe(holds.get(`clash-${String(index)}`));
    },
    PATIENCE_MS,
  );
});
