import { describe, expect, it } from '@jest/globals';
import type { StreamProof } from './prove-ledger.js';
import { reconcileAccounts } from './reconcile-accounts.js';
import { verdictOf, verdictText } from './verdict.js';

const whole: StreamProof = {
  stream: 'account-acme',
  account: 'acme',
  entries: 1_234,
  commands: 2,
  facts: 3,
  bytes: 4,
  head: 'account-acme@1233',
  anchored: 'account-acme@1200',
  chain: 'whole',
  invariants: 'hold',
  faultCount: 0,
  faults: [],
};
const fault = { address: 'account-acme@7', reason: 'its hash does not fit its bytes' };
const damaged: StreamProof = { ...whole, chain: 'damaged', invariants: 'not-known', faultCount: 1, faults: [fault] };

describe('the verdict on a ledger', () => {
  it('is whole when nothing is wrong and ClickHouse shows the same', () => {
    const verdict = verdictOf('lmdb:x', [whole], [{ account: 'acme', state: 'equal', position: '9' }]);
    expect(verdict).toMatchObject({ whole: true, clickhouse: 'equal', faultCount: 0 });
    expect(verdictText(verdict)).toContain(
      'lmdb:x is whole: 1,234 entries in 1 stream, and ClickHouse shows the same.',
    );
  });

  it('counts what differs in ClickHouse as faults', async () => {
    const sums = [
      { sum: 'charged', of: 'usd', ledger: '5', clickhouse: '4', equal: false },
      { sum: 'calls', of: '', ledger: '2', clickhouse: '2', equal: true },
    ];
    const reconciled = await reconcileAccounts(['acme'], () =>
      Promise.resolve({ account: 'acme', equal: false, sums, groups: [], differentGroups: 0, position: '9' }),
    );
    expect(verdictOf('lmdb:x', [whole], reconciled)).toMatchObject({
      whole: false,
      clickhouse: 'different',
      faultCount: 1,
      faults: [{ address: 'ClickHouse of acme', reason: 'charged usd is 4 in ClickHouse and 5 in the ledger' }],
    });
  });

  it('names the groups that differ, and says when there are more', async () => {
    const group = { hour: '2026-11-21T15', payer: 'project/chat', model: 'gpt-4o-mini', ledger: '5', clickhouse: '0' };
    const groups = [
      { ...group, sum: 'charged', of: 'usd' },
      { ...group, sum: 'checksum of calls', of: '', model: '' },
    ];
    const [reconciled] = await reconcileAccounts(['acme'], () =>
      Promise.resolve({ account: 'acme', equal: false, sums: [], groups, differentGroups: 7, position: '9' }),
    );
    expect(reconciled).toMatchObject({
      differences: [
        'charged of usd for gpt-4o-mini, project/chat, 2026-11-21T15 is 0 in ClickHouse and 5 in the ledger',
        'checksum of calls for no model, project/chat, 2026-11-21T15 is 0 in ClickHouse and 5 in the ledger',
        'at least 7 groups of hour, payer and model differ; the first 2 are named',
      ],
    });
  });

  it('never takes an account that was not compared for equal', () => {
    const reason = 'its stream is damaged';
    const verdict = verdictOf('lmdb:x', [damaged], [{ account: 'acme', state: 'not-compared', reason }]);
    expect(verdict).toMatchObject({
      whole: false,
      clickhouse: 'not-compared',
      whyNotCompared: reason,
      faults: [fault],
    });
    expect(verdictText(verdict)).toContain('lmdb:x has 1 fault in 1,234 entries.');
  });

  it('says that ClickHouse was skipped', () => {
    const verdict = verdictOf('lmdb:x', [whole], 'skipped');
    expect(verdict.clickhouse).toBe('skipped');
    expect(verdictText(verdict)).toContain('ClickHouse was skipped');
  });
});
