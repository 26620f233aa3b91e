import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationReply, BalanceReply } from '@exchequer/contracts';
import { openLedger, type Ledger } from '@exchequer/ledger';
import {
  createScratchDirectory,
  startEventStoreDouble,
  type EventStoreDouble,
  type ScratchDirectory,
} from '@exchequer/testing';
import { authorizeMethod } from '../methods/authorize.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { balanceMethod } from '../queries/balance.js';
import { Office } from './office.js';

const STREAM = 'account-acme';
const POLICY = { id: 'c1', currencies: { usd: { display: 2 } }, nodes: [{ id: 'org', kind: 'organization' }] };
const ask = (id: string, usd: string) => ({ id, payer: 'org', amounts: { usd } });

async function open(office: Office, usd: string): Promise<void> {
  await office.must(configureMethod, 'acme', POLICY);
  await office.must(grantMethod, 'acme', { id: 'g1', node: 'org', amount: usd, currency: 'usd' });
}

const available = async (office: Office): Promise<string | undefined> =>
  (await office.must<BalanceReply>(balanceMethod, 'acme', { node: 'org' })).balances[0]?.available;

describe('two processes that both take themselves for the owner of an account', () => {
  let scratch: ScratchDirectory;
  const ledgers: Ledger[] = [];
  let offices: readonly [Office, Office];

  beforeEach(async () => {
    scratch = await createScratchDirectory();
    ledgers.push(openLedger(`lmdb:${scratch.path}`), openLedger(`lmdb:${scratch.path}`));
    const [one, two] = ledgers;
    offices = [new Office(one!), new Office(two!)];
    await open(offices[0], '10');
    for (const office of offices) expect(await available(office)).toBe('10');
  });

  afterEach(async () => {
    for (const office of offices) await office.close();
    for (const ledger of ledgers.splice(0)) await ledger.close();
    await scratch.remove();
  });

  const end = async (): Promise<number | undefined> => (await ledgers[0]?.head(STREAM))?.revision;

  it('have one winner: the other acknowledges nothing, and nothing of its decision is in the ledger', async () => {
    const before = await end();
    const answers = await Promise.all(
      offices.map((office, index) => office.ask(authorizeMethod, 'acme', ask(`a${String(index)}`, '7'))),
    );
    const codes = answers.map(({ problem }) => problem?.code);
    expect([...codes].sort()).toEqual(['Unavailable', undefined]);
    expect(await end()).toBe((before ?? 0) + 1);
    const loser = offices[codes.indexOf('Unavailable')];
    const again = ask(`a${String(codes.indexOf('Unavailable'))}`, '7');
    expect(await loser?.must(authorizeMethod, 'acme', again)).toMatchObject({
      decision: 'denied',
      code: 'InsufficientCredits',
      binding: { remaining: '3' },
    });
  });

  it('give no answer out of an old state, not even to a question or with a refusal', async () => {
    const [owner, stale] = offices;
    await owner.must(authorizeMethod, 'acme', ask('a1', '7'));
    expect((await stale.ask(balanceMethod, 'acme', { node: 'org' })).problem?.code).toBe('Unavailable');
    expect(await available(stale)).toBe('3');
    await owner.must(grantMethod, 'acme', { id: 'g2', node: 'org', amount: '20', currency: 'usd' });
    expect((await stale.ask(authorizeMethod, 'acme', ask('a2', '9'))).problem?.code).toBe('Unavailable');
    expect(stale.refusals).toEqual([]);
    expect(await stale.must(authorizeMethod, 'acme', ask('a2', '9'))).toMatchObject({ decision: 'allowed' });
  });

  it('know each other’s requests: one that the first has accepted is a repeat to the second', async () => {
    const [one, two] = offices;
    const first = await one.must<AuthorizationReply>(authorizeMethod, 'acme', ask('a1', '7'));
    await two.ask(balanceMethod, 'acme', { node: 'org' });
    expect(await two.must(authorizeMethod, 'acme', ask('a1', '7'))).toEqual({ ...first, repeated: true });
  });
});

describe('a pool that covers 400 of 1,000 calls that come at once', () => {
  let scratch: ScratchDirectory;
  let ledger: Ledger;
  let office: Office;

  beforeEach(async () => {
    scratch = await createScratchDirectory();
    ledger = openLedger(`lmdb:${scratch.path}`);
    office = new Office(ledger);
    await open(office, '400');
  });

  afterEach(async () => {
    await office.close();
    await ledger.close();
    await scratch.remove();
  });

  it('pays for 400, whether they come in one message or in a thousand', async () => {
    const calls = Array.from({ length: 1_000 }, (_, index) => ask(`a${String(index)}`, '1'));
    const single = await Promise.all(
      calls.slice(500).map((call) => office.must<AuthorizationReply>(authorizeMethod, 'acme', call)),
    );
    const batch = await office.must<{ items: AuthorizationReply[] }>(authorizeMethod, 'acme', {
      items: calls.slice(0, 500),
    });
    const decisions = [...single, ...batch.items].map(({ decision }) => decision);
    expect(decisions.filter((decision) => decision === 'allowed')).toHaveLength(400);
    expect(decisions.filter((decision) => decision === 'denied')).toHaveLength(600);
    expect(await available(office)).toBe('0');
  });
});

describe('an append without an answer', () => {
  let double: EventStoreDouble;
  let ledger: Ledger;
  let office: Office;

  beforeEach(async () => {
    double = await startEventStoreDouble();
    ledger = openLedger(double.url, { withinMs: 1_000 });
    office = new Office(ledger);
    await open(office, '10');
  });

  afterEach(async () => {
    await office.close();
    await ledger.close();
    await double.stop();
  });

  it.each([true, false])(
    'is asked for until it is known, and the call is decided once (stored: %s)',
    async (stored) => {
      const before = double.log.lastRevision(STREAM);
      double.faults.outcomeUnknown(stored);
      expect(await office.must(authorizeMethod, 'acme', ask('a1', '7'))).toMatchObject({ decision: 'allowed' });
      expect(double.log.lastRevision(STREAM)).toBe(before + 1);
      expect(await available(office)).toBe('3');
    },
  );
});
