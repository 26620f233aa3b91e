import { describe, expect, it } from '@jest/globals';
import { nodeId, type NodeId } from '@exchequer/kernel';
import type { NodePolicy } from '../commands.js';
import { isRefusal } from '../refusal.js';
import {
  authorize,
  Book,
  configure,
  endSession,
  every,
  grant,
  limit,
  node,
  only,
  openSession,
  t,
  under,
} from '../spec/book.js';
import { limitsOf, resolveChain, type Chain } from './chain.js';

const ids = (...names: readonly string[]): readonly NodeId[] => names.map(nodeId);

function chain(book: Book, payer: string, nodes: readonly NodeId[] = []): Chain {
  const found = resolveChain(book.state, nodeId(payer), nodes);
  if (isRefusal(found)) throw new Error(found.message);
  return found;
}

function company(...more: readonly NodePolicy[]): Book {
  const book = new Book();
  book.must(t(0), configure(node('org'), under('org', 'team'), under('team', 'ada'), under('team', 'bob'), ...more));
  book.must(t(0), grant('org', 100n));
  return book;
}

const members = (book: Book, payer: string, nodes: readonly NodeId[] = []) =>
  chain(book, payer, nodes).members.map(({ id }) => id);

describe('a chain', () => {
  it('has the payer, the further nodes and all above them once, root first, then by name', () => {
    const book = company(under('org', 'key'));
    expect(members(book, 'bob', ids('key', 'ada'))).toEqual(['org', 'key', 'team', 'ada', 'bob']);
    expect(members(book, 'ada', ids('bob', 'key'))).toEqual(['org', 'key', 'team', 'ada', 'bob']);
  });

  it('is another for another payer, though the further nodes are the same', () => {
    const book = company();
    const further = ids('team');
    expect(chain(book, 'ada', further).payer.id).toBe('ada');
    expect(chain(book, 'bob', further).payer.id).toBe('bob');
  });

  it('is another for other nodes, though their names run together to the same', () => {
    const book = company(
      under('org', 'a'),
      under('org', 'ab'),
      under('org', 'b'),
      under('org', 'bc'),
      under('org', 'c'),
    );
    expect(members(book, 'team', ids('a', 'bc'))).toEqual(['org', 'a', 'bc', 'team']);
    expect(members(book, 'team', ids('ab', 'c'))).toEqual(['org', 'ab', 'c', 'team']);
  });

  it('is derived once for the same names, until the tree or a limit changes', () => {
    const book = company();
    const first = chain(book, 'ada', ids('bob'));
    chain(book, 'bob');
    expect(chain(book, 'ada', ids('bob'))).toBe(first);
    book.must(t(1), configure(under('org', 'other')));
    expect(chain(book, 'ada', ids('bob'))).not.toBe(first);
  });

  it('is derived once in a session as well, and anew when a rule of those above changes', () => {
    const book = company();
    const { session } = only(book.must(t(1), openSession('ada', 5n)), 'SessionOpened');
    const first = chain(book, session);
    chain(book, 'bob');
    expect(chain(book, session)).toBe(first);
    book.must(t(2), configure(under('team', 'ada', { limits: [limit('daily', 9n, every('day'))] })));
    const second = chain(book, session);
    expect(second.limits.map(({ name }) => name)).toEqual(['daily']);
    expect(chain(book, session)).toBe(second);
  });

  it('is kept for 50,000 combinations of names, not more', () => {
    const names = Array.from({ length: 224 }, (_, index) => `n${String(index)}`);
    const book = company(...names.map((name) => under('org', name)));
    let most = 0;
    for (const payer of names)
      for (const further of names) {
        chain(book, payer, ids(further));
        most = Math.max(most, book.state.chains.size);
      }
    expect(most).toBe(50_000);
  });

  it('shows the limits of its members as they are now, those asking for delays apart', () => {
    const daily = limit('daily', 10n, every('day'));
    const slow = limit('slow', 10n, every('day'), { mode: 'throttle', throttle: { fromShare: '0.8', delayMs: 1_000 } });
    const book = company();
    const plain = chain(book, 'ada');
    expect([plain.limits, plain.delaying, plain.layered]).toEqual([[], undefined, false]);
    book.must(t(1), configure(under('team', 'ada', { limits: [daily, slow] })));
    const ruled = chain(book, 'ada');
    expect(limitsOf(book.state, ruled).map(({ name }) => name)).toEqual(['daily', 'slow']);
    expect(ruled.delaying?.map(({ name }) => name)).toEqual(['slow']);
    book.must(t(2), configure(under('team', 'ada', { limits: [daily] })));
    expect(limitsOf(book.state, ruled).map(({ name }) => name)).toEqual(['daily']);
    expect(ruled.delaying).toBeUndefined();
  });

  it('counts by layers when one of its limits does, though others do not', () => {
    const limits = [limit('all', 10n, every('day')), limit('free', 10n, every('day'), { scope: { layers: ['free'] } })];
    const book = company();
    const plain = chain(book, 'ada');
    book.must(t(1), configure(under('team', 'ada', { limits })));
    expect(chain(book, 'ada').layered).toBe(true);
    limitsOf(book.state, plain);
    expect(plain.layered).toBe(true);
  });
});

describe('what a chain says of who may at all', () => {
  it('is nothing to look at where no member says anything', () =>
    expect(chain(company(), 'ada').permission).toBeUndefined());

  it('has the rates of its members, root first, and none of others', () => {
    const rates = (count: number) => [{ requests: { count, per: 'minute' } }] as const;
    const book = company();
    book.must(
      t(1),
      configure(
        node('org', { rates: rates(9) }),
        under('team', 'ada', { rates: rates(2) }),
        under('team', 'bob', { rates: rates(5) }),
      ),
    );
    expect(chain(book, 'ada').permission).toMatchObject({ paused: [], paths: [] });
    expect(chain(book, 'ada').permission?.rates.map(({ node: { id }, count }) => [id, count])).toEqual([
      ['org', 9],
      ['ada', 2],
    ]);
  });

  it('has those members that are observed', () => {
    const book = company();
    book.must(t(1), configure(under('org', 'team', { observe: true })));
    expect([...(chain(book, 'ada').permission?.observed ?? [])].map(({ id }) => id)).toEqual(['team', 'ada']);
    expect(chain(book, 'org').permission).toBeUndefined();
  });

  it('has for each attributed node those that state entitlements, nearest first, and no way on which nobody does', () => {
    const deny = { entitlements: { models: { deny: ['o3'] } } };
    const book = company(under('org', 'key'));
    book.must(t(1), configure(under('org', 'team', deny), under('team', 'ada', deny)));
    const paths = chain(book, 'ada', ids('key', 'bob')).permission?.paths;
    expect(paths?.map(({ from, stating }) => [from.id, stating.map(({ id }) => id)])).toEqual([
      ['ada', ['ada', 'team']],
      ['bob', ['team']],
    ]);
  });

  it('lets a call in a session do only what whoever opened it may do, and every node named with it', () => {
    const book = company(under('org', 'key', { entitlements: { models: { deny: ['o3'] } } }));
    const { session } = only(book.must(t(1), openSession('ada', 5n, { nodes: ids('key') })), 'SessionOpened');
    const o3 = { particulars: { model: 'o3' } };
    expect(book.refused(t(2), authorize(session, 1n, o3)).message).toMatch(/^key may not use the model o3/);
    book.must(t(3), endSession(session));
  });
});
