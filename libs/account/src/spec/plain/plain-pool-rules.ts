import type { NodePolicy } from '../../commands.js';
import type { Fact, PoolRuleName } from '../../facts.js';
import { countedAs, type CountedPool } from '../recount-pools.js';
import { TOY_LENGTHS } from '../toy-calendar.js';
import type { PlainAccount } from './plain-account.js';
import { fact, told } from './plain-decision.js';

/** The pool rules of a node, by the names of their currencies. */
export const poolsAt = (account: PlainAccount, node: string): readonly CountedPool[] =>
  account.counted.pools
    .filter((pool) => pool.node === node && !pool.removed)
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));

export const poolAt = (account: PlainAccount, node: string, currency: string): CountedPool | undefined =>
  poolsAt(account, node).find((pool) => pool.currency === currency);

function monthOf(at: number): { readonly from: number; readonly to: number } {
  const from = Math.floor(at / TOY_LENGTHS.month) * TOY_LENGTHS.month;
  return { from, to: from + TOY_LENGTHS.month };
}

/** The periods that begin because pool rules on a way count a charge of them first. */
export function periodsBegun(
  account: PlainAccount,
  way: readonly string[],
  amounts: readonly { readonly currency: string }[],
  bookedAt: number,
  at: number,
): readonly Fact[] {
  const month = monthOf(at);
  if (bookedAt < month.from) return [];
  const begun = ({ node, currency }: CountedPool): boolean =>
    account.poolPeriods.some((one) => one.node === node && one.currency === currency && one.to > at);
  return way
    .flatMap((node) => poolsAt(account, node))
    .filter((pool) => amounts.some(({ currency }) => currency === pool.currency) && !begun(pool))
    .map(({ node, currency }) => fact({ type: 'PoolPeriodOpened', node, currency, ...month }));
}

/** A way is stated where one of its nodes has pool rules. */
export const statedWay = (account: PlainAccount, way: readonly string[]): readonly string[] | undefined =>
  way.some((node) => poolsAt(account, node).length > 0) ? way : undefined;

/** Pool rules as stated: what is not named has none. */
export function poolChanges(account: PlainAccount, { node, pools: stated = [] }: NodePolicy): readonly Fact[] {
  const before = poolsAt(account, node);
  const currencies = new Set<string>([...before, ...stated].map(({ currency }) => currency));
  return [...currencies].flatMap((currency) => {
    const was = before.find((one) => one.currency === currency)?.rule;
    const rule = stated.find((one) => one.currency === currency);
    const names = ['reserve', 'borrowMax', 'lendMax'] as const;
    if (names.every((name) => was?.[name] === rule?.[name])) return [];
    const { reserve, borrowMax, lendMax } = rule ?? {};
    return [fact({ type: 'PoolRulesSet', node, currency, ...told({ reserve, borrowMax, lendMax }) })];
  });
}

/** The root and whoever lives on its own borrow from nobody, whoever has nothing of its own lends nothing, and a currency is stated once. */
export function canPool({ node, pooling, pools = [] }: NodePolicy, root: string | undefined): boolean {
  const currencies = pools.map(({ currency }) => currency);
  const borrows = pools.some(({ reserve, borrowMax }) => reserve !== undefined || borrowMax !== undefined);
  if (borrows && (node === root || pooling === 'own')) return false;
  const lends = pools.some(({ lendMax }) => lendMax !== undefined);
  return new Set(currencies).size === currencies.length && !(lends && pooling === 'parent');
}

/** A pool rule that withholds, as facts name it, and the end of the period where a cap counts less then than now. */
export function withholding(account: PlainAccount, node: string, currency: string, rule: PoolRuleName, at: number) {
  const pool = rule === 'reserve' ? undefined : poolAt(account, node, currency);
  const as = rule === 'lendMax' ? 'lent' : 'borrowed';
  const resets = pool !== undefined && countedAs(account.counted, pool, as, at).used > 0n;
  return { pool: rule, ...(resets && { resetsAt: monthOf(at).to }) };
}
