import { beforeEach, describe, expect, it } from '@jest/globals';
import { createCalendar } from '@exchequer/calendar';
import type {
  AuthorizationReply,
  BalanceReply,
  ConfigureReply,
  CorrectionReply,
  OutcomeReply,
  SettlementReply,
  UsageExplainReply,
} from '@exchequer/contracts';
import { DAY_MS, HOUR_MS } from '@exchequer/kernel';
import { contentHashOf } from '@exchequer/ledger';
import { advanceMethod } from '../methods/advance.js';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { correctMethod } from '../methods/correct.js';
import { grantMethod } from '../methods/fund.js';
import { outcomeMethod } from '../methods/outcome.js';
import { recordMethod } from '../methods/record.js';
import { balanceMethod } from '../queries/balance.js';
import { Explainer } from '../queries/explain.js';
import { describeMethod } from '../queries/describe.js';
import { OfficeOfEachTest } from './office-of-each-test.js';
import { openWithTickets, RULE, TICKET } from './tickets.js';

const office = new OfficeOfEachTest();

beforeEach(async () => {
  await openWithTickets(office);
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '100', currency: 'usd' });
});

/** A call of 10 dollars for the ticket, settled with what it cost. */
async function called(id: string, cost: string): Promise<SettlementReply> {
  const body = { id: `a-${id}`, payer: 'org', amounts: { usd: '10' }, ...TICKET };
  const { hold } = await office.must<AuthorizationReply>(authorizeMethod, 'acme', body);
  return office.must(captureMethod, 'acme', { id: `s-${id}`, hold: hold?.id, amounts: { usd: cost } });
}
const tell = (id: string, outcome: string) =>
  office.must<OutcomeReply>(outcomeMethod, 'acme', { id, taskId: TICKET.taskId, outcome });
async function money(): Promise<readonly (string | undefined)[]> {
  const { balances } = await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'org' });
  const [usd] = balances;
  return [usd?.available, usd?.held, usd?.spent];
}

describe('a call that is charged by the outcome of its task', () => {
  it('is held when it is settled, and says what it waits for', async () => {
    const until = new Date(office.nowMs + 72 * HOUR_MS).toISOString();
    expect(await called('1', '7')).toMatchObject({
      outcome: 'awaiting',
      awaits: { taskId: 'ticket-4711', charge: ['resolved'], otherwise: 'return' },
      amounts: { usd: '7' },
      returned: { usd: '3' },
      sources: [{ node: 'org', amount: '7' }],
    });
    expect((await called('2', '4')).awaits?.until.slice(0, 16)).toBe(until.slice(0, 16));
    expect(await money()).toEqual(['89', '11', '0']);
    expect(await office.must(describeMethod, 'acme', {})).toMatchObject({
      awaiting: { tasks: 1, calls: 2 },
      holds: [{ taskId: 'ticket-4711' }, { taskId: 'ticket-4711' }],
    });
  });

  it('is charged with the others of its task by the outcome; asked again, that says the same and charges nothing more', async () => {
    await called('1', '7');
    await called('2', '4');
    const told = await tell('o1', 'resolved');
    expect(told).toMatchObject({ outcome: 'resolved', calls: 2, charged: { usd: '11' }, returned: {} });
    expect(await money()).toEqual(['89', '0', '11']);
    expect(await tell('o1', 'resolved')).toEqual({ ...told, repeated: true });
    expect(await tell('o2', 'resolved')).toMatchObject({ calls: 0, charged: {}, returned: {} });
    expect(await money()).toEqual(['89', '0', '11']);
  });

  it('costs nothing after another outcome, or none in time, by itself', async () => {
    await called('1', '7');
    expect(await tell('o1', 'dropped')).toMatchObject({ calls: 1, charged: {}, returned: { usd: '7' } });
    expect(await money()).toEqual(['100', '0', '0']);
    office.nowMs += 36 * DAY_MS;
    await called('2', '4');
    expect(await money()).toEqual(['96', '4', '0']);
    office.nowMs += 72 * HOUR_MS;
    await office.must(advanceMethod, 'acme', {});
    expect(await money()).toEqual(['100', '0', '0']);
  });

  it('is charged or returned at once when the outcome was told before it was settled', async () => {
    await tell('o1', 'resolved');
    expect(await called('1', '7')).toMatchObject({ outcome: 'captured', amounts: { usd: '7' } });
    await tell('o2', 'reopened');
    expect(await called('2', '4')).toMatchObject({ outcome: 'returned', amounts: { usd: '4' } });
    expect(await money()).toEqual(['93', '0', '7']);
  });

  it('waits also as usage without a hold, and comes out with an event that says how', async () => {
    const usage = (id: string, more: object = {}) => ({ id, payer: 'org', amounts: { usd: '3' }, ...TICKET, ...more });
    expect(await office.must(recordMethod, 'acme', usage('u1'))).toMatchObject({ outcome: 'awaiting' });
    expect(await office.must(recordMethod, 'acme', usage('u2', { outcome: 'resolved' }))).toMatchObject({
      outcome: 'drawn',
    });
    expect(await money()).toEqual(['94', '0', '6']);
  });

  it('takes outcomes, calls and questions in one message in their order', async () => {
    const asked = [called('1', '7'), called('2', '4')];
    await Promise.all(asked);
    const [told, charged, again] = await Promise.all([
      tell('o1', 'resolved'),
      office.must<SettlementReply>(recordMethod, 'acme', {
        id: 'u1',
        payer: 'org',
        amounts: { usd: '1' },
        ...TICKET,
      }),
      money(),
    ]);
    expect([told.calls, charged.outcome, again]).toEqual([2, 'drawn', ['88', '0', '12']]);
  });

  it('is still waiting after a restart, and is charged then', async () => {
    await called('1', '7');
    await office.restart();
    expect(await money()).toEqual(['93', '7', '0']);
    expect(await tell('o1', 'resolved')).toMatchObject({ calls: 1, charged: { usd: '7' } });
    await office.restart();
    expect(await money()).toEqual(['93', '0', '7']);
  });

  it('is found for a refund by its settlement or its usage event, also after a restart', async () => {
    const { position } = await called('1', '7');
    const usage = { source: 'desk', id: 'e-1', contentHash: 'h'.repeat(22) };
    const event = { id: 'e-1', payer: 'org', amounts: { usd: '3' }, ...TICKET, usage };
    await office.must(recordMethod, 'acme', event);
    await tell('o1', 'resolved');
    const refund = (id: string, of: object) =>
      office.must<CorrectionReply>(correctMethod, 'acme', { id, ...of, refund: { usd: '1' } });
    expect(await refund('k1', { of: position })).toMatchObject({ outcome: 'corrected', amounts: { usd: '6' } });
    await office.restart();
    expect(await refund('k2', { of: position })).toMatchObject({ amounts: { usd: '5' } });
    expect(await refund('k3', { usage: { source: 'desk', id: 'e-1' } })).toMatchObject({ amounts: { usd: '2' } });
    expect(await money()).toEqual(['93', '0', '7']);
  });

  it('knows who pays for more usage of a hold that waits: whoever the usage names, by the rules for own keys of theirs', async () => {
    const nodes = [
      { id: 'team/free', pooling: 'parent', ownKey: { usd: 'waived' }, outcomes: [RULE] },
      { id: 'team/paid', pooling: 'parent', outcomes: [] },
    ];
    await office.must(configureMethod, 'acme', { id: 'c2', nodes });
    const call = { payer: 'team/free', amounts: { usd: '10' }, credentialType: 'own-key', ...TICKET };
    const { hold } = await office.must<AuthorizationReply>(authorizeMethod, 'acme', { id: 'a1', ...call });
    await office.must(captureMethod, 'acme', { id: 's1', hold: hold?.id });
    const more = { id: 'u1', payer: 'team/paid', hold: hold?.id, amounts: { usd: '4' }, credentialType: 'own-key' };
    expect(await office.must(recordMethod, 'acme', more)).toMatchObject({ outcome: 'drawn', amounts: { usd: '4' } });
  });

  it('takes no empty word for an outcome, and tells one that comes with usage that has no price', async () => {
    await called('1', '3');
    const usage = { id: 'u1', payer: 'org', amounts: { usd: '1' }, ...TICKET };
    await office.must(recordMethod, 'acme', { ...usage, outcome: '' });
    expect(await money()).toEqual(['96', '4', '0']);
    const use = { model: 'nova-9', meters: { input_tokens: 1 } };
    expect(
      await office.must(recordMethod, 'acme', { id: 'u2', payer: 'org', use, ...TICKET, outcome: 'resolved' }),
    ).toMatchObject({ outcome: 'unpriced' });
    expect(await money()).toEqual(['96', '0', '4']);
  });

  it('is told by an event of its own: usage under the same source and id is a conflict', async () => {
    const usage = { source: 'desk', id: 'e-1', contentHash: 'h'.repeat(22) };
    await office.must(recordMethod, 'acme', { id: 'e-1', payer: 'org', amounts: { usd: '1' }, usage });
    const told = { id: 'e-1', taskId: 'ticket-4711', outcome: 'resolved', usage };
    expect((await office.ask(outcomeMethod, 'acme', told)).problem?.code).toBe('IdempotencyConflict');
  });

  it('is told apart from usage under the same source and id also where that claims the content of an outcome', async () => {
    const outcome = { id: 'e-1', taskId: 'ticket-4711', outcome: 'resolved' };
    const usage = { source: 'desk', id: 'e-1', contentHash: 'h'.repeat(22) };
    const asOutcome = { ...usage, contentHash: contentHashOf(`outcome ${usage.contentHash}`) };
    const used = { id: 'e-1', payer: 'org', amounts: { usd: '1' } };
    await office.must(outcomeMethod, 'acme', { ...outcome, usage });
    expect((await office.ask(recordMethod, 'acme', { ...used, usage: asOutcome })).problem?.code).toBe(
      'IdempotencyConflict',
    );
    const other = { ...usage, id: 'e-2' };
    const told = { outcome: 'resolved', taskId: 'ticket-4711' };
    await office.must(recordMethod, 'acme', { ...used, ...told, usage: { ...asOutcome, id: 'e-2' } });
    expect((await office.ask(outcomeMethod, 'acme', { ...outcome, usage: other })).problem?.code).toBe(
      'IdempotencyConflict',
    );
    expect(await money()).toEqual(['99', '0', '1']);
  });

  it('cannot be corrected while it waits: it is no charge yet', async () => {
    const { position } = await called('1', '7');
    const { problem } = await office.ask(correctMethod, 'acme', { id: 'k1', of: position, refund: { usd: '1' } });
    expect(problem?.message).toContain('no charge');
  });
});

describe('explaining usage', () => {
  const explained = async (body: object): Promise<UsageExplainReply> => {
    const reply = await new Explainer(office.ledger, createCalendar()).explain('acme', body);
    if (!('settlement' in reply)) throw new Error(JSON.stringify(reply));
    return reply;
  };
  const usage = { source: 'desk', id: 'e-1' };
  const event = { id: 'e-1', payer: 'org', amounts: { usd: '3' }, ...TICKET };
  const told = (more: object = {}) =>
    office.must<SettlementReply>(recordMethod, 'acme', {
      ...{ ...event, ...more },
      usage: { ...usage, contentHash: 'h'.repeat(22) },
    });

  it('says what an event cost, that it waits, until when and for which task, and later how it ended', async () => {
    const settlement = await told();
    const usedAt = new Date(office.nowMs).toISOString();
    const asked = { payer: 'org', nodes: [], hold: settlement.hold, usedAt, usage, ...TICKET };
    expect(settlement).toMatchObject({ outcome: 'awaiting', awaits: { taskId: 'ticket-4711' }, amounts: { usd: '3' } });
    for (const named of [{ usage }, { hold: settlement.hold }])
      expect(await explained(named)).toEqual({ asked, settlement });
    const at = new Date((office.nowMs += HOUR_MS)).toISOString();
    await tell('o1', 'resolved');
    expect(await money()).toEqual(['97', '0', '3']);
    const { ended, ...before } = await explained({ usage });
    expect(before).toEqual({ asked, settlement });
    expect(ended).toEqual({
      ...{ at, outcome: 'resolved', charged: { usd: '3' }, returned: {} },
      position: 'account-acme@4.0',
    });
  });

  it('says that a cost went back, with the outcome that did it or without one', async () => {
    await told();
    office.nowMs += HOUR_MS;
    await tell('o1', 'dropped');
    const dropped = { outcome: 'dropped', charged: {}, returned: { usd: '3' } };
    expect(await money()).toEqual(['100', '0', '0']);
    expect((await explained({ usage })).ended).toMatchObject(dropped);
    const { position } = await called('1', '7');
    office.nowMs += 40 * DAY_MS;
    await office.must(recordMethod, 'acme', { ...event, id: 'u2' });
    office.nowMs += 72 * HOUR_MS;
    const at = new Date(office.nowMs).toISOString();
    await office.must(advanceMethod, 'acme', {});
    const { ended } = await explained({ command: 'u2' });
    expect(ended).toMatchObject({ at, charged: {}, returned: { usd: '3' } });
    expect(ended).not.toHaveProperty('outcome');
    expect((await explained({ command: 's-1' })).settlement.position).toBe(position);
  });

  it('shows what waits for nothing as it was answered, also when its id is no longer remembered', async () => {
    const drawn = await told({ taskType: undefined });
    office.nowMs += 40 * DAY_MS;
    await office.must(grantMethod, 'acme', { id: 'g2', node: 'org', amount: '1', currency: 'usd' });
    const { settlement, ended } = await explained({ usage });
    expect([settlement, ended]).toEqual([drawn, undefined]);
  });

  it('says of an event that nobody reported that there is none', async () => {
    const reply = await new Explainer(office.ledger, createCalendar()).explain('acme', { usage });
    expect(reply).toMatchObject({ error: { code: 'UnknownHold', message: expect.stringContaining('e-1 of desk') } });
  });
});

describe('the rule that charges by outcome', () => {
  it('is shown in the changes of a policy, and says why it cannot be', async () => {
    const node = (rule: object) => ({ nodes: [{ id: 'org', outcomes: [{ ...RULE, ...rule }] }] });
    const changed = await office.must<ConfigureReply>(configureMethod, 'acme', {
      id: 'c2',
      ...node({ charge: ['ok'] }),
    });
    expect(changed.changes).toEqual([
      {
        action: 'change',
        subject: 'tasks charged by their outcome of org',
        to: 'ticket: charged when ok within 3d, else returned',
      },
    ]);
    for (const [rule, words] of [
      [{ withinMs: 36 * DAY_MS }, 'is longer than 35 days'],
      [{ charge: [] }, 'names no outcome'],
      [{ taskTypes: ['ticket', 'ticket'] }, 'states twice what becomes of tasks ticket'],
    ] as const)
      expect((await office.ask(configureMethod, 'acme', { id: 'c3', ...node(rule) })).problem?.message).toContain(
        words,
      );
  });
});
