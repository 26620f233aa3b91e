import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, units } from '@exchequer/kernel';
import type { Pooling } from '../facts.js';
import { authorize, Book, capture, configure, CREDIT, grant, node, only, record, t, under } from '../spec/book.js';

const upTo = (whole: bigint) => [{ currency: CREDIT, amount: units(whole) }];

/** The team may owe 3 and the organization 5; the team has one lot of 2. */
function company(pooling: Pooling = 'own-then-parent'): Book {
  const book = new Book();
  const overage = upTo(pooling === 'parent' ? 0n : 3n);
  book.must(t(0), configure(node('org', { overage: upTo(5n) }), under('org', 'team', { overage, pooling })));
  if (pooling !== 'parent') book.must(t(0), grant('team', 2n));
  return book;
}

const purse = (book: Book, id: string) => book.state.nodes.get(nodeId(id))?.purses.get(CREDIT);
const owing = (id: string, whole: bigint) => ({ node: id, currency: CREDIT, amount: units(whole) });

describe('overage', () => {
  it('is taken when all lots are used up, nearest node first', () => {
    const placed = company().hold(t(1), authorize('team', 9n));
    expect(placed.shares).toEqual([{ lot: 'l-1', amount: units(2n) }]);
    expect(placed.owed).toEqual([owing('team', 3n), owing('org', 4n)]);
  });

  it('is set aside by a hold and owed by its capture', () => {
    const book = company();
    const { hold } = book.hold(t(1), authorize('team', 4n));
    expect(purse(book, 'team')).toMatchObject({ owed: 0n, owedHeld: units(2n) });
    expect(only(book.must(t(2), capture(hold, 3n)), 'HoldCaptured').owed).toEqual([owing('team', 1n)]);
    expect(purse(book, 'team')).toMatchObject({ owed: units(1n), owedHeld: 0n });
  });

  it('is not owed by a call that came to what its lots had set aside', () => {
    const book = company();
    const { hold } = book.hold(t(1), authorize('team', 4n));
    const captured = only(book.must(t(2), capture(hold, 2n)), 'HoldCaptured');
    expect(captured).toMatchObject({ spent: [{ lot: 'l-1', amount: units(2n) }] });
    expect(captured).not.toHaveProperty('owed');
    expect(purse(book, 'team')).toMatchObject({ owed: 0n, owedHeld: 0n });
  });

  it('is owed in each currency by itself', () => {
    const book = new Book();
    const DATA = currencyId('data-credit');
    const overage = [...upTo(3n), { currency: DATA, amount: units(5n) }];
    const currencies = [CREDIT, DATA].map((currency) => ({ currency, display: 0 }));
    book.must(t(0), { ...configure(node('org', { overage })), currencies });
    const { hold } = book.hold(t(1), authorize('org', 2n));
    const lines = [...upTo(2n), { currency: DATA, amount: units(4n) }];
    expect(only(book.must(t(2), capture(hold, 0n, { lines })), 'HoldCaptured').owed).toEqual([
      owing('org', 2n),
      { node: 'org', currency: DATA, amount: units(4n) },
    ]);
  });

  it('is allowed to the last nano-unit and no further', () => {
    const book = company();
    expect(book.refused(t(1), authorize('team', 11n)).binding).toMatchObject({ node: 'team', remaining: units(10n) });
    book.hold(t(1), authorize('team', 10n));
    expect(book.refused(t(2), authorize('org', 1n)).binding?.remaining).toBe(0n);
  });

  it('counts what is owed and what is set aside', () => {
    const book = company();
    book.must(t(1), record('team', 3n));
    book.hold(t(2), authorize('team', 1n));
    expect(book.refused(t(3), authorize('team', 7n)).binding?.remaining).toBe(units(6n));
  });

  it('stops at a node of its own credits only', () =>
    expect(company('own').refused(t(1), authorize('team', 6n)).binding?.remaining).toBe(units(5n)));

  it('is that of the pool for a node that takes all from it', () => {
    const placed = company('parent').hold(t(1), authorize('team', 4n));
    expect(placed.owed).toEqual([owing('org', 4n)]);
  });

  it('is refused to such a node itself, of which nobody would ever take any', () => {
    const refused = company().refused(t(1), configure(under('org', 'team', { overage: upTo(3n), pooling: 'parent' })));
    expect(refused).toMatchObject({
      code: 'Malformed',
      path: 'nodes.0.overage.credit',
      message:
        'team has pooling parent and pays with what its pool has, so that an overage of it does nothing; state it at its pool, or set its pooling to own-then-parent.',
    });
  });

  it('is never refused for what happened: the rest is owed at the nearest node with overage, and flagged', () => {
    const drawn = only(company().must(t(1), record('team', 14n)), 'CreditsDrawn');
    expect(drawn.owed).toEqual([owing('team', 7n), owing('org', 5n)]);
    expect(drawn.beyondOverage).toEqual(upTo(4n));
  });

  it('is owed beyond anything at the payer where no node allows it', () => {
    const book = new Book();
    book.must(t(0), configure(node('org'), under('org', 'team')));
    const drawn = only(book.must(t(1), record('team', 4n)), 'CreditsDrawn');
    expect([drawn.owed, drawn.beyondOverage]).toEqual([[owing('team', 4n)], upTo(4n)]);
  });

  it('is owed beyond anything at the node above that allows some, not at a payer that allows none', () => {
    const book = new Book();
    book.must(t(0), configure(node('org', { overage: upTo(1n) }), under('org', 'team')));
    const drawn = only(book.must(t(1), record('team', 4n)), 'CreditsDrawn');
    expect([drawn.owed, drawn.beyondOverage]).toEqual([[owing('org', 4n)], upTo(3n)]);
  });

  it('has no room left once more is owed than its limit', () => {
    const book = company();
    book.must(t(1), record('team', 14n));
    book.must(t(2), grant('team', 1n));
    expect(book.refused(t(3), authorize('team', 2n)).binding?.remaining).toBe(units(1n));
  });

  it('counts in limits as spending does', () => {
    const book = company();
    const lifetime = {
      name: 'ever' as never,
      currency: CREDIT,
      amount: units(50n),
      window: { kind: 'lifetime' },
    } as const;
    book.must(t(0), configure(node('org', { overage: upTo(5n), limits: [lifetime] })));
    book.must(t(1), record('team', 14n));
    expect(book.limit('org', 'ever').counters).toMatchObject([{ used: units(14n) }]);
  });
});

describe('stating overage', () => {
  const state = (book: Book, whole?: bigint) =>
    book.must(t(1), configure(under('org', 'team', whole === undefined ? {} : { overage: upTo(whole) })));

  it('sets its limit, once', () => {
    const book = company();
    expect(state(book, 7n)).toEqual([{ type: 'OverageSet', node: 'team', currency: CREDIT, limit: units(7n) }]);
    expect(state(book, 7n)).toEqual([]);
  });

  it('forbids it where a policy leaves it out', () => {
    const book = company();
    expect(state(book)).toEqual([{ type: 'OverageSet', node: 'team', currency: CREDIT, limit: 0n }]);
    expect(state(book)).toEqual([]);
    expect(book.refused(t(2), authorize('team', 8n)).binding?.remaining).toBe(units(7n));
  });

  it('does not take back what is owed or set aside', () => {
    const book = company();
    const { hold } = book.hold(t(0), authorize('team', 4n));
    state(book);
    book.must(t(2), capture(hold));
    expect(purse(book, 'team')).toMatchObject({ overageLimit: 0n, owed: units(2n) });
  });

  it('is refused in a currency that nobody declared', () =>
    expect(
      company().refused(
        t(1),
        configure(under('org', 'team', { overage: [{ currency: 'yen' as never, amount: units(1n) }] })),
      ),
    ).toEqual({
      code: 'Malformed',
      message: 'The currency yen of the overage of team is not declared.',
      path: 'nodes.0.overage.yen',
    }));
});
