import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationReply, BalanceReply, ConfigureReply, PauseReply, TreeReply } from '@exchequer/contracts';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { pauseMethod, resumeMethod } from '../methods/pause.js';
import { balanceMethod } from '../queries/balance.js';
import { quoteMethod } from '../queries/quote.js';
import { treeMethod } from '../queries/tree.js';
import { Office } from './office.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const office = new OfficeOfEachTest();

beforeEach(async () => {
  const nodes = [{ id: 'org', kind: 'organization' }, { id: 'team' }, { id: 'user/ada', parent: 'team' }];
  await office.must(configureMethod, 'acme', { id: 'c1', currencies: { usd: { display: 2 } }, nodes });
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '10', currency: 'usd' });
});

const ask = (id: string) => ({ id, payer: 'user/ada', amounts: { usd: '1' } });

describe('pausing a node over the wire', () => {
  it('denies new calls under it in the name of who paused it, and lets held ones settle', async () => {
    const held = await office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1'));
    expect(
      await office.must<PauseReply>(pauseMethod, 'acme', { id: 'p1', node: 'team', reason: 'review' }),
    ).toMatchObject({ node: 'team', outcome: 'paused', nodes: 1, position: 'account-acme@3.0' });
    const denied = await office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a2'));
    expect(denied).toMatchObject({
      decision: 'denied',
      code: 'Paused',
      amounts: { usd: '1' },
      binding: { kind: 'pause', node: 'team' },
      retryAfterMs: null,
      alternatives: [],
    });
    expect(denied.message).toMatch(/^The node team was paused by tester \(review\)/);
    expect(office.refusals).toMatchObject([{ decisionId: denied.decisionId, code: 'Paused', request: { id: 'a2' } }]);
    expect(await office.must(quoteMethod, 'acme', { payer: 'user/ada', amounts: { usd: '1' } })).toMatchObject({
      decision: 'denied',
      code: 'Paused',
    });
    await office.must(captureMethod, 'acme', { id: 's1', hold: held.hold?.id });
  });

  it('shows it in the tree and in the balance until it is resumed, also after a restart', async () => {
    await office.must(pauseMethod, 'acme', { id: 'p1', node: 'team', below: true });
    const other = new Office(office.ledger);
    const paused = { by: 'person', actor: 'tester', since: '2026-11-21T10:00:00.000Z' };
    const { nodes } = await other.must<TreeReply>(treeMethod, 'acme', { under: 'team' });
    expect(nodes).toMatchObject([
      { node: 'team', paused },
      { node: 'user/ada', paused },
    ]);
    await other.must(resumeMethod, 'acme', { id: 'r1', node: 'user/ada' });
    expect(await other.must<BalanceReply>(balanceMethod, 'acme', { node: 'user/ada' })).not.toHaveProperty('paused');
    expect(await other.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1'))).toMatchObject({
      binding: { kind: 'pause', node: 'team' },
    });
    await other.must(resumeMethod, 'acme', { id: 'r2', node: 'team' });
    expect(await other.must(authorizeMethod, 'acme', ask('a1'))).toMatchObject({ decision: 'allowed' });
    await other.close();
  });

  it('gives the first reply again to the same request, and says when there was nothing to do', async () => {
    const first = await office.must<PauseReply>(pauseMethod, 'acme', { id: 'p1', node: 'org', below: true });
    expect(first.nodes).toBe(4);
    expect(await office.must(pauseMethod, 'acme', { id: 'p1', node: 'org', below: true })).toEqual({
      ...first,
      repeated: true,
    });
    expect(await office.must(pauseMethod, 'acme', { id: 'p2', node: 'org' })).toMatchObject({ nodes: 0 });
    const { problem } = await office.ask(pauseMethod, 'acme', { id: 'p3', node: 'nobody' });
    expect(problem).toMatchObject({ code: 'UnknownNode' });
  });

  it('knows a request that found nothing to do: its late copy finds nothing either, also after a restart', async () => {
    const first = await office.must<PauseReply>(resumeMethod, 'acme', { id: 'r1', node: 'org' });
    expect(first.nodes).toBe(0);
    await office.must(pauseMethod, 'acme', { id: 'p1', node: 'org' });
    const policy = { id: 'c2', nodes: [{ id: 'team', kind: 'team' }] };
    const changed = await office.must<ConfigureReply>(configureMethod, 'acme', policy);
    const same = await office.must<ConfigureReply>(configureMethod, 'acme', { ...policy, id: 'c3' });
    expect(same.changes).toEqual([]);
    expect(same.position).not.toBe(changed.position);
    await office.restart();
    expect(await office.must(resumeMethod, 'acme', { id: 'r1', node: 'org' })).toEqual({ ...first, repeated: true });
    expect(await office.must(configureMethod, 'acme', { ...policy, id: 'c3' })).toEqual({ ...same, repeated: true });
    expect(await office.must(authorizeMethod, 'acme', ask('a9'))).toMatchObject({ decision: 'denied' });
  });
});
