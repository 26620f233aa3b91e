import { describe, expect, it } from '@jest/globals';
import { nodeId } from '@exchequer/kernel';
import type { NodePolicy } from '../commands.js';
import { evolve } from '../evolve/evolve.js';
import { depthOf } from '../state/node-state.js';
import { authorize, Book, configure, grant, node, t, under } from '../spec/book.js';

const opened = (...nodes: readonly NodePolicy[]): Book => {
  const book = new Book();
  book.must(t(0), configure(...nodes));
  return book;
};

const parents = (book: Book) =>
  Object.fromEntries([...book.state.nodes.values()].map((one) => [one.id, one.parent?.id ?? null]));

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
