import { beforeEach, describe, expect, it } from '@jest/globals';
import type {
  AdvanceReply,
  AuthorizationReply,
  BalanceReply,
  ConfigureBody,
  ConfigureReply,
  DescribeReply,
} from '@exchequer/contracts';
import { advanceMethod } from '../methods/advance.js';
import { authorizeMethod } from '../methods/authorize.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { balanceMethod } from '../queries/balance.js';
import { describeMethod } from '../queries/describe.js';
import { Explainer } from '../queries/explain.js';
import { createCalendar } from '@exchequer/calendar';
import { OfficeOfEachTest } from './office-of-each-test.js';

const weekly = (amount: string) => ({
  name: 'weekly',
  amount,
  currency: 'usd',
  window: { kind: 'rolling' as const, lengthMs: 604_800_000 },
});

const POLICY: Omit<ConfigureBody, 'id'> = {
  currencies: { usd: { display: 2 } },
  roles: { power: { limits: [weekly('100')] }, contractor: { limits: [weekly('20')] } },
  nodes: [
    { id: 'org', kind: 'organization' },
    { id: 'user/ada', roles: ['power', 'contractor'], precedence: 'most-permissive' },
  ],
};

const office = new OfficeOfEachTest();

beforeEach(async () => {
  await office.must(configureMethod, 'acme', { id: 'c1', ...POLICY });
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '1000', currency: 'usd' });
});

const configured = (body: Omit<ConfigureBody, 'id'>, id: string) =>
  office.must<ConfigureReply>(configureMethod, 'acme', { id, ...body });

const limitsOfAda = async () =>
  (await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'user/ada' })).limits.map(
    ({ limit, amount, remaining, rule }) => ({ limit, amount, remaining, rule }),
  );

const ask = (id: string, usd: string) => ({ id, payer: 'user/ada', amounts: { usd }, explain: 'full' });

describe('replies about a limit that comes from a rule', () => {
  it('name the rule that won, allowed and denied', async () => {
    const allowed = await office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1', '60'));
    expect(allowed.chain).toMatchObject([{ limit: 'weekly', amount: '100', remaining: '40', rule: 'role/power' }]);
    const denied = await office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a2', '50'));
    expect(denied.binding).toMatchObject({ kind: 'limit', limit: 'weekly', remaining: '40', rule: 'role/power' });
    expect(await limitsOfAda()).toEqual([{ limit: 'weekly', amount: '100', remaining: '40', rule: 'role/power' }]);
  });

  it('say unlimited in words', async () => {
    await configured({ roles: { power: { limits: [weekly('unlimited')] }, contractor: { limits: [] } } }, 'c2');
    const brief = { id: 'a1', payer: 'user/ada', amounts: { usd: '900' } };
    const allowed = await office.must<AuthorizationReply>(authorizeMethod, 'acme', brief);
    expect(allowed.chain).toMatchObject([{ limit: 'weekly', remaining: 'unlimited', rule: 'role/power' }]);
    expect(await limitsOfAda()).toMatchObject([{ amount: 'unlimited', remaining: 'unlimited', rule: 'role/power' }]);
  });

  it('come out the same when the decision is explained from the ledger', async () => {
    const allowed = await office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1', '60'));
    await configured({ roles: { power: { limits: [weekly('1')] }, contractor: { limits: [] } } }, 'c2');
    const explained = await new Explainer(office.ledger, createCalendar()).explain('acme', { hold: allowed.hold?.id });
    expect(explained).toMatchObject({ decision: { chain: allowed.chain } });
  });

  it('show beforehand whom a changed role reaches', async () => {
    const roles = { power: { limits: [weekly('90')] }, contractor: { limits: [weekly('20')] } };
    const { changes } = await configured({ roles, dryRun: true }, 'c2');
    expect(changes).toEqual([
      {
        action: 'change',
        subject: 'role/power',
        from: 'weekly 100 usd, rolling 7d',
        to: 'weekly 90 usd, rolling 7d',
      },
      {
        action: 'change',
        subject: 'limit weekly of user/ada',
        from: '100 usd by role/power',
        to: '90 usd by role/power',
      },
    ]);
  });
});

describe('an override', () => {
  const ada = (until: string) => ({
    nodes: [{ ...POLICY.nodes![1]!, overrides: [{ limit: 'weekly', amount: '200', currency: 'usd', until }] }],
  });

  it('is what advance does next, and ends by itself', async () => {
    const until = new Date(office.nowMs + 60_000).toISOString();
    await configured(ada(until), 'c2');
    expect(await limitsOfAda()).toMatchObject([{ amount: '200', rule: 'override' }]);
    expect(await office.must<AdvanceReply>(advanceMethod, 'acme', {})).toMatchObject({ nextDueAt: until });
    office.nowMs += 60_000;
    expect(await office.must<AdvanceReply>(advanceMethod, 'acme', {})).not.toHaveProperty('nextDueAt');
    expect(await limitsOfAda()).toMatchObject([{ amount: '100', rule: 'role/power' }]);
    expect((await configured(ada(until), 'c3')).changes).toEqual([]);
  });

  it('is there again after a restart, with its end', async () => {
    const until = new Date(office.nowMs + 60_000).toISOString();
    await configured(ada(until), 'c2');
    await office.restart();
    expect(await limitsOfAda()).toMatchObject([{ amount: '200', rule: 'override' }]);
    office.nowMs += 60_000;
    expect(await limitsOfAda()).toMatchObject([{ amount: '100', rule: 'role/power' }]);
  });
});

describe('an account with tiers', () => {
  const tiers = [
    { name: 'free', limits: [weekly('10')] },
    { name: 'gold', paid: { amount: '50', currency: 'usd' }, ageMs: 60_000, limits: [weekly('500')] },
  ];
  const ofOrg = async () =>
    (await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'org' })).limits.map(({ amount, rule }) => [
      amount,
      rule,
    ]);

  it('comes to the one that it has paid for when it is old enough, and says where it is', async () => {
    expect((await configured({ tiers }, 'c2')).changes).toEqual([
      { action: 'add', subject: 'tier/free', to: 'weekly 10 usd, rolling 7d' },
      { action: 'add', subject: 'tier/gold', to: 'weekly 500 usd, rolling 7d' },
      { action: 'change', subject: 'tiers', to: 'free, gold from 50 usd paid and 1m of age' },
      { action: 'change', subject: 'tier', to: 'free' },
      { action: 'add', subject: 'limit weekly of org', to: '10 usd, rolling 7d by tier/free' },
    ]);
    const paid = { id: 'g2', node: 'org', amount: '50', currency: 'usd', paid: { amount: '50', currency: 'usd' } };
    await office.must(grantMethod, 'acme', paid);
    expect(await ofOrg()).toEqual([['10', 'tier/free']]);
    const until = new Date(office.nowMs + 60_000).toISOString();
    expect(await office.must<AdvanceReply>(advanceMethod, 'acme', {})).toMatchObject({ nextDueAt: until });
    office.nowMs += 60_000;
    expect(await office.must<DescribeReply>(describeMethod, 'acme', {})).toMatchObject({ tier: 'gold' });
    expect(await ofOrg()).toEqual([['500', 'tier/gold']]);
  });

  it('comes to it with the payment itself when it is old enough before', async () => {
    await configured({ tiers }, 'c2');
    office.nowMs += 60_000;
    const paid = { id: 'g2', node: 'org', amount: '50', currency: 'usd', paid: { amount: '50', currency: 'usd' } };
    expect(await office.must(grantMethod, 'acme', paid)).toMatchObject({ grant: 'g-2', amount: '50' });
    expect(await ofOrg()).toEqual([['500', 'tier/gold']]);
  });
});
