import { describe, expect, it, jest } from '@jest/globals';
import { AnalyticsUnavailable } from '../errors.js';
import { decisions, type DecisionsQuestion } from '../queries/decisions.js';
import { authorize, Bookkeeper, grant, open, START } from '../spec/bookkeeper.js';
import { breaking } from '../spec/breaking-analytics.js';
import { namesOf, project, withWorld, type World } from '../spec/projected.js';
import type { Refusal } from './refusal-row.js';
import { storeRefusals } from './store-refusals.js';

jest.setTimeout(60_000);

const BINDING = {
  kind: 'limit',
  node: 'user/ada',
  limit: 'daily',
  currency: 'usd',
  remaining: '0.1',
  resetsAt: '2026-11-22T00:00:00.000Z',
};

const refusal = (decisionId: string, more: Partial<Refusal> = {}): Refusal => ({
  account: 'acme',
  decisionId,
  decidedAt: START + 5_000,
  decision: 'denied',
  code: 'LimitReached',
  message: 'The limit daily of user/ada has 0.1 usd left and 0.2 was asked.',
  payer: 'user/ada',
  nodes: ['key/k-7'],
  model: 'gpt-4o',
  tags: { team: 'a' },
  amounts: { usd: 200_000_000n },
  binding: BINDING,
  request: { id: 'r-1', amounts: { usd: '0.2' } },
  lines: [[null, 'usd', '200000000']],
  context: { beyond: [['user/ada', 'requests/minute', null]] },
  position: 'account-acme@1.0',
  standsFor: 1,
  ...more,
});

const withTables = (
  use: (world: World, ask: (more?: Partial<DecisionsQuestion>) => ReturnType<typeof decisions>) => Promise<void>,
) =>
  withWorld(async (world) => {
    const books = new Bookkeeper(world.ledger);
    await books.write(START, [open(), grant('org', 100n)]);
    await books.write(START + 1_000, [authorize(40n)]);
    await books.write(START + 9_000, [{ ...authorize(2_000_000n), accept: 'partial' }]);
    await project(world);
    const none = { decisionId: undefined, requestId: undefined, decision: undefined, payer: undefined };
    const all = { account: 'acme', ...none, limit: 10 };
    await use(world, (more) => decisions(world.analytics, { ...all, ...more }, namesOf(world)));
  });

describe('decisions', () => {
  it('are refusals and approvals together, newest first, with their explanation', () =>
    withTables(async (world, ask) => {
      expect(await storeRefusals(world.analytics, namesOf(world), [refusal('d-1')])).toBe(1);
      const { decisions: rows, counts, refusals } = await ask();
      expect(rows.map(({ decision }) => decision)).toEqual(['partial', 'denied', 'allowed']);
      expect(rows[0]).toMatchObject({
        payer: 'project/chat',
        binding: { kind: 'funds', remaining: expect.any(String) },
        request: null,
        position: 'account-acme@2.0',
      });
      expect(rows[1]).toEqual({
        decisionId: 'd-1',
        decidedAt: '2026-11-21T10:00:05.000Z',
        decision: 'denied',
        code: 'LimitReached',
        message: 'The limit daily of user/ada has 0.1 usd left and 0.2 was asked.',
        payer: 'user/ada',
        nodes: ['key/k-7'],
        model: 'gpt-4o',
        amounts: { usd: '0.2' },
        binding: BINDING,
        request: { id: 'r-1', amounts: { usd: '0.2' } },
        lines: [[null, 'usd', '200000000']],
        context: { beyond: [['user/ada', 'requests/minute', null]] },
        position: 'account-acme@1.0',
      });
      expect(rows[2]).toMatchObject({ decision: 'allowed', amounts: { usd: '0.00000004' }, binding: null, code: '' });
      expect(counts).toEqual({ allowed: 1, partial: 1, denied: 1 });
      expect(refusals).toEqual([
        {
          code: 'LimitReached',
          node: 'user/ada',
          limit: 'daily',
          currency: 'usd',
          count: 1,
          resetsAt: BINDING.resetsAt,
        },
      ]);
    }));

  it('are found by id, verdict and payer, of one account', () =>
    withTables(async (world, ask) => {
      await storeRefusals(world.analytics, namesOf(world), [
        refusal('d-1'),
        refusal('d-2', { decidedAt: START + 6_000, payer: 'org', request: { id: 'r-2', amounts: { usd: '0.2' } } }),
        refusal('d-1', { account: 'zeta' }),
      ]);
      const ids = async (more: Partial<DecisionsQuestion>) =>
        (await ask(more)).decisions.map(({ decisionId }) => decisionId);
      expect(await ids({ decisionId: 'd-1' })).toEqual(['d-1']);
      expect(await ids({ requestId: 'r-2' })).toEqual(['d-2']);
      expect(await ids({ requestId: 'r-1' })).toEqual(['d-1']);
      expect(await ids({ requestId: 'r' })).toEqual([]);
      expect(await ids({ decision: 'denied' })).toEqual(['d-2', 'd-1']);
      expect(await ids({ decision: 'denied', limit: 1 })).toEqual(['d-2']);
      expect(await ids({ payer: 'user/ada' })).toEqual(['d-1']);
      expect(await ids({ account: 'zeta' })).toEqual(['d-1']);
      expect((await ask({ payer: 'org' })).counts).toEqual({ allowed: 0, partial: 0, denied: 1 });
    }));
});

describe('refusals that were counted and not kept one by one', () => {
  const counted = (decisionId: string, standsFor: number, more: Partial<Refusal> = {}): Refusal =>
    refusal(decisionId, { request: undefined, lines: undefined, amounts: {}, standsFor, ...more });

  it('are in every number, and none of them is listed', () =>
    withTables(async (world, ask) => {
      const rows = [refusal('d-1'), counted('d-2', 40), counted('d-3', 2, { payer: 'org', binding: undefined })];
      expect(await storeRefusals(world.analytics, namesOf(world), rows)).toBe(3);
      const { decisions: listed, counts, refusals, leftOut } = await ask({ decision: 'denied' });
      expect(listed.map(({ decisionId }) => decisionId)).toEqual(['d-1']);
      expect([counts['denied'], leftOut]).toEqual([43, 42]);
      expect(refusals.map(({ node, count }) => [node, count])).toEqual([
        ['user/ada', 41],
        ['', 2],
      ]);
      expect(await ask({ payer: 'org' })).toMatchObject({ counts: { denied: 2 }, leftOut: 2 });
      expect((await ask({ account: 'zeta' })).leftOut).toBe(0);
    }));
});

describe('refusals that come again', () => {
  it('are kept once, in whatever company', () =>
    withTables(async (world, ask) => {
      const names = namesOf(world);
      expect(await storeRefusals(world.analytics, names, [refusal('d-1'), refusal('d-2')])).toBe(2);
      expect(await storeRefusals(world.analytics, names, [refusal('d-2'), refusal('d-3'), refusal('d-3')])).toBe(1);
      expect(await storeRefusals(world.analytics, names, [refusal('d-1'), refusal('d-2')])).toBe(0);
      expect((await ask()).counts['denied']).toBe(3);
    }));

  it('are kept once when the answer to their insert was lost', () =>
    withTables(async (world, ask) => {
      const names = namesOf(world);
      for (const fate of ['lost', 'unanswered'] as const) {
        const broken = breaking(world.analytics, () => fate);
        await expect(storeRefusals(broken, names, [refusal(`d-${fate}`)])).rejects.toThrow(AnalyticsUnavailable);
        await storeRefusals(world.analytics, names, [refusal(`d-${fate}`)]);
      }
      expect((await ask()).counts['denied']).toBe(2);
    }));
});
