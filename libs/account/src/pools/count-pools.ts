import { amount, type Amount, type CurrencyId } from '@exchequer/kernel';
import type { Owed, Share } from '../facts.js';
import { lotOf } from '../lots/lot-of.js';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';
import type { PoolState } from '../state/pool-state.js';

/** What pays for something: parts of lots, and overage. */
export interface Payment {
  readonly shares?: readonly Share[] | undefined;
  readonly owed?: readonly Owed[] | undefined;
}

/** A pool rule that counts a part of a payment, and as what. */
interface Counting {
  readonly pool: PoolState;
  readonly as: 'borrowed' | 'lent';
}

/** The rules on a way that count what lies at one of its nodes: those below it borrow, and it lends unless it pays itself. */
function* countingAt(way: readonly NodeState[], source: NodeState, currency: CurrencyId): Iterable<Counting> {
  const index = way.indexOf(source);
  for (let below = 0; below < index; below += 1) {
    const pool = way[below]?.pools?.get(currency);
    if (pool !== undefined) yield { pool, as: 'borrowed' };
  }
  const pool = index > 0 ? source.pools?.get(currency) : undefined;
  if (pool !== undefined) yield { pool, as: 'lent' };
}

/** Every part of a payment with the rules that count it. What is paid from beside the way counts nowhere. */
export function* countingOf(
  state: Pick<AccountState, 'lots' | 'nodes'>,
  way: readonly NodeState[],
  { shares = [], owed = [] }: Payment,
): Iterable<Counting & { readonly amount: Amount }> {
  for (const share of shares) {
    const { node, grant } = lotOf(state, share.lot);
    for (const counting of countingAt(way, node, grant.currency)) yield { ...counting, amount: share.amount };
  }
  for (const one of owed) {
    const node = state.nodes.get(one.node);
    if (node !== undefined)
      for (const counting of countingAt(way, node, one.currency)) yield { ...counting, amount: one.amount };
  }
}

/** Adds to what pool rules count as held or as used, or takes it out. */
export function countPools(
  state: AccountState,
  way: readonly NodeState[],
  payment: Payment,
  kind: 'held' | 'used',
  sign: 1n | -1n,
): void {
  if (state.pooled === 0) return;
  for (const { pool, as, amount: part } of countingOf(state, way, payment))
    pool[as][kind] = amount(pool[as][kind] + sign * part);
}
