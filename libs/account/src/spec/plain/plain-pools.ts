import { countedAs, type CountedPool } from '../recount-pools.js';
import type { PlainAccount } from './plain-account.js';
import { least } from './plain-lots.js';
import { poolAt } from './plain-pool-rules.js';

/** What a draw that is being put together has taken so far, and from where. */
export interface Taken {
  readonly node: string;
  readonly amount: bigint;
}

/** A draw in one currency, by a payer, at an instant. */
export interface Draw {
  readonly payer: string;
  readonly currency: string;
  readonly at: number;
}

/** What pool rules leave of so much that lots of a node, or its overage, could give. */
export function mayGive(
  account: PlainAccount,
  { payer, currency, at }: Draw,
  source: { readonly node: string; readonly there: bigint; readonly isOverage: boolean },
  taken: readonly Taken[],
): bigint {
  const way = account.pathOf(payer).filter((id) => !account.isSession(id));
  const place = way.indexOf(source.node);
  const left = (node: string, rule: 'borrowMax' | 'lendMax', isCounted: (one: Taken) => boolean): bigint => {
    const pool = account.isObserved(node) ? undefined : poolAt(account, node, currency);
    const most = pool?.rule[rule];
    if (pool === undefined || most === undefined) return source.there;
    const { held, used } = countedAs(account.counted, pool, rule === 'lendMax' ? 'lent' : 'borrowed', at);
    return most - held - used - taken.filter(isCounted).reduce((sum, one) => sum + one.amount, 0n);
  };
  const rooms = [
    source.there,
    ...way.slice(0, place).map((node, below) => left(node, 'borrowMax', (one) => way.indexOf(one.node) > below)),
    ...(place > 0 ? [left(source.node, 'lendMax', (one) => one.node === source.node)] : []),
    ...(source.isOverage ? [] : [source.there - keptFrom(account, way, source.node, currency, at)]),
  ];
  const room = rooms.reduce(least);
  return room > 0n ? room : 0n;
}

/** What lies in a pool for nodes beside the way: below the pool, and below each on the way that takes all from it. */
function keptFrom(account: PlainAccount, way: readonly string[], pool: string, currency: string, at: number): bigint {
  return childrenOf(account, pool).reduce((sum, child) => {
    if (!way.includes(child)) return sum + keptFor(account, child, currency, at);
    return account.poolingOf(child) === 'parent' ? sum + keptFrom(account, way, child, currency, at) : sum;
  }, 0n);
}

/** Its own unmet reserve, or, where it takes all from its pool, what is kept for those under it, if that is more. */
function keptFor(account: PlainAccount, node: string, currency: string, at: number): bigint {
  if (account.node(node).archived || account.poolingOf(node) === 'own' || account.isObserved(node)) return 0n;
  const pool = poolAt(account, node, currency);
  const own = pool === undefined ? 0n : unmet(account, pool, at);
  if (account.poolingOf(node) !== 'parent') return own;
  const others = childrenOf(account, node).reduce((sum, child) => sum + keptFor(account, child, currency, at), 0n);
  return own > others ? own : others;
}

function unmet(account: PlainAccount, pool: CountedPool, at: number): bigint {
  const { held, used } = countedAs(account.counted, pool, 'borrowed', at);
  const rest = (pool.rule.reserve ?? 0n) - held - used;
  return rest > 0n ? rest : 0n;
}

const childrenOf = (account: PlainAccount, node: string): readonly string[] =>
  account.counted.nodes.filter(({ id, parent }) => parent === node && !account.isSession(id)).map(({ id }) => id);
