import { beforeEach, describe, expect, it } from '@jest/globals';
import { createCalendar } from '@exchequer/calendar';
import type { AuthorizationReply, AuthorizeBody, ConfigureBody, LimitBody } from '@exchequer/contracts';
import { currencyId, START_OF_TIME } from '@exchequer/kernel';
import { parseDecimal } from '@exchequer/rating';
import { Catalogue } from '@exchequer/replica';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { Explainer } from '../queries/explain.js';
import { quoteMethod } from '../queries/quote.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const office = new OfficeOfEachTest();

/** Dollars for each input or output token. `unheard` is of the kind too, and has no price. */
const PRICES = { nano: '0.001', mini: '0.004', large: '0.01' };
const KINDS = { chat: ['nano', 'unheard', 'mini', 'large'] };

beforeEach(async () => {
  const models = new Map(
    Object.entries(PRICES).map(([model, text]) => {
      const price = parseDecimal(text);
      if (price === undefined) throw new Error('no decimal');
      const meters = ['input_tokens', 'output_tokens'];
      return [
        model,
        { prices: meters.map((meter) => ({ meter, price, tier: 'standard' as const, aboveInputTokens: 0 })) },
      ];
    }),
  );
  const card = { name: 'list', currency: currencyId('usd'), effectiveFrom: START_OF_TIME, models };
  await new Catalogue(office.ledger).publish(card, 'p1', 'tester', office.nowMs);
});

async function open(ada: object, modelKinds: ConfigureBody['modelKinds'] = KINDS): Promise<void> {
  const nodes = [{ id: 'org' }, { id: 'ada', parent: 'org', ...ada }];
  await office.must(configureMethod, 'acme', { id: 'c1', currencies: { usd: { display: 2 } }, nodes, modelKinds });
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '100', currency: 'usd' });
}

const daily = (amount: string, more: Partial<LimitBody> = {}) => ({
  limits: [{ name: 'total', amount, currency: 'usd', window: { kind: 'lifetime' as const }, ...more }],
});

/** A thousand tokens: 1 dollar of nano, 4 of mini, 10 of large. */
const call = (id: string, model: string, more: Partial<AuthorizeBody> = {}) => ({
  id,
  payer: 'ada',
  use: { model, provider: 'openai', meters: { input_tokens: 600, output_tokens: { max: 400 } } },
  ...more,
});

const ask = (id: string, model: string, more: Partial<AuthorizeBody> = {}) =>
  office.must<AuthorizationReply>(authorizeMethod, 'acme', call(id, model, more));

describe('a refusal', () => {
  it('names the models of the kind that would pass, each at its price of the instant, and none without a price', async () => {
    await open(daily('5'));
    const alternatives = [
      { kind: 'smaller-amount', amounts: { usd: '5' } },
      { kind: 'model', model: 'nano', amounts: { usd: '1' } },
      { kind: 'model', model: 'mini', amounts: { usd: '4' } },
    ];
    expect(await ask('a1', 'large')).toMatchObject({ decision: 'denied', code: 'LimitReached', alternatives });
    const quoted = await office.must(quoteMethod, 'acme', call('q1', 'large'));
    expect(quoted).toMatchObject({ decision: 'denied', alternatives });
    // It is kept nowhere, so there is nothing to name.
    expect(quoted).not.toHaveProperty('decisionId');
  });

  it('is as it was for calls that name amounts, or a model of no kind', async () => {
    await open(daily('5'), { chat: ['nano', 'mini'] });
    const { alternatives } = await ask('a1', 'large');
    expect(alternatives).toEqual([{ kind: 'smaller-amount', amounts: { usd: '5' } }]);
    const body = { id: 'a2', payer: 'ada', amounts: { usd: '6' } };
    const plain = await office.must<AuthorizationReply>(authorizeMethod, 'acme', body);
    expect(plain.alternatives).toEqual(alternatives);
  });

  it('estimates another model as the policy estimates the one that was asked for', async () => {
    await open({ ...daily('5'), estimate: { fixed: { usd: '0.5' } }, entitlements: { models: { deny: ['large'] } } });
    expect(await ask('a1', 'large')).toMatchObject({
      code: 'NotEntitled',
      alternatives: [
        { kind: 'model', model: 'nano', amounts: { usd: '0.5' } },
        { kind: 'model', model: 'mini', amounts: { usd: '0.5' } },
      ],
    });
  });
});

describe('a limit that asks for a cheaper model', () => {
  it('answers with the model to use, holds its cost, and says the same to a repeat', async () => {
    await open(daily('9', { then: 'cheaper-model', scope: { models: ['large', 'nano'] } }));
    await ask('a1', 'nano', { use: { model: 'nano', meters: { input_tokens: 8_500 } } });
    const reply = await ask('a2', 'large');
    expect(reply).toMatchObject({
      decision: 'allowed',
      amounts: { usd: '4' },
      model: 'mini',
      insteadOf: { model: 'large', amounts: { usd: '10' }, node: 'ada', limit: 'total' },
      message: 'Use mini in place of large: the limit total of ada does not let that pass.',
      card: expect.stringMatching(/^card-/),
    });
    expect(await ask('a2', 'large')).toEqual({ ...reply, repeated: true });
    expect(await office.must(quoteMethod, 'acme', call('q1', 'large'))).toMatchObject({
      model: 'mini',
      amounts: { usd: '4' },
    });
    const settled = await office.must(captureMethod, 'acme', {
      id: 's1',
      hold: reply.hold?.id,
      use: { model: 'mini', meters: { input_tokens: 600, output_tokens: 100 } },
    });
    expect(settled).toMatchObject({ outcome: 'captured', amounts: { usd: '2.8' } });
  });

  it('is explained as it was, after its prices and its limit are gone', async () => {
    await open(daily('9', { then: 'cheaper-model' }));
    const reply = await ask('a1', 'large', { explain: 'full' });
    expect(reply.model).toBe('nano');
    office.nowMs += 60_000;
    await office.must(configureMethod, 'acme', { id: 'c2', nodes: [{ id: 'ada', parent: 'org' }], modelKinds: {} });
    const explained = await new Explainer(office.ledger, createCalendar()).explain('acme', { hold: reply.hold?.id });
    expect(explained).toMatchObject({ asked: { model: 'large', amounts: { usd: '10' } }, decision: reply });
    expect('differsIn' in explained).toBe(false);
  });

  it('refuses with its own reason when no cheaper one passes', async () => {
    await open(daily('0.5', { then: 'cheaper-model' }));
    expect(await ask('a1', 'large')).toMatchObject({ code: 'LimitReached', binding: { limit: 'total' } });
  });
});

describe('a rate that asks for a cheaper model', () => {
  it('lets what is beyond it pass with another, which has a rate of its own', async () => {
    const of = (model: string, count: number, then: 'cheaper-model' | 'refuse') => ({
      ...{ models: [model], requests: { count, per: 'minute' as const }, then },
    });
    await open({ rates: [of('large', 1, 'cheaper-model'), of('nano', 1, 'refuse')] });
    expect((await ask('a1', 'large')).model).toBeUndefined();
    expect(await ask('a2', 'large')).toMatchObject({
      model: 'nano',
      insteadOf: { model: 'large', node: 'ada', rate: 'requests/minute of large' },
    });
    const reply = await ask('a3', 'large', { explain: 'full' });
    expect(reply.model).toBe('mini');
    const explained = await new Explainer(office.ledger, createCalendar()).explain('acme', { hold: reply.hold?.id });
    expect(explained).toMatchObject({ decision: reply });
  });
});
