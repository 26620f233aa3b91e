import { openLedger, type Ledger } from '@exchequer/ledger';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { configureMethod } from '../methods/configure.js';
import { describeMethod } from '../queries/describe.js';
import { Office } from './office.js';

const POLICY = { id: 'open', currencies: { usd: { display: 2 } } };

describe('a process that keeps two accounts in memory', () => {
  let scratch: ScratchDirectory;
  let ledger: Ledger;
  let office: Office;

  beforeEach(async () => {
    scratch = await createScratchDirectory();
    ledger = openLedger(`lmdb:${scratch.path}`);
    office = new Office(ledger, 2);
    for (const account of ['first', 'second']) await office.must(configureMethod, account, POLICY);
  });
  afterEach(async () => {
    await office.close();
    await ledger.close();
    await scratch.remove();
  });

  it('lets the one go that was used longest ago, not the one that was loaded first', async () => {
    const { hosts } = office;
    const first = hosts.host('first');
    const second = hosts.host('second');
    await office.must(describeMethod, 'first', {});
    await office.must(configureMethod, 'third', POLICY);
    expect(hosts.size).toBe(2);
    expect(hosts.host('first')).toBe(first);
    expect(hosts.host('second')).not.toBe(second);
  });

  it('lets none go while it has work', async () => {
    const { hosts } = office;
    const [first, second] = [hosts.host('first'), hosts.host('second')];
    const answered = office.ask(configureMethod, 'first', { ...POLICY, id: 'again' });
    hosts.host('second');
    expect(hosts.host('third')).toBeDefined();
    expect(hosts.host('first')).toBe(first);
    expect(hosts.host('second')).not.toBe(second);
    expect((await answered).problem).toBeUndefined();
  });
});
