import { describe, expect, it } from '@jest/globals';
import { amount, currencyId, nodeId, units } from '@exchequer/kernel';
import { Book, configure, CREDIT, grant, node, t, under } from '../spec/book.js';

function company(): Book {
  const book = new Book();
  book.must(t(0), configure(node('org'), under('org', 'team'), under('team', 'user', { pooling: 'parent' })));
  return book;
}

describe('granting credits', () => {
  it('issues them as one new lot at the node', () => {
    const book = company();
    expect(book.must(t(1), grant('team', 7n, { layer: 'plan' }))).toEqual([
      {
        type: 'CreditsGranted',
        grant: 'g-1',
        lot: 'l-1',
        node: 'team',
        currency: CREDIT,
        amount: units(7n),
        layer: 'plan',
        priority: 20,
      },
    ]);
    expect(book.lot('l-1')).toMatchObject({ available: units(7n), held: 0n, spent: 0n, forfeited: 0n, revoked: 0n });
  });

  it.each([
    ['free', 0],
    ['promotional', 10],
    ['plan', 20],
    ['committed', 20],
    ['purchased', 30],
  ] as const)('gives the layer %s the priority %i', (layer, priority) =>
    expect(company().must(t(1), grant('team', 7n, { layer }))).toMatchObject([{ priority }]),
  );

  it('keeps its terms, what was paid for it, and a note', () => {
    const paid = { currency: currencyId('usd'), amount: units(80n) };
    const terms = { priority: 5, startsAt: t(10), expiresAt: t(20), paid, note: 'order 12' };
    const book = company();
    expect(book.must(t(1), grant('team', 100n, terms))).toMatchObject([terms]);
    expect(book.lot('l-1').grant).toMatchObject({ ...terms, grantedAt: t(1) });
  });

  it('numbers grants and lots of an account', () => {
    const book = company();
    book.must(t(1), grant('team', 1n));
    expect(book.must(t(1), grant('org', 1n))).toMatchObject([{ grant: 'g-2', lot: 'l-2' }]);
  });

  it('may issue nothing', () => {
    const book = company();
    book.must(t(1), { ...grant('team', 0n), amount: amount(0n) });
    expect(book.state.nodes.get(nodeId('team'))?.purses.get(CREDIT)?.spendable).toEqual([]);
  });

  it('refuses credits that could never be spent', () => {
    const refused = (more: object) => company().refused(t(10), grant('team', 1n, more));
    expect(refused({ expiresAt: t(10) })).toEqual({
      code: 'Malformed',
      message: 'expiresAt: is in the past; the credits could never be spent.',
    });
    expect(refused({ startsAt: t(20), expiresAt: t(20) })).toEqual({
      code: 'Malformed',
      message: 'startsAt: is not before expiresAt; the credits could never be spent.',
    });
    company().must(t(10), grant('team', 1n, { expiresAt: t(10) + 1, startsAt: t(10) }));
  });

  it('refuses a node that takes all from its pool, and says where to put them', () =>
    expect(company().refused(t(1), grant('user', 1n))).toEqual({
      code: 'Malformed',
      message:
        'user takes all its credits from its pool; grant or transfer to team, or set its pooling to own-then-parent.',
    }));
});
