import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  AdvanceReply,
  AuthorizationReply,
  BalanceReply,
  ConfigureReply,
  DescribeReply,
  SettlementReply,
} from '@exchequer/contracts';
import { currencyId, MINUTE_MS, START_OF_TIME } from '@exchequer/kernel';
import { openLedger, type Ledger } from '@exchequer/ledger';
import { parseDecimal, type RateCardContent } from '@exchequer/rating';
import { Catalogue, loadReplica, stateHash } from '@exchequer/replica';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import type { Fact } from '@exchequer/account';
import { readFact } from '@exchequer/account';
import { readCommands } from '@exchequer/ledger';
import { FACT_SHAPES } from '@exchequer/replica';
import { advanceMethod } from '../methods/advance.js';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { correctMethod } from '../methods/correct.js';
import { grantMethod } from '../methods/fund.js';
import { recordMethod } from '../methods/record.js';
import { balanceMethod } from '../queries/balance.js';
import { describeMethod } from '../queries/describe.js';
import { quoteMethod } from '../queries/quote.js';
import { Office } from './office.js';

/** An input token of the model costs so many dollars. */
const card = (model: string, dollars: string, effectiveFrom = START_OF_TIME): RateCardContent => ({
  name: `list ${model}`,
  currency: currencyId('usd'),
  effectiveFrom,
  models: new Map([
    [
      model,
      {
        prices: [{ meter: 'input_tokens', price: parseDecimal(dollars)!, tier: 'standard', aboveInputTokens: 0 }],
      },
    ],
  ]),
});

let scratch: ScratchDirectory;
let ledger: Ledger;
let office: Office;

beforeEach(async () => {
  scratch = await createScratchDirectory();
  ledger = openLedger(`lmdb:${scratch.path}`);
  office = new Office(ledger);
  await office.must(configureMethod, 'acme', {
    id: 'c1',
    currencies: { usd: { display: 2 } },
    nodes: [{ id: 'org', kind: 'organization' }],
    unpriced: { meters: { input_tokens: { price: '2', currency: 'usd' } } },
  });
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '1000', currency: 'usd' });
});

afterEach(async () => {
  await office.close();
  await ledger.close();
  await scratch.remove();
});

const use = (tokens: number, model = 'nova-9') => ({ model, meters: { input_tokens: tokens } });
const usage = (id: string, tokens: number, model?: string) => ({
  id,
  payer: 'org',
  use: use(tokens, model),
  time: new Date(office.nowMs - 1_000).toISOString(),
});
const record = (id: string, tokens: number, model?: string) =>
  office.must<SettlementReply>(recordMethod, 'acme', usage(id, tokens, model));
const waiting = async (other = office) =>
  (await other.must<DescribeReply>(describeMethod, 'acme', {})).unpriced?.waiting ?? 0;
const spent = async () =>
  (await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'org' })).balances.map((one) => one.spent);

/** Publishes a card, and lets the office come upon it. */
async function publish(content: RateCardContent, other = office): Promise<void> {
  await new Catalogue(ledger).publish(
    content,
    `p-${content.name}-${String(content.effectiveFrom)}`,
    'spec',
    other.nowMs,
  );
  await other.catalogue.refresh();
}

/** Asks until nothing waits, or as often as is enough for everything that is under way. */
async function settled(other = office): Promise<number> {
  for (let turn = 0; turn < 50 && (await waiting(other)) > 0; turn += 1) await new Promise((go) => setTimeout(go, 2));
  return waiting(other);
}

/** All corrections, as the ledger has them. */
async function corrections(): Promise<readonly Extract<Fact, { type: 'ChargeCorrected' }>[]> {
  const found: Extract<Fact, { type: 'ChargeCorrected' }>[] = [];
  for await (const { commands } of readCommands(ledger, 'account-acme', 0, { shapes: FACT_SHAPES }))
    for (const { record: stored } of commands)
      for (const fact of stored.facts.map(readFact)) if (fact.type === 'ChargeCorrected') found.push(fact);
  return found;
}

describe('usage without a price, in an account that states prices', () => {
  it('is held at the stated price, and flagged', async () => {
    const body = { id: 'a1', payer: 'org', use: use(3) };
    expect(await office.must<AuthorizationReply>(authorizeMethod, 'acme', body)).toMatchObject({
      decision: 'allowed',
      amounts: { usd: '6' },
      unpriced: true,
    });
    expect(await office.must(quoteMethod, 'acme', { payer: 'org', use: use(4) })).toMatchObject({
      decision: 'allowed',
      amounts: { usd: '8' },
      unpriced: true,
    });
    expect(await office.must(authorizeMethod, 'acme', { id: 'a2', payer: 'org', use: use(900) })).toMatchObject({
      decision: 'denied',
      code: 'InsufficientCredits',
      amounts: { usd: '1800' },
      unpriced: true,
    });
  });

  it('is charged at the stated price, whether with a hold or without, and shown as waiting', async () => {
    const { hold } = await office.must<AuthorizationReply>(authorizeMethod, 'acme', {
      id: 'a1',
      payer: 'org',
      use: use(3),
    });
    const captured = { id: 's1', hold: hold?.id, use: use(2) };
    expect(await office.must(captureMethod, 'acme', captured)).toMatchObject({ amounts: { usd: '4' }, unpriced: true });
    expect(await record('r1', 5)).toMatchObject({ outcome: 'drawn', amounts: { usd: '10' }, unpriced: true });
    expect(await record('r1', 5)).toMatchObject({ amounts: { usd: '10' }, unpriced: true, repeated: true });
    expect(await waiting()).toBe(2);
    expect(office.hosts.waitingForPrice).toBe(2);
    expect(office.warnings).toEqual([
      'usage of nova-9 has no price: such usage is charged at stated prices until prices come',
    ]);
  });

  it('has no price where nothing is stated of its meter: refused when asked, kept apart when it happened', async () => {
    const images = { model: 'nova-9', meters: { output_images: 1 } };
    const asked = { id: 'a1', payer: 'org', use: images };
    expect((await office.ask(authorizeMethod, 'acme', asked)).problem).toMatchObject({ code: 'UnknownPrice' });
    expect(await office.must(recordMethod, 'acme', { id: 'r1', payer: 'org', use: images })).toMatchObject({
      outcome: 'unpriced',
      amounts: {},
    });
    expect(await office.must(describeMethod, 'acme', {})).toMatchObject({ unpriced: { waiting: 0, keptApart: 1 } });
  });

  it('is refused and kept apart as before where the account states no prices any more', async () => {
    const none = await office.must<ConfigureReply>(configureMethod, 'acme', { id: 'c2', unpriced: {} });
    expect(none.changes).toMatchObject([{ subject: 'prices of usage without a price', to: 'none: it is kept apart' }]);
    const asked = { id: 'a1', payer: 'org', use: use(3) };
    expect((await office.ask(authorizeMethod, 'acme', asked)).problem).toMatchObject({ code: 'UnknownPrice' });
    expect((await office.ask(quoteMethod, 'acme', { payer: 'org', use: use(3) })).problem?.code).toBe('UnknownPrice');
    expect(await record('r1', 5)).toMatchObject({ outcome: 'unpriced' });
  });
});

describe('a price that comes', () => {
  it('corrects every charge that waited for it, once, to the price of its own instant', async () => {
    await record('r1', 5);
    await record('r2', 7);
    await record('r3', 1, 'other');
    await publish(card('nova-9', '3'));
    await publish(card('nova-9', '100', office.nowMs));
    expect(await settled()).toBe(1);
    expect(await spent()).toEqual(['38']);
    const done = await corrections();
    expect(done.map(({ amountsBefore, amounts }) => [amountsBefore[0]?.amount, amounts[0]?.amount])).toEqual([
      [10_000_000_000n, 15_000_000_000n],
      [14_000_000_000n, 21_000_000_000n],
    ]);
    expect(done.every(({ particulars }) => particulars?.card?.startsWith('card-0-'))).toBe(true);
    await publish(card('nova-9', '9'));
    await record('r4', 1, 'third');
    expect(await corrections()).toHaveLength(2);
  });

  it('is found also by an instance that was not there when it came', async () => {
    await record('r1', 5);
    await office.close();
    await new Catalogue(ledger).publish(card('nova-9', '3'), 'p1', 'spec', office.nowMs);
    const next = new Office(ledger);
    await next.catalogue.refresh();
    expect((await next.must<AdvanceReply>(advanceMethod, 'acme', {})).nextDueAt).toBe(
      new Date(next.nowMs + MINUTE_MS).toISOString(),
    );
    expect(await settled(next)).toBe(0);
    expect((await next.must<AdvanceReply>(advanceMethod, 'acme', {})).nextDueAt).toBeUndefined();
    const live = next.hosts.host('acme').decidedUpon;
    expect(stateHash((await loadReplica(ledger, 'account-acme')).state)).toBe(live && stateHash(live.state));
    await next.close();
    const third = new Office(ledger);
    await third.catalogue.refresh();
    expect(await waiting(third)).toBe(0);
    await third.close();
    expect(await corrections()).toHaveLength(1);
  });

  it('waits for the price of all that was used', async () => {
    const both = { model: 'nova-9', meters: { input_tokens: 1, output_tokens: 1 } };
    const request = { request: { price: '1', currency: 'usd' } };
    await office.must(configureMethod, 'acme', { id: 'c2', unpriced: request });
    await office.must(recordMethod, 'acme', { id: 'r1', payer: 'org', use: both });
    await publish(card('nova-9', '3'));
    expect(await waiting()).toBe(1);
    expect(await corrections()).toEqual([]);
  });

  it('leaves alone what a person has corrected meanwhile', async () => {
    const { position } = await record('r1', 5);
    await office.must(correctMethod, 'acme', { id: 'x1', of: position, refund: { usd: '4' } });
    await publish(card('nova-9', '3'));
    expect(await settled()).toBe(0);
    expect(await spent()).toEqual(['6']);
  });

  it('corrects hundreds, more than are under way at a time', async () => {
    const items = Array.from({ length: 600 }, (_, index) => usage(`r${String(index)}`, 0.25));
    await office.must(recordMethod, 'acme', { items });
    expect(await waiting()).toBe(600);
    await publish(card('nova-9', '1'));
    for (let turn = 0; turn < 20 && (await settled()) > 0; turn += 1);
    expect(await waiting()).toBe(0);
    expect(await spent()).toEqual(['150']);
  });
});
