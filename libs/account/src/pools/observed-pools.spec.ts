import { describe, expect, it } from '@jest/globals';
import { currencyId, units } from '@exchequer/kernel';
import { authorize, Book, configure, CREDIT, grant, node, only, openSession, t, under } from '../spec/book.js';
import { rules, company, line } from '../spec/pool-company.js';

describe('observe mode', () => {
  it('tells all whose caps would have stopped a call, the root first, and nobody else', () => {
    const book = new Book();
    const seen = { observe: true } as const;
    book.must(
      t(0),
      configure(
        node('org', { ...seen, ...rules({ lendMax: 4n }) }),
        under('org', 'research', { ...seen, ...rules({ borrowMax: 5n }) }),
        under('research', 'lab', { ...seen, pooling: 'parent' }),
        under('lab', 'user/ada', { ...seen, pooling: 'parent', ...rules({ borrowMax: 50n }) }),
      ),
    );
    book.must(t(0), grant('org', 100n));
    const told = (amount: bigint) =>
      book.hold(t(1), authorize('user/ada', amount)).observed?.map((one) => 'node' in one && one.node);
    expect(told(4n)).toBeUndefined();
    expect(told(1n)).toEqual(['org']);
    expect(told(2n)).toEqual(['org', 'research']);
    const { session } = only(book.must(t(2), openSession('user/ada', 9n)), 'SessionOpened');
    expect(book.hold(t(3), authorize(session, 9n)).observed).toBeUndefined();
  });

  it('tells it also where the cap stops one of two currencies alone', () => {
    const usd = currencyId('usd');
    const book = company({ research: { borrowMax: 5n } }, { observe: true });
    book.must(t(1), { ...configure(), currencies: [{ currency: usd, display: 2 }] });
    book.must(t(1), grant('org', 9n, { currency: usd }));
    const lines = [
      { currency: usd, amount: units(1n) },
      { currency: CREDIT, amount: units(30n) },
    ];
    expect(book.hold(t(2), authorize('lab', 0n, { lines })).observed).toEqual([
      { code: 'InsufficientCredits', node: 'research' },
    ]);
  });

  it('tells nothing of a cap by which a part would not have been smaller', () => {
    const observed = (borrowMax: bigint) =>
      company({ research: { borrowMax } }, { observe: true }).hold(t(1), authorize('lab', 150n, { accept: 'partial' }))
        .observed;
    expect(observed(99n)).toEqual([{ code: 'InsufficientCredits', node: 'research' }]);
    expect(observed(100n)).toBeUndefined();
  });

  it('tells nothing of a cap that is in force, above a node that is merely observed', () => {
    const book = company({ research: { borrowMax: 50n } });
    book.must(t(0), configure(under('research', 'lab', { pooling: 'parent', observe: true })));
    const part = book.hold(t(1), authorize('lab', 150n, { accept: 'partial' }));
    expect(part.amounts).toEqual([{ currency: CREDIT, amount: units(60n) }]);
    expect(part.observed).toBeUndefined();
  });

  it('lets a cap refuse nothing and keeps nothing for others; the cap is told', () => {
    const book = company({ research: { borrowMax: 5n, reserve: 40n } }, { observe: true });
    expect(book.hold(t(1), authorize('lab', 30n)).observed).toEqual([
      { code: 'InsufficientCredits', node: 'research' },
    ]);
    expect(line(book, 'research').borrowed).toBe(20n);
    expect(book.hold(t(2), authorize('sales', 80n))).not.toHaveProperty('observed');
  });
});
