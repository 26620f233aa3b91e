import { beforeEach, describe, expect, it } from '@jest/globals';
import type {
  AuthorizationReply,
  BalanceReply,
  EndSessionReply,
  OpenSessionReply,
  SettlementReply,
  TreeReply,
} from '@exchequer/contracts';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { voidMethod } from '../methods/hold-end.js';
import { endSessionMethod, openSessionMethod } from '../methods/sessions.js';
import { balanceMethod } from '../queries/balance.js';
import { treeMethod } from '../queries/tree.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const office = new OfficeOfEachTest();

beforeEach(async () => {
  const nodes = [{ id: 'org', kind: 'organization' }, { id: 'team' }, { id: 'agent/scout', parent: 'team' }];
  await office.must(configureMethod, 'acme', { id: 'c1', currencies: { usd: { display: 2 } }, nodes });
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'team', amount: '40', currency: 'usd' });
});

const open = (id: string, more: object) =>
  office.must<OpenSessionReply>(openSessionMethod, 'acme', { id, lifeFor: 'PT1H', ...more });

describe('a session over the wire', () => {
  it('reserves, serves its calls and a sub-agent, ends, and gives back the rest', async () => {
    const outer = await open('s1', { payer: 'team', amounts: { usd: '25' } });
    expect(outer).toMatchObject({
      decision: 'allowed',
      session: 'session/s-1',
      expiresAt: '2026-11-21T11:00:00.000Z',
      amounts: { usd: '25' },
      sources: [{ node: 'team', layer: 'purchased', amount: '25' }],
    });
    const asked = { id: 'a1', payer: 'session/s-1', amounts: { usd: '10' } };
    const { hold } = await office.must<AuthorizationReply>(authorizeMethod, 'acme', asked);
    const settled = { id: 'k1', hold: hold?.id, amounts: { usd: '8' } };
    expect(await office.must<SettlementReply>(captureMethod, 'acme', settled)).toMatchObject({
      outcome: 'captured',
      returned: { usd: '2' },
      sources: [{ amount: '8' }],
    });
    const inner = await open('s2', { session: 'session/s-1', payer: 'agent/scout', amounts: { usd: '10' } });
    expect(inner.session).toBe('session/s-2');
    const all = { id: 'a2', payer: 'session/s-2', amounts: { usd: '10' } };
    const used = await office.must<AuthorizationReply>(authorizeMethod, 'acme', all);
    expect(
      await office.must<SettlementReply>(captureMethod, 'acme', {
        id: 'k2',
        hold: used.hold?.id,
        amounts: { usd: '12' },
      }),
    ).toMatchObject({ amounts: { usd: '12' }, sources: [{ amount: '10' }, { amount: '2' }] });
    const { nodes } = await office.must<TreeReply>(treeMethod, 'acme', {});
    expect(nodes.filter(({ kind }) => kind === 'session')).toMatchObject([
      { node: 'session/s-1', parent: 'team', session: { reserve: { usd: '25' }, left: { usd: '5' } } },
      { node: 'session/s-2', parent: 'session/s-1', session: { reserve: { usd: '10' }, left: { usd: '0' } } },
    ]);
    expect(await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'session/s-1' })).toMatchObject({
      spendable: { usd: '5' },
      session: { expiresAt: '2026-11-21T11:00:00.000Z' },
    });
    const ending = { id: 'e1', session: 'session/s-1' };
    const ended = await office.must<EndSessionReply>(endSessionMethod, 'acme', ending);
    expect(ended).toMatchObject({
      session: 'session/s-1',
      endedWithin: ['session/s-2'],
      spent: { usd: '20' },
      returned: { usd: '5' },
    });
    expect(await office.must<EndSessionReply>(endSessionMethod, 'acme', ending)).toEqual({ ...ended, repeated: true });
    const team = await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'team' });
    expect(team.balances).toMatchObject([{ available: '20', held: '0', spent: '20' }]);
    const scout = await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'agent/scout' });
    expect(scout.balances).toMatchObject([{ held: '0', spent: '12' }]);
  });

  it('denies a reserve that does not fit, and a call that is more than is left, with what would pass', async () => {
    expect(await open('s1', { payer: 'team', amounts: { usd: '41' } })).toMatchObject({
      decision: 'denied',
      code: 'InsufficientCredits',
      binding: { kind: 'funds', node: 'team', remaining: '40' },
      alternatives: [{ kind: 'smaller-amount', amounts: { usd: '40' } }],
    });
    const part = await open('s2', { payer: 'team', amounts: { usd: '50' }, accept: 'partial' });
    expect(part).toMatchObject({ decision: 'partial', session: 'session/s-1', amounts: { usd: '40' } });
    const asked = { id: 'a1', payer: 'session/s-1', amounts: { usd: '41' } };
    expect(await office.must<AuthorizationReply>(authorizeMethod, 'acme', asked)).toMatchObject({
      decision: 'denied',
      binding: { kind: 'funds', node: 'session/s-1', remaining: '40' },
      alternatives: [{ amounts: { usd: '40' } }],
    });
  });

  it('says what a void gave back to its reserve, and repeats an opening', async () => {
    const first = await open('s1', { payer: 'team', amounts: { usd: '5' } });
    expect(await open('s1', { payer: 'team', amounts: { usd: '5' } })).toEqual({ ...first, repeated: true });
    const asked = { id: 'a1', payer: 'session/s-1', amounts: { usd: '3' } };
    const { hold } = await office.must<AuthorizationReply>(authorizeMethod, 'acme', asked);
    const ending = { id: 'v1', hold: hold?.id };
    expect(await office.must(voidMethod, 'acme', ending)).toMatchObject({ returned: { usd: '3' } });
  });

  it('refuses what is no session, no reserve, and too long a life, in a sentence', async () => {
    const refused = async (method: typeof openSessionMethod | typeof endSessionMethod, body: object) =>
      (await office.ask(method, 'acme', body)).problem?.message;
    expect(await refused(endSessionMethod, { id: 'e1', session: 'team' })).toBe(
      'session: team is a node of the tree, not a session.',
    );
    expect(await refused(openSessionMethod, { id: 'o1', payer: 'team', amounts: { usd: '1' }, lifeFor: 'P31D' })).toBe(
      'lifeFor: takes an ISO 8601 duration from PT1S to P30D, such as PT1H.',
    );
    expect(await refused(openSessionMethod, { id: 'o2', payer: 'team', amounts: { usd: '0' }, lifeFor: 'PT1H' })).toBe(
      'amounts: is nothing; a session lives on its reserve.',
    );
  });
});
