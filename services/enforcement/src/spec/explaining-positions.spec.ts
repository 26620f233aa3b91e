import { beforeEach, describe, expect, it } from '@jest/globals';
import { createCalendar } from '@exchequer/calendar';
import type { AuthorizationReply, OpenSessionReply, SettlementReply } from '@exchequer/contracts';
import { HOUR_MS } from '@exchequer/kernel';
import { NO_HASH, sealEntry, type CommandRecord } from '@exchequer/ledger';
import { advanceMethod } from '../methods/advance.js';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { correctMethod } from '../methods/correct.js';
import { grantMethod } from '../methods/fund.js';
import { outcomeMethod } from '../methods/outcome.js';
import { recordMethod } from '../methods/record.js';
import { openSessionMethod } from '../methods/sessions.js';
import { Explainer } from '../queries/explain.js';
import { OfficeOfEachTest } from './office-of-each-test.js';
import { openWithTickets, TICKET } from './tickets.js';

const office = new OfficeOfEachTest();
const usd = (amount: string) => ({ usd: amount });

beforeEach(async () => {
  await openWithTickets(office);
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '10', currency: 'usd' });
});

const explain = (body: object) => new Explainer(office.ledger, createCalendar()).explain('acme', body);
const ask = (id: string, more: object = {}) =>
  office.must<AuthorizationReply>(authorizeMethod, 'acme', { id, payer: 'org', amounts: usd('2'), ...more });
const used = (id: string, more: object = {}) =>
  office.must<SettlementReply>(recordMethod, 'acme', {
    ...{ id: `r-${id}`, payer: 'org', amounts: usd('3'), ...more },
    usage: { source: 'app', id, contentHash: 'h'.repeat(22) },
  });
const tell = (outcome: string) =>
  office.must(outcomeMethod, 'acme', { id: 'o1', taskId: TICKET.taskId, outcome }).then(async () => {
    await office.must(advanceMethod, 'acme', {});
  });

describe('explaining what stands at a position', () => {
  it('decides a call again that was let through there, and no other of its message', async () => {
    const items = ['a1', 'a2'].map((id) => ({ id, payer: 'org', amounts: usd('2'), explain: 'full' }));
    const { items: replies } = await office.must<{ items: AuthorizationReply[] }>(authorizeMethod, 'acme', { items });
    expect(replies.map(({ position }) => position)).toEqual(['account-acme@2.0', 'account-acme@2.1']);
    for (const reply of replies) {
      const told = await explain({ position: reply.position });
      expect(told).toMatchObject({ decision: reply });
      expect(told).toEqual(await explain({ hold: reply.hold?.id }));
    }
  });

  it('decides a session again that was opened there', async () => {
    const session = { id: 's1', payer: 'org', amounts: usd('4'), lifeFor: 'PT1H' };
    const opened = await office.must<OpenSessionReply>(openSessionMethod, 'acme', session);
    const told = await explain({ position: opened.position });
    expect(told).toMatchObject({ decision: opened });
    expect(told).toEqual(await explain({ command: 's1' }));
  });

  it('tells a settlement with what was corrected of it since', async () => {
    const { hold } = await ask('a1');
    const body = { id: 's1', hold: hold?.id, amounts: usd('1') };
    const captured = await office.must<SettlementReply>(captureMethod, 'acme', body);
    await office.must(correctMethod, 'acme', { id: 'x1', of: captured.position, refund: usd('1') });
    const told = await explain({ position: captured.position });
    expect(told).toMatchObject({ settlement: captured, corrections: [{ refunded: usd('1') }] });
    expect(told).toEqual(await explain({ command: 's1' }));
  });

  it.each(['resolved', 'dropped'])('tells the usage that had waited where its wait ended: %s', async (outcome) => {
    const { hold } = await ask('a1', TICKET);
    const body = { id: 's1', hold: hold?.id, amounts: usd('1') };
    const awaiting = await office.must<SettlementReply>(captureMethod, 'acme', body);
    await used('u-1', TICKET);
    office.nowMs += HOUR_MS;
    await tell(outcome);
    const told = await explain({ command: 's1' });
    if (!('settlement' in told) || told.ended === undefined) throw new Error(JSON.stringify(told));
    expect(told.settlement).toEqual(awaiting);
    expect(told.ended.position).not.toBe(awaiting.position);
    for (const position of [awaiting.position, told.ended.position]) expect(await explain({ position })).toEqual(told);
  });

  it('says what stands there and what can be explained, where that is something else', async () => {
    const refused = await explain({ position: 'account-acme@1.0' });
    expect(refused).toMatchObject({ error: { code: 'UnknownHold' } });
    expect(refused).toMatchObject({
      error: {
        message: expect.stringMatching(
          /^At account-acme@1\.0 stands .*; what can be explained is a call that was let through/,
        ),
      },
    });
  });

  it('knows each fact of a command by its own place, also of one that spans two entries; of one that was broken off there is none', async () => {
    const at = office.nowMs;
    const command = { id: 'x1', actor: 'tester', contentHash: 'h'.repeat(22) };
    const parts: CommandRecord[] = ['One', 'Two'].map((name) => ({
      ...command,
      facts: [1, 2].map((of) => ({ type: 'NothingChanged', of: `${name}${String(of)}` })),
    }));
    const other = { ...command, id: 'x2', facts: [{ type: 'ChargeCorrected', of: 'another charge' }] };
    const first = sealEntry(NO_HASH, { at, commands: [other, parts[0]!], continues: true });
    const rest = { at, resumes: true as const, commands: [{ ...parts[1]!, facts: other.facts }] };
    await office.ledger.append('account-whole', -1, [first, sealEntry(first.hash, rest)]);
    const instead = { at, commands: [{ ...other, id: 'x3' }] };
    await office.ledger.append('account-broken', -1, [first, sealEntry(first.hash, instead)]);
    const told = async (account: string, place: string) => {
      const reply = await new Explainer(office.ledger, createCalendar()).explain(account, {
        position: `account-${account}@${place}`,
      });
      return 'error' in reply ? reply.error.message : '';
    };
    for (const place of ['0.0', '1.0']) expect(await told('whole', place)).toContain('stands a correction');
    for (const place of ['0.1', '0.2']) expect(await told('whole', place)).toContain('stands NothingChanged');
    expect(await told('whole', '1.1')).toContain('names no fact');
    expect(await told('broken', '0.0')).toContain('stands a correction');
    expect(await told('broken', '0.1')).toContain('names no fact');
    expect(await told('broken', '1.0')).toContain('stands a correction');
  });

  it('names the charge of a correction that stands there', async () => {
    const { position: of } = await used('u-1');
    const { position } = await office.must<SettlementReply>(correctMethod, 'acme', { id: 'x1', of, refund: usd('1') });
    expect(await explain({ position })).toMatchObject({
      error: { code: 'UnknownHold', message: `At ${position} stands a correction; explain its charge, ${of}.` },
    });
  });

  it.each([
    ['account-zeta@1.0', 'is no position of this account; it takes one such as account-acme@12.1, as a reply has it.'],
    ['nonsense', 'is no position of this account; it takes one such as account-acme@12.1, as a reply has it.'],
    ['account-acme@99.0', 'is beyond the end of this account.'],
    ['account-acme@1.7', 'names no fact of this account.'],
    ['account-acme@-1.-1', 'names no fact of this account.'],
  ])('refuses %s with a sentence', async (position, sentence) => {
    expect(await explain({ position })).toEqual({
      error: { code: 'Malformed', message: `position: ${sentence}`, details: { field: 'position' } },
    });
  });
});
