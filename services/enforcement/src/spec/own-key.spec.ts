import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFact, type ChargeCorrected } from '@exchequer/account';
import type { AuthorizationReply, BalanceReply, CorrectionReply, SettlementReply } from '@exchequer/contracts';
import { currencyId, DAY_MS, START_OF_TIME } from '@exchequer/kernel';
import { readCommands } from '@exchequer/ledger';
import { parseDecimal, type RateCardContent } from '@exchequer/rating';
import { Catalogue, FACT_SHAPES } from '@exchequer/replica';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { correctMethod } from '../methods/correct.js';
import { grantMethod } from '../methods/fund.js';
import { voidMethod } from '../methods/hold-end.js';
import { recordMethod } from '../methods/record.js';
import { balanceMethod } from '../queries/balance.js';
import { quoteMethod } from '../queries/quote.js';
import { Office } from './office.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

/** An input token costs a dollar. */
const card: RateCardContent = {
  name: 'list',
  currency: currencyId('usd'),
  effectiveFrom: START_OF_TIME,
  models: new Map([
    [
      'small',
      { prices: [{ meter: 'input_tokens', price: parseDecimal('1')!, tier: 'standard', aboveInputTokens: 0 }] },
    ],
  ]),
};

const office = new OfficeOfEachTest();

beforeEach(async () => {
  await new Catalogue(office.ledger).publish(card, 'p-1', 'spec', office.nowMs);
  await office.must(configureMethod, 'acme', {
    id: 'c1',
    currencies: { usd: { display: 2 }, action: { display: 0 }, 'data-credit': { display: 2 } },
    nodes: [
      { id: 'org', kind: 'organization', ownKey: { usd: { share: '0.05' }, 'data-credit': 'waived' } },
      { id: 'team/free', parent: 'org', pooling: 'parent', ownKey: { usd: 'waived' } },
    ],
  });
  for (const currency of ['usd', 'action'])
    await office.must(grantMethod, 'acme', { id: `g-${currency}`, node: 'org', amount: '10', currency });
});

const use = (tokens: number, model = 'small') => ({ model, meters: { input_tokens: tokens } });
const ownKey = { payer: 'org', credentialType: 'own-key' };
const authorize = (id: string, body: object) =>
  office.must<AuthorizationReply>(authorizeMethod, 'acme', { id, ...body });
const record = (id: string, body: object) => office.must<SettlementReply>(recordMethod, 'acme', { id, ...body });
const available = async () => {
  const { balances } = await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'org' });
  return Object.fromEntries(balances.map((one) => [one.currency, one.available]));
};

/** An input token of `nova` costs a dollar from now on, and the office comes upon it. */
async function publishNova(): Promise<void> {
  const [prices] = card.models.values();
  const late = { ...card, name: 'late', models: new Map([['nova', prices!]]) };
  await new Catalogue(office.ledger).publish(late, 'p-2', 'spec', office.nowMs);
  await office.catalogue.refresh();
}

/** All corrections, as the ledger has them. */
async function corrections(): Promise<readonly ChargeCorrected[]> {
  const found: ChargeCorrected[] = [];
  for await (const { commands } of readCommands(office.ledger, 'account-acme', 0, { shapes: FACT_SHAPES }))
    for (const { record: stored } of commands)
      for (const fact of stored.facts.map(readFact)) if (fact.type === 'ChargeCorrected') found.push(fact);
  return found;
}

describe('a call with the key of its caller', () => {
  it('is held and charged at the fee, and shows its market cost', async () => {
    const held = await authorize('a1', { ...ownKey, use: use(100) });
    expect(held).toMatchObject({ decision: 'allowed', amounts: { usd: '5' }, marketCost: { usd: '100' } });
    const settled = { id: 's1', hold: held.hold?.id, use: use(60) };
    expect(await office.must(captureMethod, 'acme', settled)).toMatchObject({
      amounts: { usd: '3' },
      marketCost: { usd: '60' },
    });
    expect(await available()).toMatchObject({ usd: '7' });
    expect(await office.must(quoteMethod, 'acme', { ...ownKey, use: use(20) })).toMatchObject({
      amounts: { usd: '1' },
      marketCost: { usd: '20' },
    });
  });

  it('costs nothing of its data, and its action all the same', async () => {
    const amounts = { action: '1', 'data-credit': '6.5' };
    expect(await authorize('a1', { ...ownKey, amounts })).toMatchObject({
      decision: 'allowed',
      amounts: { action: '1' },
      marketCost: amounts,
    });
    expect(await authorize('a2', { payer: 'org', amounts })).toMatchObject({ decision: 'denied', amounts });
  });

  it('is charged by the nearest node that says what', async () => {
    expect(await record('r1', { ...ownKey, payer: 'team/free', use: use(100) })).toMatchObject({
      outcome: 'drawn',
      amounts: {},
      marketCost: { usd: '100' },
    });
    expect(await record('r2', { ...ownKey, use: use(100) })).toMatchObject({ amounts: { usd: '5' } });
  });

  it('is told by its authorization, where its usage says nothing', async () => {
    const { hold } = await authorize('a1', { ...ownKey, use: use(100) });
    const event = { payer: 'org', hold: hold?.id, use: use(20) };
    expect(await record('r1', event)).toMatchObject({ amounts: { usd: '1' }, marketCost: { usd: '20' } });
  });

  it('is not told any more by an authorization that was given up 35 days ago', async () => {
    const holds: (string | undefined)[] = [];
    for (const id of ['1', '2']) {
      const { hold } = await authorize(`a${id}`, { ...ownKey, payer: 'team/free', use: use(100) });
      await office.must(voidMethod, 'acme', { id: `v${id}`, hold: hold?.id });
      holds.push(hold?.id);
    }
    const [one, other] = holds;
    office.nowMs += 35 * DAY_MS - 1;
    const event = { payer: 'org', use: use(2) };
    const late = { late: true, amounts: {}, marketCost: { usd: '2' } };
    expect(await record('r1', { ...event, hold: one })).toMatchObject(late);
    office.nowMs += 1;
    const byItself = await record('r2', { ...event, hold: other });
    expect(byItself).toMatchObject({ outcome: 'drawn', amounts: { usd: '2' } });
    expect(byItself).not.toHaveProperty('marketCost');
  });

  it('is corrected by what is charged of what was really used', async () => {
    const { position } = await record('r1', { ...ownKey, use: use(100) });
    const correction = { id: 'x1', of: position, use: { meters: { input_tokens: 40 } } };
    expect(await office.must<CorrectionReply>(correctMethod, 'acme', correction)).toMatchObject({
      amounts: { usd: '2' },
      refunded: { usd: '3' },
    });
  });

  it('is corrected to the whole of it, and says so, where the policy for own keys is gone', async () => {
    const { position } = await record('r1', { ...ownKey, use: use(100) });
    await office.must(configureMethod, 'acme', { id: 'c2', nodes: [{ id: 'org' }] });
    const correction = { id: 'x1', of: position, use: { meters: { input_tokens: 7 } } };
    expect(await office.must<CorrectionReply>(correctMethod, 'acme', correction)).toMatchObject({
      amounts: { usd: '7' },
    });
    const corrected = await corrections();
    expect(corrected.map(({ market, marketBefore }) => [market, marketBefore])).toEqual([
      [[{ currency: 'usd', amount: 7_000_000_000n }], [{ currency: 'usd', amount: 100_000_000_000n }]],
    ]);
  });

  it('costs what any call costs where nothing is said of own keys, and with another kind of credential', async () => {
    expect(await authorize('a1', { payer: 'org', credentialType: 'platform', use: use(2) })).toMatchObject({
      amounts: { usd: '2' },
    });
    await office.must(configureMethod, 'acme', { id: 'c2', nodes: [{ id: 'org' }] });
    const held = await authorize('a2', { ...ownKey, use: use(2) });
    expect(held).toMatchObject({ amounts: { usd: '2' } });
    expect(held).not.toHaveProperty('marketCost');
  });

  it('pays the fee of the stated price, and of its price when that has come', async () => {
    const request = { price: '40', currency: 'usd' };
    await office.must(configureMethod, 'acme', { id: 'c2', unpriced: { request } });
    expect(await record('r1', { ...ownKey, use: use(10, 'nova') })).toMatchObject({
      amounts: { usd: '2' },
      marketCost: { usd: '40' },
      unpriced: true,
    });
    await publishNova();
    for (let turn = 0; turn < 50 && office.hosts.waitingForPrice > 0; turn += 1)
      await new Promise((go) => setTimeout(go, 2));
    expect(await available()).toMatchObject({ usd: '9.5' });
  });

  it('pays the fee of its price, too, when the account leaves memory while the charge is looked up', async () => {
    await office.must(configureMethod, 'acme', { id: 'c2', unpriced: { request: { price: '40', currency: 'usd' } } });
    const { position } = await record('r1', { ...ownKey, use: use(10, 'nova') });
    const revision = Number(/@(\d+)/.exec(position)?.[1]);
    let arrives: () => void = () => undefined;
    let asks: (() => void) | undefined;
    const onItsWay = new Promise<void>((resolve) => (arrives = resolve));
    const isAsked = new Promise<void>((resolve) => (asks = resolve));
    const read = office.ledger.read.bind(office.ledger);
    jest.spyOn(office.ledger, 'read').mockImplementation(async function* (stream, from, most) {
      if (stream === 'account-acme' && from === revision && asks !== undefined) {
        asks();
        asks = undefined;
        await onItsWay;
      }
      yield* read(stream, from, most);
    });
    await publishNova();
    await isAsked;
    const other = new Office(office.ledger);
    await other.must(grantMethod, 'acme', { id: 'g2', node: 'org', amount: '1', currency: 'usd' });
    expect(
      (await office.ask(grantMethod, 'acme', { id: 'g3', node: 'org', amount: '1', currency: 'usd' })).problem,
    ).toEqual(expect.objectContaining({ code: 'Unavailable' }));
    arrives();
    for (let turn = 0; turn < 50 && (await corrections()).length === 0; turn += 1)
      await new Promise((go) => setTimeout(go, 2));
    await other.close();
    expect(await available()).toMatchObject({ usd: '10.5' });
  });
});
