import { describe, expect, it } from '@jest/globals';
import { currencyId, units } from '@exchequer/kernel';
import { authorize, configure, CREDIT, grant, node, record, t, under } from '../spec/book.js';
import type { PoolRule } from '../facts.js';
import { rules, type Rulings, policy, company, withIdleReserve, line } from '../spec/pool-company.js';

describe('of several rules', () => {
  it('that is named which kept most credits from the request', () => {
    const cut = (rulings: Rulings) => {
      const { binding } = company(rulings).refused(t(1), authorize('lab', 60n));
      return [binding?.node, binding?.pool, (binding?.remaining ?? 0n) / units(1n)];
    };
    expect(cut({ research: { borrowMax: 20n }, sales: { reserve: 95n } })).toEqual(['sales', 'reserve', 15n]);
    expect(cut({ research: { borrowMax: 20n }, sales: { reserve: 80n } })).toEqual(['research', 'borrowMax', 30n]);
    expect(cut({ research: { lendMax: 2n, borrowMax: 55n } })).toEqual(['research', 'lendMax', 57n]);
    expect(cut({ research: { lendMax: 5n, borrowMax: 50n } })).toEqual(['research', 'lendMax', 55n]);
    expect(cut({ research: { lendMax: 8n, borrowMax: 20n } })).toEqual(['research', 'borrowMax', 28n]);
  });

  it('that keep equally much, the first by name is named, and none that keeps nothing', () => {
    const book = company({ research: { reserve: 30n }, sales: { reserve: 30n } });
    book.must(t(0), configure(under('org', 'audit', rules({ reserve: 0n }))));
    expect(book.refused(t(1), authorize('org', 41n))).toMatchObject({
      binding: { node: 'research', pool: 'reserve', remaining: units(40n) },
      message: expect.stringContaining(
        '60 credit in org are kept for others, 30 credit of that for research;',
      ) as unknown,
    });
    book.hold(t(1), authorize('org', 40n));
    book.must(t(2), configure(under('org', 'support', rules({ reserve: 30n }))));
    expect(book.refused(t(3), authorize('org', 1n)).binding?.node).toBe('research');
    const more = company({ research: { reserve: 20n }, sales: { reserve: 30n } });
    expect(more.refused(t(1), authorize('org', 51n)).binding?.node).toBe('sales');
  });

  it('of reserves at several levels of one pool the largest is named, besides that of the payer', () => {
    const parent = (id: string, above: string, reserve: bigint) =>
      under(above, id, { pooling: 'parent', ...(reserve > 0n && rules({ reserve })) });
    const largest = (sales: bigint, desk: bigint) => {
      const book = company({});
      const nodes = [parent('sales', 'org', sales), parent('desk', 'research', desk), parent('lab', 'research', 40n)];
      book.must(t(0), configure(parent('research', 'org', 0n), ...nodes));
      return book.refused(t(1), authorize('lab', 111n)).binding?.node;
    };
    expect([largest(30n, 5n), largest(5n, 30n), largest(0n, 5n), largest(30n, 0n)]).toEqual([
      'sales',
      'desk',
      'desk',
      'sales',
    ]);
  });

  it('a reserve that was drawn beyond keeps nothing, and one under a node with its own credits keeps those alone', () => {
    const book = company({ research: { reserve: 30n } });
    book.must(t(1), record('research', 50n));
    expect(line(book, 'research')).toEqual({ borrowed: 40n, lent: 0n, kept: 0n });
    company({ lab: { reserve: 30n } }).hold(t(1), authorize('sales', 100n));
  });

  it('says of a branch without a reserve of its own that credits are kept for those under it', () => {
    const book = company({ lab: { reserve: 30n } });
    book.must(t(0), policy({ lab: { reserve: 30n } }, { pooling: 'parent' }));
    expect(book.refused(t(1), authorize('sales', 81n)).message).toContain(
      '30 credit in org are kept for nodes under research; ask for less',
    );
  });

  it('a lending cap bounds credits and overage together', () => {
    const book = company({ org: { lendMax: 60n } });
    book.must(
      t(0),
      configure(node('org', { overage: [{ currency: CREDIT, amount: units(50n) }], ...rules({ lendMax: 60n }) })),
    );
    expect(book.refused(t(1), authorize('sales', 61n))).toMatchObject({
      binding: { node: 'org', pool: 'lendMax', remaining: units(60n) },
    });
    book.hold(t(1), authorize('sales', 60n));
    const rest = company({});
    rest.must(
      t(0),
      configure(node('org', { overage: [{ currency: CREDIT, amount: units(50n) }], ...rules({ lendMax: 110n }) })),
    );
    expect(rest.hold(t(1), authorize('sales', 110n)).owed).toMatchObject([{ amount: units(10n) }]);
    expect(rest.refused(t(2), authorize('sales', 1n)).binding).toMatchObject({ node: 'org', pool: 'lendMax' });
  });

  it('a reserve is kept of the credits that have started, from their first instant on', () => {
    const book = company({ research: { reserve: 30n } });
    book.must(t(0), grant('org', 50n, { startsAt: t(9) }));
    expect(book.refused(t(8), authorize('sales', 80n)).binding?.remaining).toBe(units(70n));
    book.hold(t(9), authorize('sales', 120n));
  });

  it('each of its currency is set by itself, and taken away by itself', () => {
    const usd = currencyId('usd');
    const book = company({});
    book.must(t(1), { ...configure(), currencies: [{ currency: usd, display: 2 }] });
    const inCredit = { currency: CREDIT, lendMax: units(1n) };
    const inUsd = { currency: usd, lendMax: units(2n) };
    const set = (...pools: readonly PoolRule[]) => book.must(t(2), configure(under('org', 'research', { pools })));
    expect(set(inCredit, inUsd)).toEqual([
      { type: 'PoolRulesSet', node: 'research', ...inCredit },
      { type: 'PoolRulesSet', node: 'research', ...inUsd },
    ]);
    expect(set(inUsd)).toEqual([{ type: 'PoolRulesSet', node: 'research', currency: CREDIT }]);
    expect(set(inUsd)).toEqual([]);
  });

  it('a reserve says nothing at a node that lives on its own credits', () =>
    expect(line(withIdleReserve(), 'research')).toEqual({
      borrowed: 0n,
      lent: 0n,
    }));
});
