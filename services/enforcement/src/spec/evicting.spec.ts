import { beforeEach, describe, expect, it } from '@jest/globals';
import { configureMethod } from '../methods/configure.js';
import { describeMethod } from '../queries/describe.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

const POLICY = { id: 'open', currencies: { usd: { display: 2 } } };

describe('a process that keeps two accounts in memory', () => {
  const office = new OfficeOfEachTest({ hostsMax: 2 });

  beforeEach(async () => {
    for (const account of ['first', 'second']) await office.must(configureMethod, account, POLICY);
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
