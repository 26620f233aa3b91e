import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationReply, ConfigureBody, RateBody } from '@exchequer/contracts';
import { createCalendar } from '@exchequer/calendar';
import { currencyId, START_OF_TIME } from '@exchequer/kernel';
import { parseDecimal } from '@exchequer/rating';
import { Catalogue } from '@exchequer/replica';
import { authorizeMethod } from '../methods/authorize.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { pauseMethod, resumeMethod } from '../methods/pause.js';
import { Explainer } from '../queries/explain.js';
import { quoteMethod } from '../queries/quote.js';
import { Office } from './office.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

/** Ten seconds into a minute. */
const START = Date.UTC(2026, 10, 21, 10, 0, 10);
const MINUTE = 60_000;

const office = new OfficeOfEachTest();
let ids = 0;

beforeEach(() => {
  office.nowMs = START;
});

const id = (): string => `i${String((ids += 1))}`;

async function configure(rates: readonly RateBody[], more: object = {}): Promise<void> {
  const nodes: ConfigureBody['nodes'] = [
    { id: 'org', kind: 'organization' },
    { id: 'team', rates: [...rates], ...more },
    { id: 'ada', parent: 'team' },
    { id: 'bob', parent: 'team' },
  ];
  await office.must(configureMethod, 'acme', { id: id(), currencies: { usd: { display: 2 } }, nodes });
}

async function open(rates: readonly RateBody[], more: object = {}): Promise<void> {
  await configure(rates, more);
  await office.must(grantMethod, 'acme', { id: id(), node: 'org', amount: '1000', currency: 'usd' });
}

/** Every model costs a dollar for a million tokens. */
async function publishPrices(): Promise<void> {
  const price = parseDecimal('0.000001');
  if (price === undefined) throw new Error('no decimal');
  const prices = ['input_tokens', 'output_tokens'].map((meter) => ({
    meter,
    price,
    tier: 'standard' as const,
    aboveInputTokens: 0,
  }));
  const models = new Map(['o3', 'gpt-4o', 'gpt-4o-mini'].map((model) => [model, { prices }]));
  const card = { name: 'list', currency: currencyId('usd'), effectiveFrom: START_OF_TIME, models };
  await new Catalogue(office.ledger).publish(card, id(), 'tester', START);
}

const using = (model: string, input: number, output: number | { readonly max: number }) => ({
  id: id(),
  payer: 'ada',
  use: { model, meters: { input_tokens: input, output_tokens: output } },
});

const call = (payer: string, more: object = {}) => ({ id: id(), payer, amounts: { usd: '1' }, ...more });

/** How many of so many calls pass, made at once. */
async function passing(count: number, payer = 'ada', at: Pick<Office, 'must'> = office): Promise<number> {
  const { items } = await at.must<{ items: AuthorizationReply[] }>(authorizeMethod, 'acme', {
    items: Array.from({ length: count }, () => call(payer)),
  });
  return items.filter(({ decision }) => decision === 'allowed').length;
}

const FIVE: RateBody = { requests: { count: 5, per: 'minute' } };

describe('a rate', () => {
  it('lets exactly as many calls pass as it says, of all that are made at once', async () => {
    await open([FIVE]);
    expect(await passing(12)).toBe(5);
    expect(await passing(3, 'bob')).toBe(0);
    expect(await passing(3, 'org')).toBe(3);
  });

  it('says what is beyond it, and when to try again; and then it passes', async () => {
    await open([FIVE]);
    await passing(5);
    office.nowMs += 20_000;
    const denied = await office.must<AuthorizationReply>(authorizeMethod, 'acme', call('ada'));
    expect(denied).toMatchObject({
      decision: 'denied',
      code: 'RateLimited',
      message:
        'team lets 5 requests pass in a minute (requests/minute), and this call is beyond that; try again in 30 s.',
      binding: { kind: 'rate', node: 'team', rate: 'requests/minute' },
      retryAfterMs: 30_000,
      resetsAt: '2026-11-21T10:01:00.000Z',
    });
    expect(await office.must(quoteMethod, 'acme', call('ada'))).toMatchObject({ code: 'RateLimited' });
    office.nowMs += 29_999;
    expect(await passing(1)).toBe(0);
    office.nowMs += 1;
    expect(await passing(9)).toBe(5);
  });

  it('counts only what was let through: not what a pause or a limit refused, and not a repeat', async () => {
    await open([FIVE], { limits: [{ name: 'x', amount: '3', currency: 'usd', window: { kind: 'lifetime' } }] });
    await office.must(pauseMethod, 'acme', { id: id(), node: 'ada' });
    expect(await passing(4)).toBe(0);
    await office.must(resumeMethod, 'acme', { id: id(), node: 'ada' });
    const first = call('ada');
    for (let time = 0; time < 4; time += 1) await office.must(authorizeMethod, 'acme', first);
    expect(await passing(9)).toBe(2);
    await configure([FIVE]);
    expect(await passing(9)).toBe(2);
  });

  it('of tokens counts input and output as estimated, and says so of a call that alone is more', async () => {
    await publishPrices();
    await open([{ tokens: { count: 1_000, per: 'hour' } }]);
    const ask = (input: number) =>
      office.must<AuthorizationReply>(authorizeMethod, 'acme', using('o3', input, { max: 100 }));
    expect((await ask(500)).decision).toBe('allowed');
    expect(await ask(301)).toMatchObject({ code: 'RateLimited', binding: { rate: 'tokens/hour' } });
    expect((await ask(300)).decision).toBe('allowed');
    expect(await ask(901)).toMatchObject({ retryAfterMs: null, message: expect.stringMatching(/one call alone/) });
  });

  it('of models counts these alone, all of them together', async () => {
    await publishPrices();
    await open([{ models: ['gpt-4o*'], requests: { count: 1, per: 'day' } }]);
    const verdict = async (model: string) => {
      const reply = await office.must<AuthorizationReply>(authorizeMethod, 'acme', using(model, 1, 1));
      return reply.decision;
    };
    expect(await verdict('gpt-4o')).toBe('allowed');
    expect(await verdict('gpt-4o-mini')).toBe('denied');
    expect(await verdict('o3')).toBe('allowed');
  });

  it('that spills lets what is beyond it pass into credits, and does not count it', async () => {
    await open([{ ...FIVE, then: 'spill' }]);
    expect(await passing(5)).toBe(5);
    const spilled = await office.must<AuthorizationReply>(authorizeMethod, 'acme', call('ada'));
    expect(spilled).toMatchObject({ decision: 'allowed', spilled: [{ node: 'team', rate: 'requests/minute' }] });
  });

  it('in observe mode refuses nothing, and is told', async () => {
    await open([FIVE], { observe: true });
    await passing(5);
    expect(await office.must(authorizeMethod, 'acme', call('ada'))).toMatchObject({
      decision: 'allowed',
      observed: [{ code: 'RateLimited', node: 'team', rate: 'requests/minute' }],
    });
  });

  it('goes on counting when its number is changed, and begins anew when it counts something else', async () => {
    await open([FIVE]);
    await passing(5);
    await configure([{ requests: { count: 7, per: 'minute' } }]);
    expect(await passing(9)).toBe(2);
    await configure([{ requests: { count: 4, per: 'hour' } }]);
    expect(await passing(9)).toBe(4);
  });

  it('is refused when a node states it twice', async () => {
    const { problem } = await office.ask(configureMethod, 'acme', {
      id: id(),
      nodes: [{ id: 'org', kind: 'organization', rates: [FIVE, { ...FIVE, then: 'spill' }] }],
    });
    expect(problem).toMatchObject({ code: 'Malformed', details: { path: 'nodes.0.rates.1' } });
  });
});

describe('after a restart or a hand-over', () => {
  it('no burst gets through: what was used in the minute, hour and day is counted anew from the ledger', async () => {
    await open([FIVE, { requests: { count: 8, per: 'day' } }]);
    expect(await passing(3)).toBe(3);
    const other = new Office(office.ledger);
    other.nowMs = START + 1_000;
    expect(await passing(9, 'bob', other)).toBe(2);
    await other.close();
    const later = new Office(office.ledger);
    later.nowMs = START + MINUTE;
    expect(await passing(9, 'bob', later)).toBe(3);
    await later.close();
    const nextDay = new Office(office.ledger);
    nextDay.nowMs = START + 24 * 60 * MINUTE;
    expect(await passing(9, 'bob', nextDay)).toBe(5);
    await nextDay.close();
  });

  it('what was spilled or only observed is not counted, and neither is what came before the rate', async () => {
    await open([]);
    await passing(4);
    office.nowMs += 1;
    await configure([{ ...FIVE, then: 'spill' }]);
    await passing(8);
    const other = new Office(office.ledger);
    other.nowMs = office.nowMs;
    await other.must(configureMethod, 'acme', {
      id: id(),
      nodes: [{ id: 'team', rates: [{ requests: { count: 6, per: 'minute' } }] }],
    });
    expect(await passing(9, 'ada', other)).toBe(1);
    await other.close();
  });

  it('explains a refusal of then as it was', async () => {
    await open([FIVE]);
    await passing(5);
    const denied = await office.must<AuthorizationReply>(authorizeMethod, 'acme', call('ada'));
    office.nowMs += MINUTE;
    await passing(5);
    const explainer = new Explainer(office.ledger, createCalendar());
    const [row] = office.refusals as { readonly request: object; readonly lines: unknown }[];
    const { position, decidedAt } = denied;
    const explained = await explainer.explain('acme', {
      request: row?.request,
      lines: row?.lines,
      position,
      decidedAt,
    });
    expect(explained).toMatchObject({ decision: { decision: 'denied', code: 'RateLimited', retryAfterMs: 50_000 } });
  });
});
