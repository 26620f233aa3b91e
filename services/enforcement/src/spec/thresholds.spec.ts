import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationReply, BalanceReply, ConfigureReply } from '@exchequer/contracts';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { recordMethod } from '../methods/record.js';
import { balanceMethod } from '../queries/balance.js';
import { Office } from './office.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const office = new OfficeOfEachTest();

beforeEach(async () => {
  await office.must(configureMethod, 'acme', {
    id: 'c1',
    currencies: { usd: { display: 2 } },
    nodes: [{ id: 'org' }, team('10')],
  });
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: '100', currency: 'usd' });
});

const DAY = { kind: 'calendar', unit: 'day', zone: 'UTC', anchor: '2001-01-01T00:00' };
const MIDNIGHT = '2026-11-22T00:00:00.000Z';
const team = (amount: string) => ({
  id: 'team',
  limits: [
    {
      name: 'daily',
      amount,
      currency: 'usd',
      window: DAY,
      mode: 'alert',
      thresholds: [{ share: '0.50' }, { used: '7' }, { left: '1' }],
      pauses: { at: { share: '1' }, resume: 'at-reset' },
    },
  ],
});
const use = (id: string, usd: string) => ({ id, payer: 'team', amounts: { usd } });
const balance = (of: Pick<Office, 'must'>) => of.must<BalanceReply>(balanceMethod, 'acme', { node: 'team' });

describe('thresholds over the wire', () => {
  it('show in the balance which of them the present window has crossed', async () => {
    await office.must(recordMethod, 'acme', use('r1', '7'));
    expect((await balance(office)).limits).toMatchObject([
      {
        limit: 'daily',
        thresholds: [
          { share: '0.5', crossed: true },
          { used: '7', crossed: true },
          { left: '1', crossed: false },
          { share: '1', crossed: false },
        ],
      },
    ]);
    office.nowMs = Date.parse(MIDNIGHT);
    const { thresholds = [] } = (await balance(office)).limits[0] ?? {};
    expect(thresholds.map(({ crossed }) => crossed)).toEqual([false, false, false, false]);
  });

  it('may pause the node: calls are refused until the window ends, also after a restart, and held ones settle', async () => {
    const held = await office.must<AuthorizationReply>(authorizeMethod, 'acme', use('a1', '2'));
    await office.must(recordMethod, 'acme', use('r1', '10'));
    const other = new Office(office.ledger);
    expect(await balance(other)).toMatchObject({
      paused: { by: { limit: 'daily' }, since: '2026-11-21T10:00:00.000Z', resumesAt: MIDNIGHT },
    });
    expect(await other.must(authorizeMethod, 'acme', use('a2', '1'))).toMatchObject({
      decision: 'denied',
      code: 'Paused',
      binding: { kind: 'pause', node: 'team', limit: 'daily' },
      resetsAt: MIDNIGHT,
      retryAfterMs: 14 * 3_600_000,
    });
    await other.must(captureMethod, 'acme', { id: 's1', hold: held.hold?.id });
    other.nowMs = Date.parse(MIDNIGHT);
    expect(await other.must(authorizeMethod, 'acme', use('a3', '1'))).toMatchObject({ decision: 'allowed' });
    expect(await balance(other)).not.toHaveProperty('paused');
    await other.close();
  });

  it('are part of what a policy would change', async () => {
    await office.must(recordMethod, 'acme', use('r1', '4'));
    const { changes } = await office.must<ConfigureReply>(configureMethod, 'acme', {
      id: 'c2',
      nodes: [team('4')],
      dryRun: true,
    });
    expect(changes.map(({ subject, to }) => `${subject}: ${to ?? ''}`)).toEqual([
      'limit daily of team: 4 usd',
      'threshold 50% of limit daily of team: crossed',
      'threshold 1 left of limit daily of team: crossed',
      'threshold 100% of limit daily of team: crossed',
      `node team: paused by limit daily until ${MIDNIGHT}`,
    ]);
  });

  it('that mean nothing are refused', async () => {
    const [limit] = team('10').limits;
    const refusal = async (more: object): Promise<string | undefined> => {
      const nodes = [{ id: 'team', limits: [{ ...limit, ...more }] }];
      return (await office.ask(configureMethod, 'acme', { id: 'c3', nodes })).problem?.message;
    };
    expect(await refusal({ thresholds: [{ share: '0' }] })).toMatch(/thresholds\.0/);
    expect(await refusal({ thresholds: [{ share: '0.5', left: '1' }] })).toMatch(/thresholds\.0/);
    expect(await refusal({ window: { kind: 'lifetime' } })).toMatch(/no end at which it could resume/);
  });
});
