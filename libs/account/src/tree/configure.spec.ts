import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, units } from '@exchequer/kernel';
import type { NodePolicy } from '../commands.js';
import { Book, configure, CREDIT, every, grant, limit, node, t, under } from '../spec/book.js';

const opened = (...nodes: readonly NodePolicy[]): Book => {
  const book = new Book();
  book.must(t(0), configure(...nodes));
  return book;
};

describe('changing how a node is paid', () => {
  it('moves no credits between modes that leave a node its own', () => {
    const book = opened(node('org'), under('org', 'team', { pooling: 'own' }));
    book.must(t(1), grant('team', 5n));
    expect(book.must(t(2), configure(node('team')))).toEqual([
      { type: 'PoolingChanged', node: 'team', pooling: 'own-then-parent' },
    ]);
  });
});

describe('stating a node again', () => {
  it('keeps kind and parent where they are left out', () => {
    const book = opened(node('org'), under('org', 'team', { kind: 'department' }), under('team', 'user/ada'));
    expect(book.must(t(1), configure(node('user/ada'), node('team')))).toEqual([]);
  });

  it('takes everything else back to its default', () => {
    const book = opened(
      node('org'),
      under('org', 'team', {
        pooling: 'own',
        captureBeyond: 'cap',
        overage: [{ currency: CREDIT, amount: units(1n) }],
        limits: [limit('daily', 1n, every('day'))],
      }),
    );
    expect(book.must(t(1), configure(node('team')))).toEqual([
      { type: 'PoolingChanged', node: 'team', pooling: 'own-then-parent' },
      { type: 'LimitRemoved', node: 'team', limit: 'daily' },
      { type: 'OverageSet', node: 'team', currency: CREDIT, limit: 0n },
      { type: 'CaptureBeyondSet', node: 'team' },
    ]);
  });

  it('calls it another kind', () => {
    const book = opened(node('org'), under('org', 'team'));
    expect(book.must(t(1), configure(node('team', { kind: 'squad' })))).toEqual([
      { type: 'NodeKindChanged', node: 'team', kind: 'squad' },
    ]);
    expect(book.state.nodes.get(nodeId('team'))?.kind).toBe('squad');
  });

  it('sets what happens beyond a hold, once', () => {
    const book = opened(node('org'));
    const policy = configure(node('org', { captureBeyond: 'cap' }));
    expect(book.must(t(1), policy)).toEqual([{ type: 'CaptureBeyondSet', node: 'org', policy: 'cap' }]);
    expect(book.must(t(1), policy)).toEqual([]);
  });

  it('sets how calls are estimated, once, and inherits again when nothing is said', () => {
    const book = opened(node('org'));
    const fixed = (amount: bigint): NonNullable<NodePolicy['estimate']> => ({
      by: 'fixed',
      amounts: [{ currency: CREDIT, amount: units(amount) }],
    });
    for (const estimate of [{ by: 'quantile', quantile: 0.9 } as const, fixed(1n), fixed(2n), { by: 'max' } as const]) {
      const policy = configure(node('org', { estimate }));
      expect(book.must(t(1), policy)).toEqual([{ type: 'EstimateSet', node: 'org', policy: estimate }]);
      expect(book.must(t(1), policy)).toEqual([]);
    }
    expect(book.state.estimating).toBe(1);
    expect(book.must(t(1), configure(node('org')))).toEqual([{ type: 'EstimateSet', node: 'org' }]);
    expect(book.state.estimating).toBe(0);
  });

  it('refuses a fixed estimate in a currency that the account has not', () => {
    const estimate = { by: 'fixed', amounts: [{ currency: currencyId('euro'), amount: units(1n) }] } as const;
    expect(opened(node('org')).refused(t(1), configure(node('org', { estimate })))).toMatchObject({
      code: 'Malformed',
      message: 'The currency euro of the estimate of org is not declared.',
      path: 'nodes.0.estimate',
    });
  });

  it('leaves the nodes alone that it does not name', () => {
    const book = opened(node('org'), under('org', 'team', { limits: [limit('daily', 1n, every('day'))] }));
    book.must(t(1), configure(under('org', 'other')));
    expect(book.limit('team', 'daily').amount).toBe(units(1n));
  });

  it('restates the default project like any other, and moves it', () => {
    const book = opened(node('org'), under('org', 'team'));
    expect(book.must(t(1), configure(under('team', 'project/default', { pooling: 'own' })))).toEqual([
      { type: 'NodeMoved', node: 'project/default', parent: 'team' },
      { type: 'PoolingChanged', node: 'project/default', pooling: 'own' },
    ]);
  });
});

describe('stating rates', () => {
  const perMinute = (count: number) => ({ count, per: 'minute' }) as const;

  it('is one fact, and none when nothing changes', () => {
    const book = opened(node('org'));
    const rates = [{ requests: perMinute(5) }, { models: ['o3'], requests: perMinute(2), tokens: perMinute(900) }];
    expect(book.must(t(1), configure(node('org', { rates })))).toEqual([{ type: 'RatesSet', node: 'org', rates }]);
    expect(book.must(t(2), configure(node('org', { rates })))).toEqual([]);
    expect(book.must(t(3), configure(node('org')))).toEqual([{ type: 'RatesSet', node: 'org', rates: [] }]);
    expect(book.must(t(4), configure(node('org', { rates: [] })))).toEqual([]);
  });

  it('is refused where one rate is stated twice: neither could be told from the other', () => {
    const rates = [
      { models: ['o3', 'gpt-4o'], requests: perMinute(5) },
      { models: ['gpt-4o', 'o3'], requests: perMinute(9), tokens: perMinute(9) },
    ];
    expect(opened(node('org')).refused(t(1), configure(under('org', 'team', { rates })))).toEqual({
      code: 'Malformed',
      message: 'team states the rate requests/minute of gpt-4o, o3 twice.',
      path: 'nodes.0.rates.1',
    });
  });
});
