import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationReply, BalanceReply, SettlementReply } from '@exchequer/contracts';
import { z } from 'zod';
import type { Method } from '../edge/intake.js';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod, transferMethod } from '../methods/fund.js';
import { extendMethod, voidMethod } from '../methods/hold-end.js';
import { recordMethod } from '../methods/record.js';
import { balanceMethod } from '../queries/balance.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const POLICY = {
  id: 'c1',
  currencies: { credit: { display: 0 } },
  nodes: [{ id: 'org', kind: 'organization' }, { id: 'project/chat' }],
};
const PROMO = { id: 'g1', node: 'org', amount: '5', currency: 'credit', layer: 'promotional' };
const PLAN = { id: 'g2', node: 'org', amount: '10', currency: 'credit', layer: 'plan' };

const office = new OfficeOfEachTest();

beforeEach(async () => {
  await office.must(configureMethod, 'acme', POLICY);
  await office.must(grantMethod, 'acme', PROMO);
  await office.must(grantMethod, 'acme', PLAN);
});

const amounts = (credit: string) => ({ amounts: { credit } });
const endsAt = async () => (await office.ledger.head('account-acme'))?.revision;

async function heldTen(): Promise<string> {
  const body = { id: 'a1', payer: 'project/chat', ...amounts('10') };
  return (await office.must<AuthorizationReply>(authorizeMethod, 'acme', body)).hold?.id ?? '';
}

describe('W3 capture, at the account host', () => {
  const seven = (id: string, hold: string) => ({ id, hold, ...amounts('7') });

  it('gives the same reply to the same capture, another one gets HoldAlreadyEnded, and another event is drawn', async () => {
    const hold = await heldTen();
    const first = await office.must<SettlementReply>(captureMethod, 'acme', seven('s1', hold));
    expect(first).toMatchObject({
      outcome: 'captured',
      returned: { credit: '3' },
      sources: [
        { layer: 'promotional', amount: '5' },
        { layer: 'plan', amount: '2' },
      ],
    });
    expect(await office.must(captureMethod, 'acme', seven('s1', hold))).toEqual({ ...first, repeated: true });
    expect((await office.ask(captureMethod, 'acme', seven('s2', hold))).problem?.code).toBe('HoldAlreadyEnded');
    const event = { id: 'u1', payer: 'project/chat', hold, ...amounts('1') };
    expect(await office.must(recordMethod, 'acme', event)).toMatchObject({
      outcome: 'drawn',
      sources: [{ layer: 'plan', amount: '1' }],
    });
    const { balances } = await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'org' });
    expect(balances).toMatchObject([{ available: '7', held: '0', spent: '8' }]);
  });
});

describe('a request that is sent again', () => {
  const bodies = (hold: string): readonly (readonly [Method, object])[] => [
    [configureMethod, { ...POLICY, id: 'c2', nodes: [{ id: 'org' }, { id: 'team/a' }] }],
    [grantMethod, { ...PLAN, id: 'g3' }],
    [transferMethod, { id: 't1', from: 'org', to: 'team/a', amount: '2', currency: 'credit' }],
    [extendMethod, { id: 'e1', hold, holdFor: 'PT5M' }],
    [voidMethod, { id: 'v1', hold }],
    [recordMethod, { id: 'u1', ...amounts('1') }],
    [recordMethod, { id: 'u2', use: { model: 'nobody-prices-this', meters: { input_tokens: 9 } } }],
    [authorizeMethod, { id: 'a2', payer: 'team/a', ...amounts('1') }],
  ];

  it('gets its first reply and brings about nothing, whatever it asks', async () => {
    const hold = await heldTen();
    for (const [method, body] of bodies(hold)) {
      const first = await office.must<object>(method, 'acme', body);
      const end = await endsAt();
      expect(await office.must(method, 'acme', body)).toEqual({ ...first, repeated: true });
      expect(await endsAt()).toBe(end);
    }
  });

  it('is the same request however its fields are ordered, and however much is to be explained', async () => {
    const body = { id: 'a1', payer: 'project/chat', accept: 'full', ...amounts('2'), tags: { a: '1', b: '2' } };
    const other = { tags: { b: '2', a: '1' }, ...amounts('2'), accept: 'full', payer: 'project/chat', id: 'a1' };
    const first = await office.must<AuthorizationReply>(authorizeMethod, 'acme', body);
    const again = await office.must<AuthorizationReply>(authorizeMethod, 'acme', { ...other, explain: 'full' });
    expect(again).toMatchObject({ hold: first.hold, position: first.position, repeated: true });
  });

  it('is the same request however its amounts and quantities are written', async () => {
    const body = { id: 'a1', payer: 'project/chat', ...amounts('2.50') };
    const first = await office.must<AuthorizationReply>(authorizeMethod, 'acme', body);
    expect(await office.must(authorizeMethod, 'acme', { ...body, ...amounts('02.5') })).toEqual({
      ...first,
      repeated: true,
    });
    expect((await office.ask(authorizeMethod, 'acme', { ...body, ...amounts('2.05') })).problem?.code).toBe(
      'IdempotencyConflict',
    );
    const used = (input_tokens: string) => ({
      id: 'u2',
      use: { model: 'nobody-prices-this', meters: { input_tokens } },
    });
    await office.must(recordMethod, 'acme', used('9.0'));
    expect(await office.must(recordMethod, 'acme', used('9'))).toMatchObject({ repeated: true });
  });

  it('is the same request when it was accepted by a release that remembered amounts as they were written', async () => {
    const body = { ...PLAN, id: 'g3', amount: '3.0' };
    const asBefore = { ...grantMethod, schema: z.any() };
    const first = await office.must<object>(asBefore, 'acme', body);
    expect(await office.must(grantMethod, 'acme', body)).toEqual({ ...first, repeated: true });
    expect((await office.ask(grantMethod, 'acme', { ...body, amount: '4.0' })).problem?.code).toBe(
      'IdempotencyConflict',
    );
  });

  it('is another request when somebody else sends it', async () => {
    const body = { id: 'a1', payer: 'project/chat', ...amounts('2') };
    await office.must(authorizeMethod, 'acme', body);
    const { problem } = await office.ask(authorizeMethod, 'acme', body, { actor: 'somebody-else' });
    expect(problem?.code).toBe('IdempotencyConflict');
  });

  it('is another request when it is of another method: no hold is voided under the id of its capture', async () => {
    const body = { id: 's1', hold: await heldTen() };
    await office.must(captureMethod, 'acme', body);
    expect((await office.ask(voidMethod, 'acme', body)).problem?.code).toBe('IdempotencyConflict');
  });

  it('is decided anew when it was refused: a refusal is not remembered', async () => {
    const body = { id: 'a1', payer: 'project/chat', ...amounts('16') };
    expect(await office.must(authorizeMethod, 'acme', body)).toMatchObject({ decision: 'denied' });
    await office.must(grantMethod, 'acme', { ...PLAN, id: 'g3' });
    expect(await office.must(authorizeMethod, 'acme', body)).toMatchObject({ decision: 'allowed' });
  });

  it('is new a day after it was accepted', async () => {
    const body = { id: 'a1', payer: 'project/chat', ...amounts('1') };
    const first = await office.must<AuthorizationReply>(authorizeMethod, 'acme', body);
    office.nowMs += 24 * 60 * 60 * 1_000 - 1;
    expect(await office.must(authorizeMethod, 'acme', body)).toMatchObject({ hold: first.hold, repeated: true });
    office.nowMs += 1;
    const second = await office.must<AuthorizationReply>(authorizeMethod, 'acme', body);
    expect(second.repeated).toBeUndefined();
    expect(second.hold?.id).not.toBe(first.hold?.id);
  });
});
