import type { CorrectionReply, SettlementReply } from '@exchequer/contracts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { configureMethod } from '../methods/configure.js';
import { correctMethod } from '../methods/correct.js';
import { grantMethod } from '../methods/fund.js';
import { recordMethod } from '../methods/record.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const DAY_MS = 86_400_000;
const EVENTS = 30;

const office = new OfficeOfEachTest({ tableIdsMax: 4 });

const usage = (event: number, usd = '1') => ({
  id: `record-${String(event)}`,
  usage: { source: 'proxy', id: `e${String(event)}`, contentHash: usd.padStart(22, '0') },
  amounts: { usd },
});

const settle = (body: object) => office.must<SettlementReply>(recordMethod, 'acme', body);

let first: readonly SettlementReply[];

beforeEach(async () => {
  await office.must(configureMethod, 'acme', { id: 'c', currencies: { usd: { display: 2 } } });
  await office.must(grantMethod, 'acme', { id: 'g', node: 'project/default', amount: '100', currency: 'usd' });
  const replies: SettlementReply[] = [];
  for (let event = 0; event < EVENTS; event += 1) replies.push(await settle(usage(event)));
  first = replies;
});

/** Sends every event a second time; none changes anything. */
async function sendAllAgain(): Promise<void> {
  const head = await office.ledger.head('account-acme');
  for (const [event, reply] of first.entries())
    expect(await settle(usage(event))).toEqual({ ...reply, repeated: true });
  expect(await office.ledger.head('account-acme')).toEqual(head);
}

describe('an account that has accepted more ids than memory takes', () => {
  it('gives the first reply to each usage event that comes again', async () => {
    await sendAllAgain();
    const { memory } = office.hosts.host('acme').decidedUpon ?? {};
    expect(memory?.size).toBeLessThan(EVENTS / 2);
  });

  it('gives it also in another process, 35 days later', async () => {
    await office.restart();
    office.nowMs += 35 * DAY_MS;
    await office.must(grantMethod, 'acme', {
      id: 'later',
      node: 'project/default',
      amount: '1',
      currency: 'usd',
    });
    await sendAllAgain();
  });

  it('gives it also where the files are gone', async () => {
    await office.restart({ losingIds: true });
    await sendAllAgain();
  });

  it('tells an event with other content as the conflict that it is', async () => {
    const answer = await office.ask(recordMethod, 'acme', usage(0, '2'));
    expect(answer.problem).toEqual({
      code: 'IdempotencyConflict',
      message:
        'The usage event e0 of proxy was reported before with other content; report what it really was as a correction, or choose a new id.',
    });
  });

  it('takes an id again after its 36 days', async () => {
    office.nowMs += 36 * DAY_MS;
    expect(await settle(usage(0, '2'))).toMatchObject({ amounts: { usd: '2' }, outcome: 'drawn' });
  });

  it('finds the charge of an old event, to refund it', async () => {
    const body = { id: 'refund', usage: { source: 'proxy', id: 'e3' }, refund: { usd: '1' } };
    const reply = await office.must<CorrectionReply>(correctMethod, 'acme', body);
    expect(reply).toMatchObject({ amounts: { usd: '0' } });
  });
});
