import { beforeEach, describe, expect, it } from '@jest/globals';
import type {
  AuthorizationReply,
  BalanceReply,
  CorrectionReply,
  OpenSessionReply,
  SettlementReply,
} from '@exchequer/contracts';
import { currencyId, START_OF_TIME } from '@exchequer/kernel';
import { parseDecimal, type RateCardContent } from '@exchequer/rating';
import { Catalogue } from '@exchequer/replica';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { correctMethod } from '../methods/correct.js';
import { grantMethod } from '../methods/fund.js';
import { recordMethod } from '../methods/record.js';
import { openSessionMethod } from '../methods/sessions.js';
import { balanceMethod } from '../queries/balance.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const office = new OfficeOfEachTest();

beforeEach(async () => {
  await office.must(configureMethod, 'acme', {
    id: 'c1',
    currencies: { credit: { display: 0 } },
    nodes: [{ id: 'org', kind: 'organization' }, { id: 'project/chat' }],
  });
  await office.must(grantMethod, 'acme', {
    id: 'g1',
    node: 'org',
    amount: '5',
    currency: 'credit',
    layer: 'promotional',
  });
  await office.must(grantMethod, 'acme', { id: 'g2', node: 'org', amount: '10', currency: 'credit', layer: 'plan' });
});

const credit = (amount: string) => ({ credit: amount });
const correct = (body: object) => office.must<CorrectionReply>(correctMethod, 'acme', body);
const refusedCorrection = async (body: object) => (await office.ask(correctMethod, 'acme', body)).problem;

/** A hold of twelve that cost twelve: where the ledger has the charge. */
async function charged(): Promise<string> {
  const asked = { id: 'a1', payer: 'project/chat', amounts: credit('12') };
  const { hold } = await office.must<AuthorizationReply>(authorizeMethod, 'acme', asked);
  const settled = await office.must<SettlementReply>(captureMethod, 'acme', { id: 's1', hold: hold?.id });
  return settled.position;
}

/** A token of each meter costs a credit. */
const card = (...meters: readonly string[]): RateCardContent => ({
  name: meters.join(),
  currency: currencyId('credit'),
  effectiveFrom: START_OF_TIME,
  models: new Map([
    [
      'small',
      { prices: meters.map((meter) => ({ meter, price: parseDecimal('1')!, tier: 'standard', aboveInputTokens: 0 })) },
    ],
  ]),
});

const usage = (id: string, amount: string) => ({
  id: `r-${id}`,
  payer: 'project/chat',
  amounts: credit(amount),
  usage: { source: 'app', id, contentHash: 'h'.repeat(22) },
});

describe('a correction that says what was used', () => {
  it('is priced by a card that was published a moment ago, by another process', async () => {
    await new Catalogue(office.ledger).publish(card('input_tokens'), 'p-1', 'spec', office.nowMs);
    const used = { id: 'r1', payer: 'org', use: { model: 'small', meters: { input_tokens: 3 } } };
    const { position: of } = await office.must<SettlementReply>(recordMethod, 'acme', used);
    await new Catalogue(office.ledger).publish(card('input_tokens', 'output_tokens'), 'p-2', 'spec', office.nowMs);
    const use = { meters: { input_tokens: 3, output_tokens: 4 } };
    expect(await correct({ id: 'x1', of, use })).toMatchObject({ outcome: 'corrected', amounts: credit('7') });
  });
});

describe('W14 refund, at the account host', () => {
  it('gives four of twelve back to the plan, which was drawn last', async () => {
    const of = await charged();
    expect(await correct({ id: 'x1', of, refund: credit('4'), reason: 'an outage' })).toMatchObject({
      of,
      outcome: 'corrected',
      amounts: credit('8'),
      refunded: credit('4'),
      sources: [{ node: 'org', lot: 'l-2', layer: 'plan', amount: '4' }],
      position: 'account-acme@5.0',
    });
    const balance = await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'org' });
    expect(balance.balances).toMatchObject([{ available: '7', spent: '8' }]);
  });

  it('comes to a new lot after the expiry of the old one, where the policy gives a grace, and says so', async () => {
    const refunds = { expired: 'new-lot', graceMs: 60_000 };
    await office.must(configureMethod, 'acme', { id: 'c2', nodes: [{ id: 'org', refunds }] });
    const expiresAt = new Date(office.nowMs + 5_000).toISOString();
    const grant = { id: 'g3', node: 'org', amount: '2', currency: 'credit', layer: 'free', expiresAt };
    await office.must(grantMethod, 'acme', grant);
    const of = await charged();
    office.nowMs += 5_000;
    const grace = new Date(office.nowMs + 60_000).toISOString();
    const body = { id: 'x1', of, refund: credit('12') };
    const first = await correct(body);
    expect(first).toMatchObject({
      refunded: credit('12'),
      renewed: [{ lot: 'l-4', node: 'org', amounts: credit('2'), expiresAt: grace }],
      sources: [
        { lot: 'l-2', amount: '5' },
        { lot: 'l-1', amount: '5' },
        { lot: 'l-3', amount: '2' },
      ],
    });
    expect(first.breakage).toBeUndefined();
    await office.restart();
    expect(await correct(body)).toEqual({ ...first, repeated: true });
    const { lots } = await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'org' });
    expect(lots.map(({ lot, expiresAt: ends }) => [lot, ends])).toEqual([
      ['l-1', undefined],
      ['l-2', undefined],
      ['l-4', grace],
    ]);
  });

  it('is given once, however often it is asked for under its id, also after a restart', async () => {
    const of = await charged();
    const body = { id: 'x1', of, refund: credit('4') };
    const first = await correct(body);
    expect(await correct(body)).toEqual({ ...first, repeated: true });
    await office.restart();
    expect(await correct(body)).toEqual({ ...first, repeated: true });
  });

  it('is refused beyond what is left of the charge, with a sentence', async () => {
    const of = await charged();
    await correct({ id: 'x1', of, refund: credit('9') });
    expect(await refusedCorrection({ id: 'x2', of, refund: credit('4') })).toMatchObject({
      code: 'Malformed',
      message: 'refund.credit: 4 is more than the 3 that the charge still costs.',
    });
  });
});

describe('a correction, at the account host', () => {
  it('finds a charge by its usage event, also after a restart', async () => {
    await office.must(recordMethod, 'acme', usage('u-1', '6'));
    await office.restart();
    const by = { usage: { source: 'app', id: 'u-1' } };
    expect(await correct({ id: 'x1', ...by, refund: credit('1') })).toMatchObject({ amounts: credit('5') });
  });

  it('of a charge that is decided in the same turn is decided after it', async () => {
    const [, corrected] = await Promise.all([
      office.ask(recordMethod, 'acme', usage('u-1', '6')),
      office.ask(correctMethod, 'acme', { id: 'x1', usage: { source: 'app', id: 'u-1' }, amounts: credit('2') }),
    ]);
    expect(corrected.body).toMatchObject({ amounts: credit('2'), refunded: credit('4') });
  });

  it('draws what is missing, and says where from', async () => {
    await office.must(recordMethod, 'acme', usage('u-1', '6'));
    expect(await correct({ id: 'x1', usage: { source: 'app', id: 'u-1' }, amounts: credit('8') })).toMatchObject({
      amounts: credit('8'),
      refunded: {},
      charged: credit('2'),
      sources: [{ lot: 'l-2', amount: '2' }],
    });
  });

  it('draws what is missing on the reserve of the session that paid, and says so', async () => {
    const opening = { id: 's1', payer: 'project/chat', amounts: credit('10'), lifeFor: 'PT1H' };
    const { session } = await office.must<OpenSessionReply>(openSessionMethod, 'acme', opening);
    await office.must(recordMethod, 'acme', { ...usage('u-1', '2'), payer: session });
    expect(await correct({ id: 'x1', usage: { source: 'app', id: 'u-1' }, amounts: credit('5') })).toMatchObject({
      charged: credit('3'),
      sources: [{ lot: 'l-1', amount: '3' }],
    });
  });

  it('to what the charge costs already changes nothing, and so does its late copy', async () => {
    const of = await charged();
    expect(await correct({ id: 'x1', of, amounts: credit('12') })).toMatchObject({
      outcome: 'unchanged',
      amounts: credit('12'),
      refunded: {},
    });
    await correct({ id: 'x2', of, refund: credit('4') });
    await office.restart();
    const late = await correct({ id: 'x1', of, amounts: credit('12') });
    expect(late).toMatchObject({ outcome: 'unchanged', amounts: credit('12'), repeated: true });
    expect(await correct({ id: 'x3', of, amounts: credit('8') })).toMatchObject({ outcome: 'unchanged' });
    expect((await office.ask(correctMethod, 'acme', { id: 'x1', of, amounts: credit('8') })).problem).toMatchObject({
      code: 'IdempotencyConflict',
    });
  });

  it.each([
    ['account-acme@0.0', 'of: there is no charge at account-acme@0.0.'],
    ['account-acme@999.0', 'of: there is no charge at account-acme@999.0.'],
    ['account-other@4.0', 'of: is of another account.'],
  ])('of %s is refused: there is no charge', async (of, message) => {
    await charged();
    expect(await refusedCorrection({ id: 'x1', of, refund: credit('1') })).toMatchObject({
      code: 'Malformed',
      message,
    });
    expect(await refusedCorrection({ id: 'x2', of: 'account-acme@4.0', refund: credit('1') })).toBeUndefined();
  });

  it('in quantities needs a model', async () => {
    const of = await charged();
    expect(await refusedCorrection({ id: 'x1', of, use: { meters: { input_tokens: 3 } } })).toMatchObject({
      code: 'Malformed',
      message: 'use: the charge is not for a model; state "amounts" or "refund" instead.',
    });
  });
});
