import { beforeEach, describe, expect, it } from '@jest/globals';
import { createCalendar } from '@exchequer/calendar';
import type {
  AuthorizationReply,
  ConfigureBody,
  CorrectionReply,
  SettlementReply,
  UsageExplainReply,
} from '@exchequer/contracts';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { correctMethod } from '../methods/correct.js';
import { grantMethod } from '../methods/fund.js';
import { recordMethod } from '../methods/record.js';
import { Explainer } from '../queries/explain.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const office = new OfficeOfEachTest();
const usd = (amount: string) => ({ usd: amount });
const configure = (id: string, overage: NonNullable<ConfigureBody['nodes']>[number]['overage']) =>
  office.must(configureMethod, 'acme', {
    id,
    currencies: { usd: { display: 2 } },
    nodes: [{ id: 'org', kind: 'organization', overage }],
  });

/** 11 usd, and 1 more that may be owed. */
beforeEach(async () => {
  await configure('c1', { usd: '1' });
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '11', currency: 'usd' });
});

async function held(amount: string): Promise<string> {
  const asked = { id: 'a1', payer: 'org', amounts: usd(amount) };
  const { hold } = await office.must<AuthorizationReply>(authorizeMethod, 'acme', asked);
  return hold?.id ?? '';
}
const settle = (hold: string, amount: string, id = 's1') =>
  office.must<SettlementReply>(captureMethod, 'acme', { id, hold, amounts: usd(amount) });
const recorded = (amount: string) =>
  office.must<SettlementReply>(recordMethod, 'acme', {
    ...{ id: 'r1', payer: 'org', amounts: usd(amount) },
    usage: { source: 'app', id: 'u-1', contentHash: 'h'.repeat(22) },
  });
const explained = (body: object) =>
  new Explainer(office.ledger, createCalendar()).explain('acme', body) as Promise<UsageExplainReply>;

describe('a cost beyond what overage allows', () => {
  it('is owed, and the reply to its capture says which part of it nothing allows', async () => {
    const settled = await settle(await held('10'), '13');
    expect(settled).toMatchObject({ amounts: usd('13'), owed: usd('2'), beyondOverage: usd('1') });
    expect(settled.sources).toMatchObject([{ amount: '10' }, { amount: '1' }, { layer: 'overage', amount: '2' }]);
  });

  it('is told alike when the capture is sent again, and when it is explained', async () => {
    const hold = await held('10');
    const settled = await settle(hold, '13');
    expect(await settle(hold, '13')).toEqual({ ...settled, repeated: true });
    expect((await explained({ command: 's1' })).settlement).toEqual(settled);
  });

  it('is not spoken of while overage allows all that is owed', async () => {
    await configure('c2', { usd: '5' });
    const settled = await settle(await held('10'), '13');
    expect(settled).toMatchObject({ owed: usd('2') });
    expect(settled).not.toHaveProperty('beyondOverage');
  });

  it('is told of usage that nothing was held for, also of a repeated event', async () => {
    const settled = await recorded('14');
    expect(settled).toMatchObject({ outcome: 'drawn', owed: usd('3'), beyondOverage: usd('2') });
    expect(await recorded('14')).toEqual({ ...settled, repeated: true });
  });

  it('is told without the surcharge that is owed on top', async () => {
    await configure('c2', { usd: { limit: '1.5', rate: '1.5' } });
    expect(await recorded('14')).toMatchObject({ owed: usd('4.5'), beyondOverage: usd('2') });
  });

  it('is told of a correction, of what it adds alone', async () => {
    const { position: of } = await recorded('13');
    const body = { id: 'x1', of, amounts: usd('17') };
    const corrected = await office.must<CorrectionReply>(correctMethod, 'acme', body);
    expect(corrected).toMatchObject({ charged: usd('4'), beyondOverage: usd('4') });
    expect(await office.must(correctMethod, 'acme', body)).toEqual({ ...corrected, repeated: true });
    const { settlement, corrections } = await explained({ usage: { source: 'app', id: 'u-1' } });
    expect(settlement).toMatchObject({ beyondOverage: usd('1') });
    expect(corrections).toMatchObject([{ beyondOverage: usd('4'), owed: usd('4') }]);
    const back = await office.must(correctMethod, 'acme', { id: 'x2', of, refund: usd('1') });
    expect(back).not.toHaveProperty('beyondOverage');
  });
});
