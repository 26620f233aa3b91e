import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, units } from '@exchequer/kernel';
import { authorize, Book, configure, CREDIT, grant, node, record, t, under } from '../spec/book.js';
import { rules, FEBRUARY, company, withIdleReserve, line } from '../spec/pool-company.js';

describe('a reserve', () => {
  it('is kept in the pool for its node: others take what is beside it', () => {
    const book = company({ research: { reserve: 30n } });
    const refused = book.refused(t(1), authorize('sales', 71n));
    expect(refused).toMatchObject({
      code: 'InsufficientCredits',
      binding: { node: 'research', currency: CREDIT, remaining: units(70n), pool: 'reserve' },
      wouldPass: [{ currency: CREDIT, amount: units(70n) }],
    });
    expect(refused.message).toBe(
      'sales can spend 70 credit and 71 was asked: 30 credit in org are kept for research; ask for less, or grant or transfer more to org, or lower what is kept for research.',
    );
    book.hold(t(1), authorize('sales', 70n));
    expect(book.hold(t(2), authorize('lab', 40n)).shares).toEqual([
      { lot: 'l-2', amount: units(10n) },
      { lot: 'l-1', amount: units(30n) },
    ]);
  });

  it('is kept from the pool itself as well', () =>
    expect(company({ research: { reserve: 30n } }).refused(t(1), authorize('org', 71n)).binding).toMatchObject({
      node: 'research',
      remaining: units(70n),
    }));

  it('is less by what its node and all under it drew from above in the month, not by what their own lots paid', () => {
    const book = company({ research: { reserve: 30n } });
    book.must(t(1), record('lab', 10n));
    expect(line(book, 'research')).toEqual({ borrowed: 0n, lent: 10n, kept: 30n });
    book.must(t(2), record('lab', 5n));
    book.hold(t(3), authorize('research', 7n));
    expect(line(book, 'research')).toEqual({ borrowed: 12n, lent: 10n, kept: 18n });
    book.refused(t(4), authorize('sales', 71n));
    book.hold(t(4), authorize('sales', 70n));
  });

  it('is whole again in the next month', () => {
    const book = company({ research: { reserve: 30n } });
    book.must(t(1), record('lab', 25n));
    book.hold(t(FEBRUARY) - 1, authorize('sales', 70n));
    expect(line(book, 'research')).toMatchObject({ borrowed: 15n, kept: 15n });
    const refused = book.refused(t(FEBRUARY), authorize('sales', 1n));
    expect(refused.binding).toMatchObject({ remaining: 0n, pool: 'reserve' });
    expect(line(book, 'research', t(FEBRUARY))).toMatchObject({ borrowed: 0n, kept: 30n });
  });

  it('keeps the larger of a node that is pooled itself, and of those under it together', () => {
    const book = new Book();
    const tree = (own: bigint) =>
      configure(
        node('org'),
        under('org', 'sales', { pooling: 'parent' }),
        under('org', 'research', { pooling: 'parent', ...rules({ reserve: own }) }),
        under('research', 'lab', { pooling: 'parent', ...rules({ reserve: 12n }) }),
        under('research', 'desk', { pooling: 'parent', ...rules({ reserve: 8n }) }),
      );
    book.must(t(0), tree(15n));
    book.must(t(0), grant('org', 100n));
    expect(book.refused(t(1), authorize('sales', 81n)).binding?.remaining).toBe(units(80n));
    expect(book.refused(t(1), authorize('lab', 93n)).binding).toMatchObject({ node: 'desk', remaining: units(92n) });
    book.must(t(2), tree(50n));
    expect(book.refused(t(3), authorize('sales', 51n)).binding?.remaining).toBe(units(50n));
    expect(book.refused(t(3), authorize('lab', 93n)).binding?.remaining).toBe(units(92n));
  });

  it('lies in the nearest pool alone: what is further up is not kept for it', () => {
    const book = company({});
    book.must(t(1), configure(under('research', 'desk', { pooling: 'parent', ...rules({ reserve: 20n }) })));
    expect(book.refused(t(2), authorize('lab', 101n)).binding).toMatchObject({ node: 'desk', remaining: units(100n) });
    expect(book.hold(t(2), authorize('lab', 100n)).shares).toEqual([{ lot: 'l-1', amount: units(100n) }]);
  });

  it('keeps nothing for a node that lives on its own credits or has left', () => {
    const book = withIdleReserve();
    book.hold(t(1), authorize('sales', 71n));
    const gone = company({ research: { reserve: 30n } });
    gone.must(t(1), {
      type: 'transfer',
      from: nodeId('research'),
      to: nodeId('org'),
      currency: CREDIT,
      amount: units(10n),
    });
    gone.must(t(1), { ...configure(), archive: [nodeId('lab'), nodeId('research')] });
    gone.hold(t(2), authorize('sales', 110n));
  });

  it('keeps no credits of another currency', () => {
    const book = company({ research: { reserve: 30n } });
    book.must(t(1), { ...configure(), currencies: [{ currency: currencyId('usd'), display: 2 }] });
    book.must(t(1), grant('org', 5n, { currency: currencyId('usd') }));
    book.hold(t(2), authorize('sales', 0n, { lines: [{ currency: currencyId('usd'), amount: units(5n) }] }));
  });
});
