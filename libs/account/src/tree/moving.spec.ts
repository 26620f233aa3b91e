import { describe, expect, it } from '@jest/globals';
import { nodeId, units } from '@exchequer/kernel';
import type { NodePolicy } from '../commands.js';
import { authorize, Book, capture, configure, every, grant, limit, node, only, t, under } from '../spec/book.js';

const opened = (...nodes: readonly NodePolicy[]): Book => {
  const book = new Book();
  book.must(t(0), configure(...nodes));
  return book;
};

const parents = (book: Book) =>
  Object.fromEntries([...book.state.nodes.values()].map((one) => [one.id, one.parent?.id ?? null]));

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
