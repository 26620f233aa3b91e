import { beforeEach, describe, expect, it } from '@jest/globals';
import { createCalendar } from '@exchequer/calendar';
import type { AuthorizationReply, ConfigureBody, EstimateBody, ExplainReply } from '@exchequer/contracts';
import { currencyId, START_OF_TIME } from '@exchequer/kernel';
import { parseDecimal, type RateCardContent } from '@exchequer/rating';
import { Catalogue, encodeSnapshot, loadReplica } from '@exchequer/replica';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { Explainer } from '../queries/explain.js';
import { quoteMethod } from '../queries/quote.js';
import { Office } from './office.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

/** An input token costs a dollar, an output token two. */
const price = (meter: string, dollars: string) =>
  ({ meter, price: parseDecimal(dollars)!, tier: 'standard', aboveInputTokens: 0 }) as const;
const card: RateCardContent = {
  name: 'list',
  currency: currencyId('usd'),
  effectiveFrom: START_OF_TIME,
  models: new Map([['small', { prices: [price('input_tokens', '1'), price('output_tokens', '2')] }]]),
};

const office = new OfficeOfEachTest();
let calls: number;

beforeEach(async () => {
  calls = 0;
  await new Catalogue(office.ledger).publish(card, 'p-1', 'spec', office.nowMs);
  await policy('max');
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '1000000', currency: 'usd' });
});

/** The organization estimates as stated, the project as its own policy says, if it has one. */
async function policy(org: EstimateBody, project?: EstimateBody): Promise<void> {
  const nodes: ConfigureBody['nodes'] = [
    { id: 'org', kind: 'organization', estimate: org },
    { id: 'project/chat', parent: 'org', pooling: 'parent', ...(project !== undefined && { estimate: project }) },
  ];
  await office.must(configureMethod, 'acme', {
    id: `c${String((calls += 1))}`,
    currencies: { usd: { display: 2 } },
    nodes,
  });
}

const request = (max: number) => ({
  payer: 'project/chat',
  use: { model: 'small', meters: { input_tokens: 10, output_tokens: { max } } },
});
const ask = (max = 1_000) =>
  office.must<AuthorizationReply>(authorizeMethod, 'acme', { id: `a${String((calls += 1))}`, ...request(max) });

/** Calls that put out so many tokens each. */
async function settle(...outputs: readonly number[]): Promise<void> {
  for (const tokens of outputs) {
    const { hold } = await ask();
    const use = { model: 'small', meters: { input_tokens: 10, output_tokens: tokens } };
    await office.must(captureMethod, 'acme', { id: `s${String((calls += 1))}`, hold: hold?.id, use });
  }
}
const twenty = (tokens: number): readonly number[] => Array<number>(20).fill(tokens);

describe('a hold for a call of 10 input tokens and at most 1,000 output tokens', () => {
  it('is for the most that the call can cost, when nothing else is said', async () => {
    const { amounts, estimate } = await ask();
    expect([amounts, estimate]).toEqual([{ usd: '2010' }, undefined]);
  });

  it('is for the fixed amount, to the last nano-unit, and says so', async () => {
    await policy({ fixed: { usd: '0.000000001' } });
    expect(await ask()).toMatchObject({ amounts: { usd: '0.000000001' }, estimate: { by: 'fixed' } });
    await policy({ fixed: { usd: '7' } });
    expect(await ask()).toMatchObject({ amounts: { usd: '7' } });
  });

  it('is never for more than the most', async () => {
    await policy({ fixed: { usd: '9999' } });
    const { amounts, estimate } = await ask();
    expect([amounts, estimate]).toEqual([{ usd: '2010' }, undefined]);
  });

  it('follows the nearest node that says something', async () => {
    await policy({ fixed: { usd: '7' } }, { fixed: { usd: '5' } });
    expect((await ask()).amounts).toEqual({ usd: '5' });
    await policy({ fixed: { usd: '7' } }, 'max');
    expect((await ask()).amounts).toEqual({ usd: '2010' });
  });

  it('is for the most as long as fewer than 20 calls are known, then for what the share of them stayed within', async () => {
    await policy({ quantile: 0.95 });
    await settle(...twenty(100).slice(1));
    expect((await ask()).amounts).toEqual({ usd: '2010' });
    await settle(100);
    // 100 tokens lie in the bucket that ends at 111: 10 × 1 + 111 × 2.
    expect(await ask()).toMatchObject({
      amounts: { usd: '232' },
      estimate: { by: 'quantile', quantile: 0.95, outputTokens: 111, calls: 20 },
    });
    const { amounts, estimate } = await ask(50);
    expect([amounts, estimate]).toEqual([{ usd: '110' }, undefined]);
  });

  it('is quoted as it would be held', async () => {
    await policy({ quantile: 0.5 });
    await settle(...twenty(100));
    expect(await office.must(quoteMethod, 'acme', request(1_000))).toMatchObject({
      amounts: { usd: '232' },
      estimate: { outputTokens: 111 },
    });
  });

  it('is for what its card says, though a newer one comes before it is decided', async () => {
    await policy({ quantile: 0.5 });
    await settle(...twenty(100));
    await office.restart();
    await office.catalogue.refresh();
    const [old] = office.catalogue.book.cards();
    // It is priced at once, and decided when the account has been loaded.
    const asked = ask();
    const dearer = [price('input_tokens', '2'), price('output_tokens', '3')];
    office.catalogue.book.add({ ...card, id: 'newer', models: new Map([['small', { prices: dearer }]]) });
    expect(await asked).toMatchObject({ amounts: { usd: '232' }, card: old?.id });
    expect(await ask()).toMatchObject({ amounts: { usd: '353' }, card: 'newer' });
  });

  it('is learned by each payer for itself, and knows the same after a restart, with a snapshot and without', async () => {
    await policy({ quantile: 0.95 });
    await settle(...twenty(100));
    const elsewhere = { id: 'x1', ...request(1_000), payer: 'org' };
    expect((await office.must<AuthorizationReply>(authorizeMethod, 'acme', elsewhere)).amounts).toEqual({
      usd: '2010',
    });
    for (const withSnapshot of [false, true]) {
      if (withSnapshot)
        await office.ledger.saveSnapshot(
          'account-acme',
          encodeSnapshot(await loadReplica(office.ledger, 'account-acme')),
        );
      const restarted = new Office(office.ledger);
      const again = { id: `r${String(withSnapshot)}`, ...request(1_000) };
      expect((await restarted.must<AuthorizationReply>(authorizeMethod, 'acme', again)).amounts).toEqual({
        usd: '232',
      });
      await restarted.close();
    }
  });

  it('that the call outgrew is settled in full: the rest is drawn', async () => {
    await policy({ fixed: { usd: '7' } });
    const { hold } = await ask();
    const use = { model: 'small', meters: { input_tokens: 10, output_tokens: 20 } };
    expect(await office.must(captureMethod, 'acme', { id: 's', hold: hold?.id, use })).toMatchObject({
      amounts: { usd: '50' },
    });
  });

  it('is explained as it was held, though much was learned since', async () => {
    await policy({ quantile: 0.95 });
    await settle(...twenty(100));
    const held = await ask();
    await settle(...twenty(900));
    const explained = await new Explainer(office.ledger, createCalendar()).explain('acme', { hold: held.hold?.id });
    const { decision, differsIn } = explained as ExplainReply;
    expect([decision.amounts, decision.estimate, differsIn]).toEqual([held.amounts, held.estimate, undefined]);
  });

  it('that is refused was refused for the estimate, and is explained with it', async () => {
    await policy({ fixed: { usd: '2000' } });
    await office.must(configureMethod, 'acme', {
      id: 'c-limit',
      nodes: [
        {
          id: 'project/chat',
          parent: 'org',
          limits: [{ name: 'total', amount: '1999', currency: 'usd', window: { kind: 'lifetime' } }],
        },
      ],
    });
    expect(await ask()).toMatchObject({ decision: 'denied', amounts: { usd: '2000' }, estimate: { by: 'fixed' } });
    const { request: asked, lines, position, decidedAt, amounts } = office.refusals[0]!;
    const question = { request: asked, lines, position, decidedAt, then: { decision: 'denied', amounts } };
    const explained = (await new Explainer(office.ledger, createCalendar()).explain('acme', question)) as ExplainReply;
    expect([explained.decision.amounts, explained.differsIn]).toEqual([{ usd: '2000' }, undefined]);
  });
});
