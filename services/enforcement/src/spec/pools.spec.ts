import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationReply, BalanceReply, ConfigureBody, ConfigureReply, TreeReply } from '@exchequer/contracts';
import { authorizeMethod } from '../methods/authorize.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { balanceMethod } from '../queries/balance.js';
import { treeMethod } from '../queries/tree.js';
import { Office } from './office.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const usd = (stated: { readonly reserve?: string; readonly borrowMax?: string }) => [{ currency: 'usd', ...stated }];
const POLICY: Omit<ConfigureBody, 'id'> = {
  currencies: { usd: { display: 2 } },
  nodes: [
    { id: 'org', kind: 'organization' },
    { id: 'department/sales', pooling: 'parent', pools: usd({ reserve: '30', borrowMax: '60' }) },
    { id: 'department/research', pooling: 'parent', pools: usd({ reserve: '50' }) },
    { id: 'user/ada', parent: 'department/sales', pooling: 'parent' },
  ],
};

const office = new OfficeOfEachTest();

beforeEach(async () => {
  await office.must(configureMethod, 'acme', { id: 'c1', ...POLICY });
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '100', currency: 'usd' });
});

const ask = (id: string, payer: string, amount: string) => ({ id, payer, amounts: { usd: amount } });

describe('departments with reserved capacity and a shared base', () => {
  it('denies what is kept for another department, and says for whom and what would pass', async () => {
    const denied = await office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1', 'user/ada', '51'));
    expect(denied).toMatchObject({
      decision: 'denied',
      code: 'InsufficientCredits',
      binding: { kind: 'funds', node: 'department/research', currency: 'usd', remaining: '50', pool: 'reserve' },
      alternatives: [{ kind: 'smaller-amount', amounts: { usd: '50' } }],
    });
    expect(denied.message).toContain('50 usd in org are kept for department/research');
    await office.must(authorizeMethod, 'acme', ask('a2', 'user/ada', '50'));
    const research = await office.must(authorizeMethod, 'acme', ask('a3', 'department/research', '50'));
    expect(research).toMatchObject({ decision: 'allowed' });
  });

  it('denies beyond a borrowing cap, whatever is free', async () => {
    await office.must(authorizeMethod, 'acme', ask('a1', 'department/research', '30'));
    await office.must(grantMethod, 'acme', { id: 'g2', node: 'org', amount: '40', currency: 'usd' });
    expect(await office.must(authorizeMethod, 'acme', ask('a2', 'user/ada', '61'))).toMatchObject({
      decision: 'denied',
      binding: { node: 'department/sales', remaining: '60', pool: 'borrowMax' },
    });
  });

  it('shows the rules with what is used of them, and counts them in what can be spent', async () => {
    await office.must(authorizeMethod, 'acme', ask('a1', 'user/ada', '20'));
    const ada = await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'user/ada' });
    expect(ada.spendable).toEqual({ usd: '30' });
    expect(ada).not.toHaveProperty('pools');
    const tree = await office.must<TreeReply>(treeMethod, 'acme', {});
    expect(tree.nodes.find(({ node }) => node === 'department/sales')?.pools).toEqual([
      { currency: 'usd', reserve: '30', borrowMax: '60', borrowed: '20', lent: '0', kept: '10' },
    ]);
  });

  it('says what a policy changes, and changes nothing the second time', async () => {
    const dryRun = { ...POLICY, id: 'c2', dryRun: true };
    expect(await office.must(configureMethod, 'acme', dryRun)).toMatchObject({ changes: [] });
    const plain = { id: 'c3', dryRun: true, nodes: [{ id: 'department/sales', pooling: 'parent' as const }] };
    expect((await office.must<ConfigureReply>(configureMethod, 'acme', plain)).changes).toEqual([
      {
        action: 'change',
        subject: 'pool rules of department/sales in usd',
        from: 'reserve 30 usd, borrowMax 60 usd',
        to: 'none',
      },
    ]);
  });

  it('counts the same after the account was loaded again', async () => {
    await office.must(authorizeMethod, 'acme', ask('a1', 'user/ada', '20'));
    const other = new Office(office.ledger);
    expect(await other.must(authorizeMethod, 'acme', ask('a2', 'user/ada', '31'))).toMatchObject({
      decision: 'denied',
    });
    expect(await other.must(authorizeMethod, 'acme', ask('a3', 'user/ada', '30'))).toMatchObject({
      decision: 'allowed',
    });
    await other.close();
  });
});
