import { amount, currencyId, type Amount } from '@exchequer/kernel';
import { PoolState, type PoolCount } from '../state/pool-state.js';
import type { StoredPool } from './stored-state.js';

/** The pool rules of a node as a snapshot has them. */
export const storePools = (pools: ReadonlyMap<unknown, PoolState>): readonly StoredPool[] =>
  Array.from(
    pools.values(),
    ({ currency, rule: { reserve, borrowMax, lendMax }, since, from, to, borrowed, lent }) => ({
      currency,
      ...(reserve !== undefined && { reserve: reserve.toString() }),
      ...(borrowMax !== undefined && { borrowMax: borrowMax.toString() }),
      ...(lendMax !== undefined && { lendMax: lendMax.toString() }),
      since,
      from,
      to,
      borrowed: storeCount(borrowed),
      lent: storeCount(lent),
    }),
  );

const storeCount = ({ held, used }: PoolCount): StoredPool['lent'] => [held.toString(), used.toString()];

/** The same, read again. */
export function restorePool(row: StoredPool): PoolState {
  const currency = currencyId(row.currency);
  const rule = {
    currency,
    ...(row.reserve !== undefined && { reserve: read(row.reserve) }),
    ...(row.borrowMax !== undefined && { borrowMax: read(row.borrowMax) }),
    ...(row.lendMax !== undefined && { lendMax: read(row.lendMax) }),
  };
  const pool = new PoolState(currency, rule, row.since);
  Object.assign(pool, { from: row.from, to: row.to });
  for (const as of ['borrowed', 'lent'] as const) {
    const [held, used] = row[as];
    Object.assign(pool[as], { held: read(held), used: read(used) });
  }
  return pool;
}

const read = (text: string): Amount => amount(BigInt(text));
