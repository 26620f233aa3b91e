import type { CurrencyId } from '@exchequer/kernel';
import type { Fact, PoolRule } from '../facts.js';
import type { AccountState } from '../state/account-state.js';
import { isObserved, type NodeState } from '../state/node-state.js';
import type { Recount } from './recount.js';
import { TOY_LENGTHS } from './toy-calendar.js';

/** Pool rules of a node in one currency, from the fact that first set them. */
export interface CountedPool {
  readonly node: string;
  readonly currency: string;
  /** The place of that fact. */
  readonly place: number;
  rule: PoolRule;
  removed: boolean;
}

/** Something that was taken: a part of a lot, or overage at a node. */
interface Taken {
  readonly way: readonly string[];
  readonly at: string;
  readonly currency: string;
  readonly amount: bigint;
}

/** Counts which pool rules there are. What they count is told by the holds, the reserves and the charges. */
export function countPools(count: Recount, fact: Fact): void {
  if (
    fact.type === 'PoolPeriodOpened' &&
    (fact.to - fact.from !== TOY_LENGTHS.month || fact.from % TOY_LENGTHS.month !== 0)
  )
    count.faults.push(`${fact.node} counts from ${String(fact.from)} to ${String(fact.to)}`);
  if (fact.type !== 'PoolRulesSet') return;
  const { node, ...rule } = fact;
  const live = count.pools.find((one) => one.node === node && one.currency === rule.currency && !one.removed);
  const removed = rule.reserve === undefined && rule.borrowMax === undefined && rule.lendMax === undefined;
  if (live === undefined) count.pools.push({ node, currency: rule.currency, place: count.place, rule, removed });
  else Object.assign(live, { rule, removed });
}

/** Every way in which the counts of pool rules differ from what was taken. */
export function* differentPools(count: Recount, state: AccountState): Iterable<string> {
  const mine = count.pools.filter((pool) => !pool.removed);
  if (mine.length !== state.pooled) yield `${String(mine.length)} pool rules were set, ${String(state.pooled)} count`;
  for (const { node, currency, place, rule } of mine) {
    const other = state.nodes.get(node as never)?.pools?.get(currency as never);
    const rules = [rule, other?.rule].map((one) => [one?.reserve, one?.borrowMax, one?.lendMax].join());
    if (rules[0] !== rules[1])
      yield `pool rules of ${node} in ${currency} are ${String(rules[1])}, not ${String(rules[0])}`;
    for (const as of ['borrowed', 'lent'] as const) {
      const { held, used } = countedAs(count, { node, currency, place }, as, state.now);
      const theirs = other === undefined ? 0n : other.countedAt(other[as], state.now) - other[as].held;
      if (other?.[as].held !== held)
        yield `${as} at ${node} holds ${String(other?.[as].held)} ${currency}, not ${String(held)}`;
      if (theirs !== used) yield `${as} at ${node} used ${String(theirs)} ${currency}, not ${String(used)}`;
    }
  }
  yield* differentKept(state);
}

/** What pools are said to keep for reserves, against all reserves added up. */
function* differentKept({ nodes, currencies, kept, now, pooled }: AccountState): Iterable<string> {
  const pools = pooled === 0 ? [] : [...nodes.values()].filter((node) => node.pooling !== 'parent' && !node.session);
  for (const pool of pools)
    for (const currency of currencies.keys()) {
      const said = kept.levelOf(pool).keptAt(currency, now);
      const mine = keptUnder(pool, currency, now);
      if (said !== mine) yield `${pool.id} keeps ${String(said)} ${currency}, not ${String(mine)}`;
    }
}

function keptUnder(node: NodeState, currency: CurrencyId, now: number): bigint {
  let sum = 0n;
  for (const child of node.children) {
    if (child.archived || child.pooling === 'own' || isObserved(child)) continue;
    const rules = child.pools?.get(currency);
    const left = (rules?.rule.reserve ?? 0n) - (rules?.countedAt(rules.borrowed, now) ?? 0n);
    const below = child.pooling === 'parent' ? keptUnder(child, currency, now) : 0n;
    sum += left > below ? left : below;
  }
  return sum;
}

/** What pool rules count as drawn from above, or from their node: held, and spent in the month of an instant. */
export function countedAs(
  count: Recount,
  { node, currency, place }: Pick<CountedPool, 'node' | 'currency' | 'place'>,
  as: 'borrowed' | 'lent',
  at: number,
): { readonly held: bigint; readonly used: bigint } {
  const counts = (taken: readonly Taken[]): bigint =>
    taken
      .filter((one) => one.currency === currency && one.way.includes(one.at) && one.way.includes(node))
      .filter((one) =>
        as === 'borrowed' ? one.way.indexOf(node) < one.way.indexOf(one.at) : one.at === node && one.way[0] !== node,
      )
      .reduce((sum, one) => sum + one.amount, 0n);
  return { held: counts(asideNow(count)), used: counts(spentIn(count, at, place)) };
}

/** What open holds and reserves set aside now. */
const asideNow = (count: Recount): readonly Taken[] => [
  ...count.holds
    .filter((hold) => !hold.ended)
    .flatMap(({ way, placed }) => takenBy(count, way, [...placed.shares, ...(placed.owed ?? [])])),
  ...count.sessions.all
    .filter((session) => !session.ended)
    .flatMap(({ way, left, leftOwed }) => takenBy(count, way, [...left, ...leftOwed])),
];

/** What charges of the present month cost by now, of those that were booked after a fact. */
const spentIn = (count: Recount, now: number, after: number): readonly Taken[] =>
  count.charges
    .filter(({ place, bookedAt }) => place > after && monthOf(bookedAt) === monthOf(now))
    .flatMap(({ way, parts }) =>
      parts.map(({ lot, node, currency, amount }) => ({
        way,
        at: lot === undefined ? (node ?? '') : count.lot(lot).node,
        currency,
        amount,
      })),
    );

const monthOf = (at: number): number => Math.floor(at / TOY_LENGTHS.month);

type Part = { readonly amount: bigint } & (
  { readonly lot: string } | { readonly node: string; readonly currency: string }
);

const takenBy = (count: Recount, way: readonly string[], parts: readonly Part[]): readonly Taken[] =>
  parts.map((part) => {
    if (!('lot' in part)) return { way, at: part.node, currency: part.currency, amount: part.amount };
    const { node, currency } = count.lot(part.lot);
    return { way, at: node, currency, amount: part.amount };
  });
