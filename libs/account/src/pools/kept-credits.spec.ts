import { describe, expect, it } from '@jest/globals';
import { currencyId, nodeId, units, type Instant } from '@exchequer/kernel';
import { NodeState } from '../state/node-state.js';
import { PoolState } from '../state/pool-state.js';
import type { Pooling } from '../facts.js';
import { KeptCredits } from './kept-credits.js';

const CREDIT = currencyId('credit');
const at = (second: number): Instant => second * 1_000;

/** A node that counts how often anybody asked for its pool rules. */
class WatchedNode extends NodeState {
  asked = 0;

  constructor(id: string, parent: NodeState | undefined, pooling: Pooling, reserve?: bigint) {
    super(nodeId(id), 'team', parent, pooling);
    parent?.children.add(this);
    const rules =
      reserve === undefined ? undefined : new PoolState(CREDIT, { currency: CREDIT, reserve: units(reserve) }, 1);
    const pools = rules && new Map([[CREDIT, rules]]);
    Object.defineProperty(this, 'pools', {
      get: () => {
        this.asked += 1;
        return pools;
      },
    });
  }
}

/** Sets what a node has drawn from above, and tells of it. */
function draw(
  kept: KeptCredits,
  node: NodeState,
  whole: bigint,
  period?: { readonly from: Instant; readonly to: Instant },
): void {
  const rules = node.pools?.get(CREDIT);
  if (rules === undefined) throw new Error(`${node.id} has no rules`);
  if (period === undefined) rules.borrowed.held = units(whole);
  else {
    Object.assign(rules, period);
    rules.borrowed.used = units(whole);
  }
  kept.changed(node, CREDIT);
}

/** org keeps 10 for a and 20 for b; b, which takes all from it, has c with 12 and d with 18 under it. */
function company() {
  const org = new WatchedNode('org', undefined, 'own');
  const a = new WatchedNode('a', org, 'own-then-parent', 10n);
  const b = new WatchedNode('b', org, 'parent', 20n);
  const c = new WatchedNode('c', b, 'parent', 12n);
  const d = new WatchedNode('d', b, 'own-then-parent', 18n);
  return { kept: new KeptCredits(), org, a, b, c, d };
}

const wholes = (amount: bigint): bigint => amount / units(1n);

describe('what a pool keeps', () => {
  it('is what its branches have reserved, those under a node together where they are more', () => {
    const { kept, org, a, b } = company();
    expect(wholes(kept.levelOf(org).keptAt(CREDIT, at(1)))).toBe(40n);
    expect(wholes(kept.levelOf(org).keptBeside(a, CREDIT, at(1)))).toBe(30n);
    expect(wholes(kept.levelOf(org).keptBeside(b, CREDIT, at(1)))).toBe(10n);
    expect(wholes(kept.levelOf(org).keptBeside(new NodeState(nodeId('x'), 'team', org, 'own'), CREDIT, at(1)))).toBe(
      40n,
    );
    expect(kept.levelOf(org).mostBeside(b, CREDIT, at(1))).toEqual({ node: a, amount: units(10n) });
    expect(kept.levelOf(org).keptAt(currencyId('usd'), at(1))).toBe(0n);
  });

  it('follows each draw, in whichever order the levels are asked', () => {
    const { kept, org, a, b, c } = company();
    const asked = (): readonly bigint[] =>
      [kept.levelOf(b), kept.levelOf(org)].map((level) => wholes(level.keptAt(CREDIT, at(1))));
    expect(wholes(kept.levelOf(org).keptAt(CREDIT, at(1)))).toBe(40n);
    draw(kept, c, 2n);
    expect(asked()).toEqual([28n, 38n]);
    draw(kept, c, 5n);
    draw(kept, c, 12n);
    draw(kept, a, 3n);
    expect(asked()).toEqual([18n, 27n]);
    draw(kept, c, 11n);
    expect(wholes(kept.levelOf(b).keptAt(CREDIT, at(1)))).toBe(19n);
    draw(kept, b, 12n);
    draw(kept, c, 10n);
    expect(asked()).toEqual([20n, 27n]);
    draw(kept, a, 11n);
    expect(asked()).toEqual([20n, 20n]);
  });

  it('is most for whom most is left, of several the first by id, whoever draws', () => {
    const org = new WatchedNode('org', undefined, 'own');
    const [c, a, b, d] = ['c', 'a', 'b', 'd'].map((id) => new WatchedNode(id, org, 'parent', id === 'd' ? 5n : 7n));
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('no nodes');
    const kept = new KeptCredits();
    const most = (besides?: NodeState): string => {
      const found = kept.levelOf(org).mostBeside(besides, CREDIT, at(1));
      return `${String(found?.node.id)} ${String(wholes(found?.amount ?? 0n))}`;
    };
    expect([most(), most(a), most(b)]).toEqual(['a 7', 'b 7', 'a 7']);
    draw(kept, b, 4n);
    expect([most(), most(a), most(c)]).toEqual(['a 7', 'c 7', 'a 7']);
    draw(kept, a, 3n);
    expect([most(), most(c)]).toEqual(['c 7', 'd 5']);
    draw(kept, b, 0n);
    expect([most(), most(b), most(c)]).toEqual(['b 7', 'c 7', 'b 7']);
    draw(kept, a, 0n);
    draw(kept, c, 7n);
    expect([most(), most(a)]).toEqual(['a 7', 'b 7']);
  });

  it('is whole again once a period ends, also of a node far below, and also at an instant before', () => {
    const { kept, org, a, c } = company();
    const sums = (...seconds: readonly number[]): readonly bigint[] =>
      seconds.map((second) => wholes(kept.levelOf(org).keptAt(CREDIT, at(second))));
    draw(kept, c, 12n, { from: at(0), to: at(10) });
    expect(sums(9, 10, 11, 9, 10)).toEqual([30n, 40n, 40n, 30n, 40n]);
    draw(kept, a, 4n, { from: at(10), to: at(20) });
    expect(sums(10, 19, 20)).toEqual([36n, 36n, 40n]);
    draw(kept, c, 1n, { from: at(20), to: at(30) });
    expect(sums(25, 30)).toEqual([39n, 40n]);
  });

  it('is one count for all payers of a pool', () => {
    const { kept, org, b, c } = company();
    const above = kept.levelOf(org);
    const below = kept.levelOf(b);
    expect([kept.levelOf(org), kept.levelOf(b)]).toEqual([above, below]);
    expect(kept.levelOf(org)).toBe(above);
    expect(kept.levelOf(b)).toBe(below);
    expect(below.isEmpty).toBe(false);
    expect(kept.levelOf(c).isEmpty).toBe(true);
    expect(kept.levelOf(c)).toBe(kept.levelOf(c));
  });

  it('costs what has changed, not what is there', () => {
    const org = new WatchedNode('org', undefined, 'own');
    const teams = Array.from({ length: 100 }, (_, index) => new WatchedNode(`t${String(index)}`, org, 'parent', 1n));
    const kept = new KeptCredits();
    const level = kept.levelOf(org);
    expect(wholes(level.keptAt(CREDIT, at(1)))).toBe(100n);
    for (const team of teams) team.asked = 0;
    const [first, second] = teams;
    if (first === undefined) throw new Error('no team');
    draw(kept, first, 1n);
    expect(wholes(level.keptBeside(second, CREDIT, at(2)))).toBe(98n);
    expect(teams.filter((team) => team.asked > 0)).toEqual([first]);
    first.asked = 0;
    level.keptAt(CREDIT, at(2));
    expect(first.asked).toBe(0);
  });

  it('costs nothing twice at the very end of a period', () => {
    const { kept, org, a } = company();
    draw(kept, a, 4n, { from: at(0), to: at(10) });
    expect(wholes(kept.levelOf(org).keptAt(CREDIT, at(10)))).toBe(40n);
    a.asked = 0;
    expect(wholes(kept.levelOf(org).keptAt(CREDIT, at(10)))).toBe(40n);
    expect(a.asked).toBe(0);
  });

  it('is nothing where nobody has a reserve: there is no level to ask then', () => {
    const org = new WatchedNode('org', undefined, 'own');
    const team = new WatchedNode('team', org, 'parent');
    const user = new WatchedNode('user', team, 'parent', 1n);
    user.pools?.forEach((pool) => (pool.rule = { currency: CREDIT, borrowMax: units(1n) }));
    expect(new KeptCredits().levelOf(org).isEmpty).toBe(true);
    user.pools?.forEach((pool) => (pool.rule = { currency: CREDIT, reserve: units(1n) }));
    expect(new KeptCredits().levelOf(org).isEmpty).toBe(false);
  });
});
