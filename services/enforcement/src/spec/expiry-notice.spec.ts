import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AdvanceReply, BalanceReply } from '@exchequer/contracts';
import { MINUTE_MS } from '@exchequer/kernel';
import { advanceMethod } from '../methods/advance.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { balanceMethod } from '../queries/balance.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const office = new OfficeOfEachTest();
let expiresAt: number;

beforeEach(async () => {
  await office.must(configureMethod, 'acme', {
    id: 'c1',
    currencies: { usd: { display: 2 } },
    nodes: [{ id: 'org', expiryNoticeMs: [5 * MINUTE_MS, MINUTE_MS] }, { id: 'team' }],
  });
  expiresAt = office.nowMs + 10 * MINUTE_MS;
  const grant = { id: 'g1', node: 'team', amount: '9', currency: 'usd', expiresAt: instant(0) };
  await office.must(grantMethod, 'acme', grant);
});

/** So many minutes before the grant expires. */
const instant = (minutes: number): string => new Date(expiresAt - minutes * MINUTE_MS).toISOString();
const lots = async () => (await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'team' })).lots;
const advance = () => office.must<AdvanceReply>(advanceMethod, 'acme', {});

describe('notice before credits expire, over the wire', () => {
  it('is what the account does next by itself, and shows in the balance until the last was given', async () => {
    expect(await advance()).toMatchObject({ nextDueAt: instant(5) });
    expect(await lots()).toMatchObject([{ expiresAt: instant(0), noticeAt: instant(5) }]);
    office.nowMs = Date.parse(instant(5));
    expect(await advance()).toMatchObject({ nextDueAt: instant(1) });
    expect(await lots()).toMatchObject([{ available: '9', noticeAt: instant(1) }]);
    office.nowMs = Date.parse(instant(1));
    expect(await advance()).toMatchObject({ nextDueAt: instant(0) });
    const [last] = await lots();
    expect(last).toMatchObject({ available: '9', expiresAt: instant(0) });
    expect(last).not.toHaveProperty('noticeAt');
  });

  it('is given once, also when the process was started anew meanwhile', async () => {
    office.nowMs = Date.parse(instant(5));
    await advance();
    await office.restart();
    expect(await advance()).toMatchObject({ nextDueAt: instant(1) });
  });

  it('is refused where it could not be', async () => {
    const state = async (expiryNoticeMs: readonly number[]): Promise<string | undefined> => {
      const nodes = [{ id: 'org', expiryNoticeMs }];
      return (await office.ask(configureMethod, 'acme', { id: 'c2', nodes })).problem?.message;
    };
    expect(await state([MINUTE_MS - 1])).toContain('is shorter than a minute');
    expect(await state([367 * 1_440 * MINUTE_MS])).toContain('is longer than 366 days');
    expect(await state([MINUTE_MS, MINUTE_MS])).toBe('org states the same notice twice.');
  });
});
