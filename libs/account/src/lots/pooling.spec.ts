import { describe, expect, it } from '@jest/globals';
import { nodeId, units } from '@exchequer/kernel';
import type { Pooling } from '../facts.js';
import { authorize, Book, capture, configure, CREDIT, grant, node, only, record, t, under } from '../spec/book.js';

/** org (100, l-1) → department (20, l-2) → team (5, l-3) → user, with their modes. */
function tree(modes: { department?: Pooling; team?: Pooling; user?: Pooling }): Book {
  const book = new Book();
  const open: Pooling = 'own-then-parent';
  book.must(
    t(0),
    configure(
      node('org'),
      under('org', 'department', { pooling: modes.department === 'parent' ? open : (modes.department ?? open) }),
      under('department', 'team', { pooling: modes.team === 'parent' ? open : (modes.team ?? open) }),
      under('team', 'user', { pooling: modes.user ?? open }),
    ),
  );
  book.must(t(0), grant('org', 100n));
  book.must(t(0), grant('department', 20n));
  book.must(t(0), grant('team', 5n));
  return book;
}

const sources = (book: Book, whole: bigint) =>
  book.hold(t(5), authorize('user', whole)).shares.map(({ lot, amount }) => [lot, amount / units(1n)]);

const parts = (book: Book, ...ids: readonly string[]) => ids.map((id) => book.lot(id).available / units(1n));

/** Every credit of the account, wherever it is. */
const total = (book: Book): bigint => {
  let sum = 0n;
  for (const lot of book.state.lots.values()) sum += lot.available + lot.held + lot.spent + lot.forfeited;
  return sum / units(1n);
};

describe('the funding path', () => {
  it('goes up from node to node while each takes from its parent as well', () =>
    expect(sources(tree({}), 30n)).toEqual([
      ['l-3', 5n],
      ['l-2', 20n],
      ['l-1', 5n],
    ]));

  it('ends at a node of its own credits only', () => {
    const book = tree({ department: 'own' });
    expect(book.refused(t(1), authorize('user', 26n)).binding?.remaining).toBe(units(25n));
    expect(sources(book, 25n)).toEqual([
      ['l-3', 5n],
      ['l-2', 20n],
    ]);
  });

  it('ends at the payer itself when that has its own credits only', () => {
    const book = tree({ user: 'own' });
    expect(book.refused(t(1), authorize('user', 1n)).binding?.remaining).toBe(0n);
  });

  it('leaves out a node that takes all from its pool', () => {
    const book = tree({});
    book.must(t(1), configure(under('department', 'team', { pooling: 'parent' })));
    expect(book.state.nodes.get(nodeId('team'))?.purses.get(CREDIT)?.spendable).toEqual([]);
    expect(sources(book, 26n)).toEqual([
      ['l-2', 20n],
      ['l-4', 5n],
      ['l-1', 1n],
    ]);
  });

  it('does not leave out what a node that takes all from its pool owes: that is owed at the pool', () => {
    const book = new Book();
    book.must(t(0), configure(node('org'), under('org', 'user', { pooling: 'parent' })));
    const drawn = only(book.must(t(1), record('user', 3n)), 'CreditsDrawn');
    expect(drawn.owed).toEqual([{ node: 'org', currency: CREDIT, amount: units(3n) }]);
  });
});

describe('switching a node to its pool', () => {
  const toParent = (parent: string, id: string) => configure(under(parent, id, { pooling: 'parent' }));

  it('moves its lots up, each to the lot of the same grant', () => {
    const book = tree({});
    const moved = only(book.must(t(1), toParent('department', 'team')), 'CreditsTransferred');
    expect(moved).toMatchObject({
      reason: 'pooled',
      moves: [{ lot: 'l-3', amount: units(5n), toLot: 'l-4', toNode: 'department' }],
    });
    expect(book.lot('l-4').grant).toBe(book.lot('l-3').grant);
    expect(parts(book, 'l-1', 'l-2', 'l-3', 'l-4')).toEqual([100n, 20n, 0n, 5n]);
  });

  it('moves them past every node that takes from its pool too', () => {
    const book = tree({});
    book.must(
      t(1),
      configure(under('org', 'department', { pooling: 'parent' }), under('department', 'team', { pooling: 'parent' })),
    );
    expect([...book.state.lots.values()].map((lot) => [lot.node.id, lot.available / units(1n)])).toEqual([
      ['org', 100n],
      ['department', 0n],
      ['team', 0n],
      ['org', 20n],
      ['org', 5n],
    ]);
  });

  it('joins the parts of one grant that come from several nodes', () => {
    const book = tree({});
    const [from, to] = [nodeId('team'), nodeId('department')];
    book.must(t(0), { type: 'transfer', from, to, currency: CREDIT, amount: units(2n) });
    const pooled = { pooling: 'parent' } as const;
    book.must(t(1), configure(under('org', 'department', pooled), under('department', 'team', pooled)));
    expect(book.state.lots.size).toBe(6);
    expect(parts(book, 'l-3', 'l-4', 'l-6')).toEqual([0n, 0n, 5n]);
  });

  it('takes what has not started along', () => {
    const book = tree({});
    book.must(t(0), grant('team', 7n, { startsAt: t(50) }));
    book.must(t(1), toParent('department', 'team'));
    expect(book.lot('l-6')).toMatchObject({ available: units(7n), grant: { startsAt: t(50) } });
  });

  it('goes back to the lot that a grant had there before', () => {
    const book = tree({});
    book.must(t(1), toParent('department', 'team'));
    book.must(t(2), configure(under('department', 'team', { pooling: 'own' })));
    book.must(t(3), {
      type: 'transfer',
      from: nodeId('department'),
      to: nodeId('team'),
      currency: CREDIT,
      amount: units(25n),
    });
    expect(book.state.lots.size).toBe(5);
    expect(parts(book, 'l-3')).toEqual([5n]);
    book.must(t(4), toParent('department', 'team'));
    expect(book.state.lots.size).toBe(5);
    expect(parts(book, 'l-1', 'l-2', 'l-3', 'l-4', 'l-5')).toEqual([100n, 20n, 0n, 5n, 0n]);
  });

  it('loses nothing from siloed to pooled and back', () => {
    const book = tree({ department: 'own', team: 'own' });
    const before = total(book);
    for (const pooling of ['parent', 'own', 'parent'] as const)
      for (const [parent, id] of [
        ['department', 'team'],
        ['org', 'department'],
      ] as const)
        book.must(t(5), configure(under(parent, id, { pooling })));
    expect([before, total(book)]).toEqual([125n, 125n]);
    expect(
      book.state.nodes
        .get(nodeId('org'))
        ?.purses.get(CREDIT)
        ?.spendable.map((lot) => lot.available),
    ).toEqual([100n, 20n, 5n].map(units));
  });

  it('moves nothing where the mode was the same', () =>
    expect(tree({ user: 'parent' }).must(t(1), toParent('team', 'user'))).toEqual([]));

  it('refuses credits for a node that takes all from its pool', () => {
    const book = tree({ user: 'parent' });
    expect(book.refused(t(1), grant('user', 1n)).message).toMatch(/grant or transfer to team,/);
    const transfer = {
      type: 'transfer',
      from: nodeId('org'),
      to: nodeId('user'),
      currency: CREDIT,
      amount: units(1n),
    } as const;
    expect(book.refused(t(1), transfer).message).toMatch(/grant or transfer to team,/);
  });
});

describe('credits that calls hold while their node switches to its pool', () => {
  /** Four of the team's five held, then the team switched. */
  function switched() {
    const book = tree({});
    const { hold } = book.hold(t(1), authorize('team', 4n));
    book.must(t(2), configure(under('department', 'team', { pooling: 'parent' })));
    return { book, hold };
  }

  it('stay with their lot until the call ends', () => {
    const { book } = switched();
    expect(book.lot('l-3')).toMatchObject({ available: 0n, held: units(4n) });
    expect(parts(book, 'l-4')).toEqual([1n]);
  });

  it('follow to the pool when a capture gives some back', () => {
    const { book, hold } = switched();
    const facts = book.must(t(3), capture(hold, 1n));
    expect(facts.map((fact) => fact.type)).toEqual(['HoldCaptured', 'CreditsTransferred']);
    expect(only(facts, 'CreditsTransferred')).toEqual({
      type: 'CreditsTransferred',
      reason: 'pooled',
      moves: [{ lot: 'l-3', amount: units(3n), toLot: 'l-4', toNode: 'department' }],
    });
    expect(parts(book, 'l-3', 'l-4')).toEqual([0n, 4n]);
    expect(book.lot('l-3').spent).toBe(units(1n));
  });

  it('follow to the pool when the call is voided', () => {
    const { book, hold } = switched();
    book.must(t(3), { type: 'void', hold });
    expect(parts(book, 'l-3', 'l-4')).toEqual([0n, 5n]);
  });

  it('follow to the pool when the hold expires', () => {
    const { book } = switched();
    expect(book.advance(t(61)).map((fact) => fact.type)).toEqual(['HoldExpired', 'CreditsTransferred']);
    expect(parts(book, 'l-3', 'l-4')).toEqual([0n, 5n]);
  });

  it('follow to where the pool is by then', () => {
    const { book, hold } = switched();
    book.must(t(3), configure(under('org', 'department', { pooling: 'parent' })));
    book.must(t(4), { type: 'void', hold });
    expect(book.lot('l-3').grant.lots.map((lot) => [lot.node.id, lot.available / units(1n)])).toEqual([
      ['team', 0n],
      ['department', 0n],
      ['org', 5n],
    ]);
  });

  it('stay when the node has its own credits again', () => {
    const { book, hold } = switched();
    book.must(t(3), configure(under('department', 'team', { pooling: 'own' })));
    expect(book.must(t(4), { type: 'void', hold }).map((fact) => fact.type)).toEqual(['HoldVoided']);
    expect(parts(book, 'l-3', 'l-4')).toEqual([4n, 1n]);
  });

  it('break instead of following when their lot has expired meanwhile', () => {
    const book = tree({});
    book.must(t(0), grant('team', 3n, { layer: 'free', expiresAt: t(30) }));
    const { hold } = book.hold(t(1), authorize('team', 3n));
    book.must(t(2), configure(under('department', 'team', { pooling: 'parent' })));
    expect(book.must(t(40), { type: 'void', hold })).toMatchObject([
      { type: 'HoldVoided', returned: [], broken: [{ lot: 'l-4' }] },
    ]);
    expect(book.lot('l-4').forfeited).toBe(units(3n));
  });
});
