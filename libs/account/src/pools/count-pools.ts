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
  readonly node: NodeState;
  readonly pool: PoolState;
  readonly as: 'borrowed' | 'lent';
}

/** A part of a payment, and a rule that counts it. */
interface CountedPart extends Counting {
  readonly amount: Amount;
}

/** The rules on a way that count what lies at one of its nodes: those below it borrow, and it lends unless it pays itself. */
function* countingAt(way: readonly NodeState[], source: NodeState, currency: CurrencyId): Iterable<Counting> {
  const index = way.indexOf(source);
  if (index < 0) return;
  for (const node of way.slice(0, index)) {
    const pool = node.pools?.get(currency);
    if (pool !== undefined) yield { node, pool, as: 'borrowed' };
  }
  const pool = index > 0 ? source.pools?.get(currency) : undefined;
  if (pool !== undefined) yield { node: source, pool, as: 'lent' };
}

/** Every part of a payment with the rules that count it. What is paid from beside the way counts nowhere. */
export function* countingOf(
  state: Pick<AccountState, 'lots' | 'nodes'>,
  way: readonly NodeState[],
  { shares = [], owed = [] }: Payment,
): Iterable<CountedPart> {
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
  for (const part of countingOf(state, way, payment)) countPart(state, part, kind, sign);
}

/** Adds one part to what a rule counts, or takes it out. */
export function countPart(
  { kept }: Pick<AccountState, 'kept'>,
  { node, pool, as, amount: part }: CountedPart,
  kind: 'held' | 'used',
  sign: 1n | -1n,
): void {
  pool[as][kind] = amount(pool[as][kind] + sign * part);
  kept.changed(node, pool.currency);
}
