import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationReply, BalanceReply, ConfigureBody } from '@exchequer/contracts';
import { authorizeMethod } from '../methods/authorize.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { balanceMethod } from '../queries/balance.js';
import { quoteMethod } from '../queries/quote.js';
import { Office } from './office.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const limits = [{ name: 'total', amount: '2', currency: 'usd', window: { kind: 'lifetime' as const } }];
const POLICY: Omit<ConfigureBody, 'id'> = {
  currencies: { usd: { display: 2 } },
  nodes: [
    { id: 'org', kind: 'organization', entitlements: { features: { allow: ['summary'] } } },
    { id: 'team', limits, observe: true },
    { id: 'user/ada', parent: 'team' },
  ],
};

const office = new OfficeOfEachTest();

beforeEach(async () => {
  await office.must(configureMethod, 'acme', { id: 'c1', ...POLICY });
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '10', currency: 'usd' });
});

const ask = (id: string, usd: string, feature: string) => ({
  id,
  payer: 'user/ada',
  amounts: { usd },
  tags: { feature },
});

describe('who may at all, over the wire', () => {
  it('denies what the caller is not entitled to, as an answer with the node that says so', async () => {
    const denied = await office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1', '1', 'export'));
    expect(denied).toMatchObject({
      decision: 'denied',
      code: 'NotEntitled',
      binding: { kind: 'entitlement', node: 'org', feature: 'export' },
      retryAfterMs: null,
    });
    expect(office.refusals).toMatchObject([{ code: 'NotEntitled', binding: { node: 'org' } }]);
  });

  it('tells of an allowed call what observed rules would have refused, again when it is repeated', async () => {
    const observed = [{ code: 'LimitReached', node: 'team', limit: 'total' }];
    const first = await office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1', '3', 'summary'));
    expect(first).toMatchObject({ decision: 'allowed', observed });
    expect(await office.must(quoteMethod, 'acme', ask('q1', '3', 'summary'))).toMatchObject({ observed });
    const other = new Office(office.ledger);
    const again = await other.must(authorizeMethod, 'acme', ask('a1', '3', 'summary'));
    expect(again).toEqual({ ...first, repeated: true });
    await other.close();
  });

  it('shows in the balance what a node says, and that it is only observed', async () => {
    expect(await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'org' })).toMatchObject({
      entitlements: { features: { allow: ['summary'] } },
    });
    const ada = await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'user/ada' });
    expect(ada.observed).toBe(true);
    expect(ada).not.toHaveProperty('entitlements');
  });
});
