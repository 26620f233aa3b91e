import { describe, expect, it } from '@jest/globals';
import { currencyId, units } from '@exchequer/kernel';
import { configure, CREDIT, node, only, t, under } from '../spec/book.js';
import { rules, policy, company } from '../spec/pool-company.js';

describe('pool rules that cannot stand', () => {
  const ROOT_LENDS =
    'org is the root: nothing is above it to keep a reserve or to borrow from; it takes lendMax alone.';

  it.each([
    ['a reserve of the root', configure(node('org', rules({ reserve: 1n }))), 'nodes.0.pools.0', ROOT_LENDS],
    ['a borrowing cap of the root', configure(node('org', rules({ borrowMax: 1n }))), 'nodes.0.pools.0', ROOT_LENDS],
    [
      'a currency that is not declared',
      configure(node('org'), under('org', 'x', { pools: [{ currency: currencyId('yen'), lendMax: units(1n) }] })),
      'nodes.1.pools.0',
      'The currency yen of the pool rules of x is not declared.',
    ],
    [
      'a currency twice',
      configure(
        under('org', 'x', {
          pools: [
            { currency: CREDIT, lendMax: units(1n) },
            { currency: CREDIT, reserve: units(1n) },
          ],
        }),
      ),
      'nodes.0.pools.1',
      'x states pool rules in credit twice; state them together.',
    ],
    [
      'a reserve where nothing is drawn from above',
      configure(under('org', 'x', { pooling: 'own', ...rules({ lendMax: 3n, reserve: 1n }) })),
      'nodes.0.pools.0',
      'x has pooling own and draws nothing from above, so that a reserve or borrowMax of it does nothing; take them away, or set its pooling to own-then-parent or parent.',
    ],
    [
      'a borrowing cap where nothing is drawn from above',
      configure(under('org', 'x', { pooling: 'own', ...rules({ borrowMax: 1n }) })),
      'nodes.0.pools.0',
      'x has pooling own and draws nothing from above, so that a reserve or borrowMax of it does nothing; take them away, or set its pooling to own-then-parent or parent.',
    ],
    [
      'a lending cap where nothing lies',
      configure(under('org', 'x', { pooling: 'parent', ...rules({ reserve: 3n, lendMax: 1n }) })),
      'nodes.0.pools.0',
      'x has pooling parent and nothing of its own to lend, so that its lendMax does nothing; state borrowMax, or set its pooling to own-then-parent.',
    ],
  ])('%s is refused, with its place', (_, command, path, message) =>
    expect(company({}).refused(t(1), command)).toEqual({ code: 'Malformed', path, message }),
  );

  it.each([
    ['own', { lendMax: 1n }],
    ['parent', { reserve: 1n, borrowMax: 1n }],
    ['own-then-parent', { reserve: 1n, borrowMax: 1n, lendMax: 1n }],
  ] as const)('all others stand, with pooling %s', (pooling, stated) =>
    expect(
      only(company({}).must(t(1), configure(under('org', 'x', { pooling, ...rules(stated) }))), 'PoolRulesSet'),
    ).toMatchObject({ node: 'x' }),
  );

  it('states nothing when they are so already', () =>
    expect(company({ research: { reserve: 30n } }).must(t(1), policy({ research: { reserve: 30n } }))).toEqual([]));
});
