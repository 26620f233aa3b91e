import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, units, type CurrencyId } from '@exchequer/kernel';
import { poolLines } from '../pools/pool-lines.js';
import { authorize, Book, configure, CREDIT, grant, node, t, under } from '../spec/book.js';

const USD = currencyId('usd');

const lending = (...currencies: readonly CurrencyId[]) => ({
  pools: currencies.map((currency) => ({ currency, lendMax: units(50n) })),
});

/** org has 100 credits and takes dollars as well; lab takes all from it. */
function company(): Book {
  const book = new Book();
  book.must(t(0), {
    ...configure(node('org'), under('org', 'lab', { pooling: 'parent' })),
    currencies: [
      { currency: CREDIT, display: 2 },
      { currency: USD, display: 2 },
    ],
  });
  book.must(t(0), grant('org', 100n));
  return book;
}

const linesAt = (book: Book, id: string) => {
  const found = book.state.nodes.get(nodeId(id));
  return found === undefined ? [] : poolLines(found, book.state.now);
};

describe('the pool rules of a node', () => {
  it.each([
    [CREDIT, USD],
    [USD, CREDIT],
  ])('stand in the order of their currencies, with those of %s set before those of %s', (first) => {
    const book = company();
    book.must(t(1), configure(node('org', lending(first))));
    book.must(t(2), configure(node('org', lending(CREDIT, USD))));
    expect(linesAt(book, 'org').map(({ currency }) => currency)).toEqual([CREDIT, USD]);
  });

  it('that are new count what is held already; those of other nodes do not count it again', () => {
    const book = company();
    const borrowing = { pooling: 'parent', pools: [{ currency: CREDIT, borrowMax: units(40n) }] } as const;
    book.must(t(1), configure(under('org', 'lab', borrowing)));
    book.hold(t(2), authorize('lab', 30n));
    book.must(t(3), configure(node('org', lending(CREDIT))));
    expect(linesAt(book, 'lab')[0]?.borrowed).toBe(units(30n));
    expect(linesAt(book, 'org')[0]?.lent).toBe(units(30n));
  });

  it('are gone when none is stated any more, and the account is as quick as one that never had any', () => {
    const book = company();
    book.must(t(1), configure(node('org', lending(CREDIT, USD))));
    book.must(t(2), configure(node('org', lending(USD))));
    expect(linesAt(book, 'org').map(({ currency }) => currency)).toEqual([USD]);
    expect(book.state.pooled).toBe(1);
    book.must(t(3), configure(node('org')));
    expect(linesAt(book, 'org')).toEqual([]);
    expect([book.state.nodes.get(nodeId('org'))?.pools, book.state.pooled]).toEqual([undefined, 0]);
    book.hold(t(4), authorize('lab', 60n));
  });
});
