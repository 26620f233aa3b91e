import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationReply, BalanceReply, ConfigureBody, SettlementReply } from '@exchequer/contracts';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { balanceMethod } from '../queries/balance.js';
import { Office } from './office.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const POLICY: Omit<ConfigureBody, 'id'> = {
  currencies: { usd: { display: 2 } },
  nodes: [
    { id: 'org', kind: 'organization' },
    {
      id: 'project/chat',
      parent: 'org',
      limits: [{ name: 'total', amount: '5', currency: 'usd', window: { kind: 'lifetime' } }],
    },
  ],
};

const office = new OfficeOfEachTest();

beforeEach(async () => {
  await office.must(configureMethod, 'acme', { id: 'c1', ...POLICY });
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '10', currency: 'usd' });
});

const ask = (id: string, usd: string) => ({ id, payer: 'project/chat', amounts: { usd } });

describe('an account host', () => {
  it('holds, settles and shows what is left', async () => {
    const allowed = await office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1', '2'));
    expect(allowed).toMatchObject({
      decision: 'allowed',
      amounts: { usd: '2' },
      sources: [{ node: 'org', layer: 'purchased', currency: 'usd', amount: '2' }],
      chain: [{ node: 'project/chat', limit: 'total', remaining: '3' }],
      position: 'account-acme@2.0',
    });
    const settled = await office.must<SettlementReply>(captureMethod, 'acme', {
      id: 's1',
      hold: allowed.hold?.id,
      amounts: { usd: '1.5' },
    });
    expect(settled).toMatchObject({ outcome: 'captured', amounts: { usd: '1.5' }, returned: { usd: '0.5' } });
    const balance = await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'org' });
    expect(balance.balances).toEqual([
      { currency: 'usd', available: '8.5', heldInLots: '0', held: '0', spent: '1.5', owed: '0' },
    ]);
  });

  it('answers a request whose decision fails, books nothing of it, and goes on with the others', async () => {
    const fails = (): object => {
      throw new Error('broken invariant');
    };
    const broken = { ...grantMethod, replier: { ...grantMethod.replier, accepted: fails } };
    const [fault, later] = await Promise.all([
      office.ask(broken, 'acme', { id: 'g2', node: 'org', amount: '5', currency: 'usd' }),
      office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1', '2')),
    ]);
    expect(fault.problem).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('could not be') });
    expect(later).toMatchObject({ decision: 'allowed', position: 'account-acme@2.0' });
    const { balances } = await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'org' });
    expect(balances).toMatchObject([{ available: '8', held: '2' }]);
  });

  it('gives the first reply again to the same request, and no new fact', async () => {
    const first = await office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1', '2'));
    const again = await office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1', '2'));
    expect(again).toEqual({ ...first, repeated: true });
    expect((await office.ledger.head('account-acme'))?.revision).toBe(2);
  });

  it('gives the first reply again after it was loaded anew from the ledger', async () => {
    const first = await office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1', '2'));
    const other = new Office(office.ledger);
    const again = await other.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1', '2'));
    expect(again).toEqual({ ...first, repeated: true });
    await other.close();
  });

  it('refuses another request under a used id', async () => {
    await office.must(authorizeMethod, 'acme', ask('a1', '2'));
    const { problem } = await office.ask(authorizeMethod, 'acme', ask('a1', '3'));
    expect(problem).toMatchObject({ code: 'IdempotencyConflict' });
  });

  it('gives both of two equal requests in one message the same hold', async () => {
    const batch = await office.must<{ items: AuthorizationReply[] }>(authorizeMethod, 'acme', {
      items: [ask('a1', '2'), ask('a1', '2'), ask('a2', '1')],
    });
    const [first, again, other] = batch.items;
    expect(again).toEqual({ ...first, repeated: true });
    expect(other?.hold?.id).not.toBe(first?.hold?.id);
  });

  it('denies what the limit does not let pass, and hands the refusal on', async () => {
    await office.must(authorizeMethod, 'acme', ask('a1', '4'));
    const denied = await office.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a2', '2'));
    expect(denied).toMatchObject({
      decision: 'denied',
      code: 'LimitReached',
      binding: { kind: 'limit', node: 'project/chat', limit: 'total', remaining: '1' },
      alternatives: [{ kind: 'smaller-amount', amounts: { usd: '1' } }],
      position: 'account-acme@2.0',
    });
    expect(office.refusals).toMatchObject([
      { decisionId: denied.decisionId, payer: 'project/chat', request: { id: 'a2' } },
    ]);
  });

  it('holds the credits and states the delay where a limit slows down', async () => {
    const total = { name: 'total', amount: '5', currency: 'usd', window: { kind: 'lifetime' } };
    const throttle = { fromShare: '0.5', delayMaxMs: 4_000 };
    await office.must(configureMethod, 'acme', {
      id: 'c2',
      nodes: [{ id: 'project/chat', limits: [{ ...total, mode: 'throttle', throttle, then: 'spill' }] }],
    });
    const slowed = await office.must<AuthorizationReply>(authorizeMethod, 'acme', {
      ...ask('a1', '3.75'),
      explain: 'full',
    });
    expect(slowed).toMatchObject({
      decision: 'throttled',
      hold: { id: expect.any(String) },
      retryAfterMs: 2_000,
      delayedBy: { node: 'project/chat', limit: 'total' },
      message: 'Wait 2 s before the call: the limit total of project/chat slows it down.',
      binding: null,
      chain: [{ limit: 'total', mode: 'throttle', then: 'spill', amount: '5', held: '3.75', remaining: '1.25' }],
    });
    const spilt = await office.must<AuthorizationReply>(authorizeMethod, 'acme', {
      ...ask('a2', '2'),
      explain: 'full',
    });
    expect(spilt).toMatchObject({
      decision: 'allowed',
      chain: [{ held: '5.75', remaining: '0', overrun: '0.75' }],
    });
    expect(await office.must(authorizeMethod, 'acme', ask('a1', '3.75'))).toMatchObject({
      decision: 'throttled',
      retryAfterMs: 2_000,
      repeated: true,
    });
  });

  it('names the item and the field of what is malformed, and decides the others', async () => {
    const batch = await office.must<{ items: unknown[] }>(authorizeMethod, 'acme', {
      items: [ask('a1', '-2'), ask('a2', '1'), { ...ask('a3', '1'), colour: 'red' }],
    });
    expect(batch.items).toMatchObject([
      { error: { code: 'Malformed', message: 'items.0.amounts.usd: is negative; amounts start at 0.' } },
      { decision: 'allowed' },
      { error: { code: 'Malformed', message: 'items.2: unknown field "colour"; remove it or correct its name.' } },
    ]);
  });

  it('knows no account that no policy has opened', async () => {
    const { problem } = await office.ask(authorizeMethod, 'nobody', ask('a1', '1'));
    expect(problem).toMatchObject({ code: 'UnknownAccount' });
    expect(await office.ledger.head('account-nobody')).toBeUndefined();
  });
});
