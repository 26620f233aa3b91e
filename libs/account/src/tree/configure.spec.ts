import { describe, expect, it } from '@jest/globals';
import { accountId, currencyId, nodeId, units } from '@exchequer/kernel';
import type { Configure, NodePolicy } from '../commands.js';
import { evolve } from '../evolve/evolve.js';
import { depthOf } from '../state/node-state.js';
import {
  authorize,
  Book,
  capture,
  configure,
  CREDIT,
  every,
  grant,
  limit,
  node,
  only,
  t,
  under,
} from '../spec/book.js';

const opened = (...nodes: readonly NodePolicy[]): Book => {
  const book = new Book();
  book.must(t(0), configure(...nodes));
  return book;
};

const parents = (book: Book) =>
  Object.fromEntries([...book.state.nodes.values()].map((one) => [one.id, one.parent?.id ?? null]));

describe('opening an account', () => {
  it('makes its root and the default project', () => {
    const book = new Book();
    const command: Configure = { ...configure(), account: accountId('acme') };
    expect(book.must(t(5), command)).toEqual([
      {
        type: 'AccountOpened',
        account: 'acme',
        root: 'org',
        rootKind: 'organization',
        defaultProject: 'project/default',
      },
      { type: 'CurrencyDeclared', currency: CREDIT, display: 2 },
    ]);
    expect(book.state.opening).toMatchObject({ account: 'acme', openedAt: t(5) });
    expect(parents(book)).toEqual({ org: null, 'project/default': 'org' });
    expect(book.state.opening?.defaultProject).toMatchObject({ kind: 'project', pooling: 'own-then-parent' });
  });

  it('takes an organization without a parent for the root', () => {
    const book = opened(under('acme', 'team'), node('first'), node('acme', { kind: 'organization' }));
    expect(parents(book)).toEqual({ acme: null, 'project/default': 'acme', team: 'acme', first: 'acme' });
    expect(book.state.opening?.root).toMatchObject({ kind: 'organization', pooling: 'own' });
  });

  it('else takes org, and else the only node without a parent, if others hang on it', () => {
    const bare = opened(node('first'), under('first', 'team'), node('org'), node('project/default'));
    expect(parents(bare)).toEqual({ org: null, 'project/default': 'org', first: 'org', team: 'first' });
    expect(parents(opened(node('first'), node('second')))).toMatchObject({ org: null, first: 'org', second: 'org' });
    const book = opened(node('company', { kind: 'company' }), under('company', 'team'), node('project/default'));
    expect(parents(book)).toEqual({ company: null, 'project/default': 'company', team: 'company' });
    expect(book.state.opening?.root.kind).toBe('company');
    expect(book.booked[0]?.fact).toMatchObject({ type: 'AccountOpened', rootKind: 'company' });
  });

  it('takes an organization before a node that others hang on, and for its kind asks nobody else', () => {
    const book = opened(
      node('company', { kind: 'company' }),
      under('company', 'team', { kind: 'team' }),
      node('acme', { kind: 'organization' }),
    );
    expect(book.state.opening?.root).toMatchObject({ id: 'acme', kind: 'organization' });
    expect(opened(under('org', 'team', { kind: 'team' }), node('org')).state.opening?.root).toMatchObject({
      id: 'org',
      kind: 'organization',
    });
  });

  it.each([
    [
      'first and company have no parent, and only one node can be the root of an account, for good: state kind: organization for the root, under which the others then stand, or give all but one of them a parent.',
      [node('first'), under('company', 'team'), node('company', { kind: 'company' })],
      'nodes.2',
    ],
    [
      'acme and beta have no parent, and only one node can be the root of an account, for good: give all but one of them a parent.',
      [node('first'), node('acme', { kind: 'organization' }), node('beta', { kind: 'organization' })],
      'nodes.2',
    ],
    [
      'a, b and c have no parent, and only one node can be the root of an account, for good: state kind: organization for the root, under which the others then stand, or give all but one of them a parent.',
      [node('a'), node('b'), node('c'), under('c', 'team')],
      'nodes.1',
    ],
    [
      'a, b, c, d, e and 2 more have no parent, and only one node can be the root of an account, for good: state kind: organization for the root, under which the others then stand, or give all but one of them a parent.',
      [...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => node(id)), under('g', 'team')],
      'nodes.1',
    ],
  ])('never guesses the root from several: %s', (message, nodes, path) => {
    expect(new Book().refused(t(5), configure(...nodes))).toEqual({ code: 'Malformed', message, path });
  });

  it('never takes the default project for the root', () => {
    const book = opened(node('project/default'), under('project/default', 'key'));
    expect(parents(book)).toEqual({ org: null, 'project/default': 'org', key: 'project/default' });
  });

  it('does nothing when its policy is refused', () => {
    const book = new Book();
    expect(book.refused(t(0), configure(node('a'), node('a'))).code).toBe('Malformed');
    expect(book.state.opening).toBeUndefined();
  });

  it('happens once: the same policy again brings nothing', () => {
    const book = opened(node('org'), under('org', 'team', { limits: [limit('daily', 1n, every('day'))] }));
    const policy = configure(node('org'), under('org', 'team', { limits: [limit('daily', 1n, every('day'))] }));
    expect(book.must(t(9), policy)).toEqual([]);
  });
});

describe('declaring a currency', () => {
  it('keeps the digits that people are shown, and changes them', () => {
    const book = opened();
    const declared = (display: number) =>
      book.must(t(1), { ...configure(), currencies: [{ currency: CREDIT, display }] });
    expect(declared(2)).toEqual([]);
    expect(declared(0)).toEqual([{ type: 'CurrencyDeclared', currency: CREDIT, display: 0 }]);
    expect(book.state.currencies.get(CREDIT)?.display).toBe(0);
  });

  it('names them all to whoever asks for another', () => {
    const book = opened();
    book.must(t(1), { ...configure(), currencies: [{ currency: currencyId('usd'), display: 2 }] });
    expect(book.refused(t(2), grant('org', 1n, { currency: currencyId('yen') })).message).toBe(
      'The currency yen is not declared by this account; it has credit, usd.',
    );
  });

  it('keeps those that a policy does not name', () => {
    const book = opened();
    book.must(t(1), { ...configure(), currencies: [{ currency: currencyId('usd'), display: 2 }] });
    expect([...book.state.currencies.keys()]).toEqual(['credit', 'usd']);
  });
});

describe('adding nodes', () => {
  it('puts parents before their children, in whatever order they are stated', () => {
    const book = new Book();
    const facts = book.must(t(0), configure(under('b', 'c'), under('a', 'b'), under('org', 'a'), node('org')));
    expect(facts.flatMap((fact) => (fact.type === 'NodeAdded' ? [fact.node] : []))).toEqual(['a', 'b', 'c']);
  });

  it('hangs a node without a parent on the root', () =>
    expect(parents(opened(node('org', { kind: 'organization' }), node('team')))['team']).toBe('org'));

  it('reads the kind from the name, else calls it a node', () => {
    const book = opened(node('user/ada'), node('ada'), node('key/k', { kind: 'api-key' }), node('Team/x'));
    const kinds = ['user/ada', 'ada', 'key/k', 'Team/x'].map((id) => book.state.nodes.get(nodeId(id))?.kind);
    expect(kinds).toEqual(['user', 'node', 'api-key', 'node']);
  });

  it('gives a node its own credits and then its parent’s, where nothing is said', () =>
    expect(opened(node('org'), under('org', 'team')).state.nodes.get(nodeId('team'))?.pooling).toBe('own-then-parent'));

  it('goes sixteen deep, and no deeper', () => {
    const line = (count: number) =>
      Array.from({ length: count }, (_, depth) =>
        under(depth === 0 ? 'org' : `n${String(depth)}`, `n${String(depth + 1)}`),
      );
    const book = opened(node('org'), ...line(16));
    expect(depthOf(book.state.nodes.get(nodeId('n16'))!)).toBe(16);
    expect(book.refused(t(1), configure(under('n16', 'n17')))).toEqual({
      code: 'Malformed',
      message: 'n17 would stand more than 16 nodes below the root.',
      path: 'nodes.0.parent',
    });
    expect(new Book().refused(t(0), configure(node('org'), ...line(17))).path).toBe('nodes.17.parent');
    book.must(t(1), grant('org', 1n));
    expect(book.hold(t(2), authorize('n16', 1n)).shares).toHaveLength(1);
  });
});

describe('a node that cannot stand where it is put', () => {
  const refused = (...nodes: readonly NodePolicy[]) =>
    opened(node('org'), under('org', 'a'), under('a', 'b')).refused(t(1), configure(...nodes));

  it('is stated twice', () =>
    expect(refused(node('a'), node('a'))).toEqual({
      code: 'Malformed',
      message: 'The node a is stated twice.',
      path: 'nodes.1',
    }));

  it('hangs on a node that does not exist', () =>
    expect(refused(under('nowhere', 'c'))).toEqual({
      code: 'UnknownNode',
      message: 'The parent nowhere of c does not exist.',
      path: 'nodes.0.parent',
    }));

  it('hangs on an archived node', () => {
    const book = opened(node('org'), under('org', 'a'), under('org', 'old'));
    book.must(t(1), { ...configure(), archive: [nodeId('old')] });
    expect(book.refused(t(2), configure(under('old', 'a')))).toEqual({
      code: 'NodeArchived',
      message: 'The parent old of a is archived.',
      path: 'nodes.0.parent',
    });
  });

  it('would stand under itself, directly or further down', () => {
    const message = 'a would stand under itself.';
    expect(refused(under('a', 'a'))).toEqual({ code: 'Malformed', message, path: 'nodes.0.parent' });
    expect(refused(under('b', 'a'))).toEqual({ code: 'Malformed', message, path: 'nodes.0.parent' });
    expect(refused(under('y', 'x'), under('x', 'y')).message).toBe('x would stand under itself.');
  });

  it('hangs on two that stand under one another', () =>
    expect(refused(under('x', 'c'), under('y', 'x'), under('x', 'y')).code).toBe('Malformed'));

  it('is the root and is given a parent, or a pool', () => {
    expect(refused(under('a', 'org'))).toEqual({
      code: 'Malformed',
      message: 'org is the root and can have no parent.',
      path: 'nodes.0.parent',
    });
    expect(refused(node('org', { pooling: 'parent' }))).toEqual({
      code: 'Malformed',
      message: 'org is the root; its pooling can only be own.',
      path: 'nodes.0.pooling',
    });
  });

  it('would go deeper than sixteen with what hangs on it, though nothing is said of that', () => {
    const line = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, depth) =>
        under(depth === 0 ? 'org' : `${prefix}${String(depth)}`, `${prefix}${String(depth + 1)}`),
      );
    const book = opened(node('org'), ...line('a', 10), ...line('b', 7));
    expect(book.refused(t(1), configure(node('a1'), under('a10', 'b1')))).toEqual({
      code: 'Malformed',
      message: 'b7 would stand more than 16 nodes below the root.',
      path: 'nodes.1.parent',
    });
    book.must(t(2), configure(under('a9', 'b1')));
    expect(depthOf(book.state.nodes.get(nodeId('b7'))!)).toBe(16);
  });
});

describe('moving a branch', () => {
  it('asks no room for what is archived in it, until that is stated again', () => {
    const line = Array.from({ length: 15 }, (_, depth) =>
      under(depth === 0 ? 'org' : `a${String(depth)}`, `a${String(depth + 1)}`),
    );
    const book = opened(node('org'), ...line, under('org', 'b1'), under('b1', 'b2'));
    book.must(t(1), { ...configure(), archive: [nodeId('b2')] });
    book.must(t(2), configure(under('a15', 'b1')));
    expect(book.refused(t(3), configure(node('b2'))).message).toBe('b2 would stand more than 16 nodes below the root.');
  });
});

describe('a name that is kept for sessions', () => {
  it('is refused to a node', () =>
    expect(opened(node('org')).refused(t(1), configure(under('org', 'session/s-7')))).toEqual({
      code: 'Malformed',
      message: 'The name session/s-7 is kept for sessions; open-session makes them.',
      path: 'nodes.0',
    }));

  it('stays with a node that had it before there were sessions', () => {
    const book = opened(node('org'));
    const old = { type: 'NodeAdded', node: nodeId('session/s-7'), kind: 'node', parent: nodeId('org') } as const;
    evolve(book.state, { ...old, pooling: 'own-then-parent' }, t(1));
    expect(book.must(t(2), configure(node('session/s-7', { kind: 'run' })))).toHaveLength(1);
  });
});

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

describe('moving a node', () => {
  const daily = [limit('daily', 10n, every('day'))];

  /** Ada holds 4 under the east team, and is moved to the west. */
  function moved() {
    const book = opened(
      node('org'),
      under('org', 'east', { limits: daily }),
      under('org', 'west', { limits: daily }),
      under('east', 'user/ada', { limits: daily }),
    );
    book.must(t(0), grant('org', 100n));
    const { hold } = book.hold(t(1), authorize('user/ada', 4n));
    book.must(t(2), configure(under('west', 'user/ada', { limits: daily })));
    return { book, hold };
  }

  it('is one fact', () =>
    expect(
      only(
        moved().book.booked.map(({ fact }) => fact),
        'NodeMoved',
      ).parent,
    ).toBe('west'));

  it('takes all that hangs on it along', () => {
    const book = opened(
      node('org'),
      under('org', 'east'),
      under('org', 'west'),
      under('east', 'team'),
      under('team', 'user'),
    );
    book.must(t(1), grant('west', 5n));
    book.must(t(2), configure(under('west', 'team')));
    expect(book.hold(t(3), authorize('user', 5n)).shares).toMatchObject([{ lot: 'l-1' }]);
    expect([...book.state.nodes.get(nodeId('east'))!.children]).toEqual([]);
    expect([...book.state.nodes.get(nodeId('west'))!.children].map(({ id }) => id)).toEqual(['team']);
  });

  it('changes no hold: what it held still counts where it stood', () => {
    const { book } = moved();
    expect(['east', 'west', 'user/ada'].map((id) => book.limit(id, 'daily').held)).toEqual([4n, 0n, 4n].map(units));
  });

  it('changes no counter: what the call then costs counts on the chain that was remembered', () => {
    const { book, hold } = moved();
    book.must(t(3), capture(hold, 3n));
    const used = (id: string) => book.limit(id, 'daily').counters.map((counter) => counter.used);
    expect(['east', 'west', 'user/ada'].map(used)).toEqual([[units(3n)], [], [units(3n)]]);
    expect(['east', 'west', 'user/ada'].map((id) => book.limit(id, 'daily').held)).toEqual([0n, 0n, 0n]);
  });

  it('sends what comes next up the new path', () => {
    const { book } = moved();
    book.hold(t(3), authorize('user/ada', 5n));
    expect(['east', 'west', 'user/ada'].map((id) => book.limit(id, 'daily').held)).toEqual([4n, 5n, 9n].map(units));
  });

  it('lets a limit that is set later count the holds whose chain remembers its node', () => {
    const { book } = moved();
    const weekly = [...daily, limit('weekly', 50n, every('week'))];
    book.must(t(3), configure(under('org', 'east', { limits: weekly }), under('org', 'west', { limits: weekly })));
    expect(['east', 'west'].map((id) => book.limit(id, 'weekly').held)).toEqual([units(4n), 0n]);
  });

  it('can turn a branch over: the child becomes the parent', () => {
    const book = opened(node('org'), under('org', 'a'), under('a', 'b'), under('b', 'c'));
    book.must(t(1), configure(under('org', 'c'), under('c', 'a'), under('a', 'b')));
    expect(parents(book)).toEqual({ org: null, 'project/default': 'org', a: 'c', b: 'a', c: 'org' });
    book.must(t(1), grant('org', 1n));
    expect(book.hold(t(2), authorize('b', 1n)).shares).toHaveLength(1);
  });
});
