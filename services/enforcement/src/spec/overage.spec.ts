import { beforeEach, describe, expect, it } from '@jest/globals';
import type {
  AuthorizationReply,
  BalanceReply,
  ConfigureBody,
  ConfigureReply,
  CorrectionReply,
  OpenSessionReply,
  SettlementReply,
} from '@exchequer/contracts';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { correctMethod } from '../methods/correct.js';
import { grantMethod } from '../methods/fund.js';
import { recordMethod } from '../methods/record.js';
import { openSessionMethod } from '../methods/sessions.js';
import { balanceMethod } from '../queries/balance.js';
import { quoteMethod } from '../queries/quote.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const office = new OfficeOfEachTest();
const stating = (overage: NonNullable<ConfigureBody['nodes']>[number]['overage']) => ({
  currencies: { usd: { display: 2 } },
  nodes: [{ id: 'org', kind: 'organization', overage }],
});

/** 2 usd, and 10 more that may be owed: only for critical work, of which 4 owe 5. */
beforeEach(async () => {
  const overage = { usd: { limit: '10', for: 'critical' as const, rate: '1.250' } };
  await office.must(configureMethod, 'acme', { id: 'c1', ...stating(overage) });
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '2', currency: 'usd' });
});

const critical = { critical: true };
const ask = (id: string, usd: string, more: object = {}) =>
  office.must<AuthorizationReply>(authorizeMethod, 'acme', { id, payer: 'org', amounts: { usd }, ...more });
const balance = () => office.must<BalanceReply>(balanceMethod, 'acme', { node: 'org' });

describe('overage for critical work at a rate of its own', () => {
  it('lets a call pass that is marked critical, and says what is owed on top', async () => {
    const allowed = await ask('a1', '6', critical);
    expect(allowed).toMatchObject({ decision: 'allowed', amounts: { usd: '6' } });
    expect(allowed.sources?.at(-1)).toEqual({
      node: 'org',
      layer: 'overage',
      currency: 'usd',
      amount: '4',
      surcharge: '1',
    });
    const settled = { id: 's1', hold: allowed.hold?.id, amounts: { usd: '6' } };
    expect(await office.must<SettlementReply>(captureMethod, 'acme', settled)).toMatchObject({
      amounts: { usd: '6' },
      owed: { usd: '5' },
    });
    expect((await balance()).balances).toMatchObject([{ currency: 'usd', spent: '6', owed: '5' }]);
  });

  it('refuses any other, and says what critical work could spend', async () => {
    const denied = await ask('a1', '6', { critical: false });
    expect(denied).toMatchObject({ decision: 'denied', code: 'InsufficientCredits', binding: { remaining: '2' } });
    expect(denied.message).toContain('Work that is marked critical can spend 10 usd.');
  });

  it('shows both in a balance, while they differ', async () => {
    expect(await balance()).toMatchObject({ spendable: { usd: '2' }, spendableIfCritical: { usd: '10' } });
    await office.must(configureMethod, 'acme', { id: 'c2', ...stating({ usd: '10' }) });
    const same = await balance();
    expect(same.spendable).toEqual({ usd: '12' });
    expect(same).not.toHaveProperty('spendableIfCritical');
  });

  it('quotes it as it would be held', async () => {
    const quote = { payer: 'org', amounts: { usd: '6' }, ...critical };
    const told = await office.must<AuthorizationReply>(quoteMethod, 'acme', quote);
    expect(told.sources).toMatchObject([{ layer: 'purchased' }, { amount: '4', surcharge: '1' }]);
  });

  it('is part of the reserve of a critical session', async () => {
    const session = { id: 'o1', payer: 'org', amounts: { usd: '6' }, lifeFor: 'PT1H' };
    expect(await office.must<OpenSessionReply>(openSessionMethod, 'acme', session)).toMatchObject({
      decision: 'denied',
    });
    const opened = { ...session, id: 'o2', ...critical };
    expect((await office.must<OpenSessionReply>(openSessionMethod, 'acme', opened)).sources).toMatchObject([
      { layer: 'purchased', amount: '2' },
      { layer: 'overage', amount: '4', surcharge: '1' },
    ]);
  });

  it('gives back surcharges with what they were for', async () => {
    const usage = { id: 'u1', payer: 'org', amounts: { usd: '6' }, ...critical };
    const { position } = await office.must<SettlementReply>(recordMethod, 'acme', usage);
    const refund = { id: 'r1', of: position, refund: { usd: '2' } };
    const corrected = await office.must<CorrectionReply>(correctMethod, 'acme', refund);
    expect(corrected.sources).toEqual([
      { node: 'org', layer: 'overage', currency: 'usd', amount: '2', surcharge: '0.5' },
    ]);
    expect((await balance()).balances).toMatchObject([{ owed: '2.5' }]);
  });

  it('tells what is owed at several nodes as one sum', async () => {
    const nodes = [
      { id: 'org', overage: { usd: '5' } },
      { id: 'team', parent: 'org', pooling: 'own-then-parent' as const, overage: { usd: '3' } },
    ];
    await office.must(configureMethod, 'acme', { id: 'c2', nodes });
    const usage = { id: 'u1', payer: 'team', amounts: { usd: '9' } };
    expect(await office.must<SettlementReply>(recordMethod, 'acme', usage)).toMatchObject({ owed: { usd: '7' } });
  });

  it('takes a rate of 1 for none, and says in a plan what changes', async () => {
    const plan = (id: string, overage: Parameters<typeof stating>[0]) =>
      office.must<ConfigureReply>(configureMethod, 'acme', { id, dryRun: true, ...stating(overage) });
    const same = { usd: { limit: '10.0', for: 'critical' as const, rate: '1.25' } };
    expect((await plan('p1', same)).changes).toEqual([]);
    expect((await plan('p2', { usd: { limit: '10', rate: '1.0' } })).changes).toMatchObject([
      { subject: 'overage of org', from: '10 usd for critical work at 1.25', to: '10 usd' },
    ]);
  });
});
