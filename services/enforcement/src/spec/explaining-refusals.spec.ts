import { describe, expect, it } from '@jest/globals';
import { createCalendar } from '@exchequer/calendar';
import type { AuthorizationReply, ConfigureBody, ExplainReply, OpenSessionReply } from '@exchequer/contracts';
import { currencyId, START_OF_TIME } from '@exchequer/kernel';
import { parseDecimal } from '@exchequer/rating';
import { Catalogue } from '@exchequer/replica';
import { authorizeMethod } from '../methods/authorize.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { openSessionMethod } from '../methods/sessions.js';
import { balanceMethod } from '../queries/balance.js';
import { Explainer } from '../queries/explain.js';
import { treeMethod } from '../queries/tree.js';
import type { RefusalRow } from '../refusals/refusal-row.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const office = new OfficeOfEachTest();
let ids = 0;

const id = (): string => `i${String((ids += 1))}`;

async function open(team: object, more: Partial<ConfigureBody> = {}): Promise<void> {
  const nodes = [{ id: 'org' }, { id: 'team', ...team }];
  await office.must(configureMethod, 'acme', { id: id(), currencies: { usd: { display: 2 } }, nodes, ...more });
  await office.must(grantMethod, 'acme', { id: id(), node: 'org', amount: '20', currency: 'usd' });
}

const call = (more: object = {}) => ({ id: id(), payer: 'team', amounts: { usd: '1' }, explain: 'full', ...more });
const ask = (more: object = {}) => office.must<AuthorizationReply>(authorizeMethod, 'acme', call(more));

/** What is asked to have the newest refusal explained: its row as it comes back from the reports. */
async function explained(change: (row: RefusalRow) => object = (row) => row): Promise<ExplainReply> {
  const row = JSON.parse(JSON.stringify(change(office.refusals.at(-1)!))) as RefusalRow;
  const { request, lines, context, position, decidedAt, decision, code, message, amounts, binding } = row;
  const then = { decision, code, message, amounts, binding };
  const body = { request, lines, context, position, decidedAt, then };
  const reply = await new Explainer(office.ledger, createCalendar()).explain('acme', JSON.parse(JSON.stringify(body)));
  if (!('decision' in reply)) throw new Error(JSON.stringify(reply));
  return reply;
}

describe('a refusal by a rate', () => {
  it('is explained by the verdict of then, not by what the ledger shows later', async () => {
    await open({ rates: [{ requests: { count: 1, per: 'minute' } }] });
    await ask();
    office.nowMs += 10_000;
    const denied = await ask();
    expect(denied.code).toBe('RateLimited');
    const { decision, differsIn } = await explained();
    expect({ ...decision, decisionId: denied.decisionId }).toEqual(denied);
    expect(differsIn).toBeUndefined();
    const fitted = await explained((row) => ({ ...row, context: {} }));
    expect([fitted.decision.decision, fitted.differsIn]).toEqual(['allowed', ['decision', 'code', 'binding']]);
  });

  it('that was kept without its verdict is counted again from the ledger', async () => {
    await open({ rates: [{ requests: { count: 1, per: 'minute' } }] });
    await ask();
    await ask();
    const { differsIn, decision } = await explained((row) => ({ ...row, context: undefined }));
    expect([decision.code, differsIn]).toEqual(['RateLimited', undefined]);
  });
});

describe('a refusal of a call that would be charged nothing', () => {
  it('is explained as any other', async () => {
    await open({ ownKey: { usd: 'waived' }, rates: [{ requests: { count: 0, per: 'minute' } }] });
    expect(await ask({ credentialType: 'own-key' })).toMatchObject({ decision: 'denied', amounts: {} });
    const { decision, differsIn } = await explained();
    expect([decision.code, decision.marketCost, differsIn]).toEqual(['RateLimited', { usd: '1' }, undefined]);
  });
});

describe('a refusal with other models', () => {
  it('is explained with the same, though prices and kinds are others now', async () => {
    const of = (model: string, text: string) => {
      const price = parseDecimal(text);
      if (price === undefined) throw new Error('no decimal');
      return [
        model,
        { prices: [{ meter: 'input_tokens', price, tier: 'standard' as const, aboveInputTokens: 0 }] },
      ] as const;
    };
    const models = new Map([of('mini', '1'), of('small', '2'), of('large', '9')]);
    const card = { name: 'list', currency: currencyId('usd'), effectiveFrom: START_OF_TIME, models };
    await new Catalogue(office.ledger).publish(card, 'p1', 'tester', office.nowMs);
    const limits = [{ name: 'total', amount: '5', currency: 'usd', window: { kind: 'lifetime' } }];
    const rates = [{ models: ['mini'], requests: { count: 0, per: 'day' } }];
    await open({ limits, rates }, { modelKinds: { chat: ['mini', 'small', 'large'] } });
    const denied = await ask({ amounts: undefined, use: { model: 'large', meters: { input_tokens: 1 } } });
    expect(denied.alternatives?.at(-1)).toEqual({ kind: 'model', model: 'small', amounts: { usd: '2' } });
    office.nowMs += 1;
    await office.must(configureMethod, 'acme', { id: id(), modelKinds: {} });
    const { decision } = await explained();
    expect(decision.alternatives).toEqual(denied.alternatives);
    expect(denied.card).toMatch(/^card-0-/);
    expect(decision.card).toBe(denied.card);
  });
});

describe('a refusal of a call with an own key', () => {
  it('is explained with its market cost, though the policy is another now, and gets no other name', async () => {
    await open({ ownKey: { usd: { share: '0.5' } } });
    const denied = await ask({ amounts: { usd: '50' }, credentialType: 'own-key' });
    expect(denied).toMatchObject({ amounts: { usd: '25' }, marketCost: { usd: '50' } });
    office.nowMs += 1;
    await office.must(configureMethod, 'acme', { id: id(), nodes: [{ id: 'team' }] });
    const { decision, differsIn } = await explained();
    expect({ ...decision, decisionId: denied.decisionId }).toEqual(denied);
    expect(decision).not.toHaveProperty('decisionId');
    expect(differsIn).toBeUndefined();
  });
});

describe('a refused session', () => {
  it('has a name, is kept, and is explained as it was', async () => {
    await open({});
    const body = { id: id(), payer: 'team', amounts: { usd: '25' }, lifeFor: 'PT1H' };
    const denied = await office.must<OpenSessionReply>(openSessionMethod, 'acme', body);
    expect(denied).toMatchObject({ decision: 'denied', decisionId: expect.stringMatching(/^d-/) });
    office.nowMs += 1;
    await office.must(grantMethod, 'acme', { id: id(), node: 'org', amount: '20', currency: 'usd' });
    const { decision, differsIn } = await explained();
    expect(decision).toMatchObject({ code: 'InsufficientCredits', message: denied.message, amounts: { usd: '25' } });
    expect(differsIn).toBeUndefined();
    const later = await explained((row) => ({ ...row, request: { ...body, amounts: { usd: '5' } } }));
    expect([later.decision.decision, later.differsIn]).toEqual(['allowed', ['decision', 'code', 'amounts', 'binding']]);
  });
});

describe('a node with rates', () => {
  it('shows them, and what of them is used in the minute that runs', async () => {
    const minute = { count: 2, per: 'minute' as const };
    await open({ rates: [{ requests: minute }, { models: ['o3'], requests: minute, then: 'slow', slowMs: 5_000 }] });
    await ask();
    const resetsAt = '2026-11-21T10:01:00.000Z';
    const rates = [
      { rate: 'requests/minute', count: 2, used: 1, resetsAt },
      { rate: 'requests/minute of o3', count: 2, then: 'slow', slowMs: 5_000, used: 0, resetsAt },
    ];
    expect(await office.must(balanceMethod, 'acme', { node: 'team' })).toMatchObject({ rates });
    expect(await office.must(treeMethod, 'acme', { under: 'team' })).toMatchObject({ nodes: [{ rates }] });
    expect(await office.must(balanceMethod, 'acme', { node: 'org' })).not.toHaveProperty('rates');
  });
});
