import { formatAmount, type Amount, type CurrencyId, type Instant } from '@exchequer/kernel';
import type { Binding } from '../facts.js';
import type { Refusal } from '../refusal.js';
import type { Chain } from '../tree/chain.js';
import { unmetOf } from './kept-credits.js';
import type { PoolCut } from './pool-room.js';

/** A pool rule as what stands in the way of a request. */
export function poolBinding(cut: PoolCut, currency: CurrencyId, remaining: Amount, at: Instant): Binding {
  const resetsAt = resetOf(cut, currency, at);
  return {
    node: cut.node.id,
    currency,
    remaining,
    ...(resetsAt !== undefined && { resetsAt }),
    pool: cut.rule,
  };
}

/** The end of the period, where a cap then counts less than now. What is kept for others is kept anew then. */
function resetOf({ rule, node }: PoolCut, currency: CurrencyId, at: Instant): Instant | undefined {
  const pool = node.pools?.get(currency);
  if (pool === undefined || rule === 'reserve' || pool.to <= at) return undefined;
  return pool.countFor(rule).used > 0n ? pool.to : undefined;
}

/** The refusal of a request that a pool rule keeps from credits that are there. */
export function withheld({ payer }: Chain, asked: Amount, binding: Binding, cut: PoolCut, at: Instant): Refusal {
  const { currency, remaining, resetsAt } = binding;
  const can = `${payer.id} can spend ${formatAmount(remaining)} ${currency} and ${formatAmount(asked)} was asked`;
  const until = resetsAt === undefined ? '' : `, wait until ${new Date(resetsAt).toISOString()}`;
  return {
    code: 'InsufficientCredits',
    message: `${can}: ${reasonOf(cut, currency, at)}; ask for less${until}, or ${remedyOf(cut)}.`,
    binding,
    ...(resetsAt !== undefined && { resetsAt }),
  };
}

function reasonOf(cut: PoolCut, currency: CurrencyId, at: Instant): string {
  const { node } = cut;
  const amountOf = (amount: bigint | undefined): string => `${formatAmount(amount ?? 0n)} ${currency}`;
  if (cut.rule === 'reserve') {
    const { pool, most, kept } = cut;
    const whom = unmetOf(node, currency, at) === most ? node.id : `nodes under ${node.id}`;
    return most === kept
      ? `${amountOf(kept)} in ${pool.id} are kept for ${whom}`
      : `${amountOf(kept)} in ${pool.id} are kept for others, ${amountOf(most)} of that for ${whom}`;
  }
  const pool = node.pools?.get(currency);
  const counted = amountOf(pool?.countedAt(pool.countFor(cut.rule), at));
  const most = amountOf(pool?.rule[cut.rule]);
  return cut.rule === 'borrowMax'
    ? `${node.id} may draw ${most} from above in a period (borrowMax) and has drawn ${counted}`
    : `${node.id} lends ${most} to those under it in a period (lendMax) and has lent ${counted}`;
}

const remedyOf = ({ rule, node, pool }: PoolCut): string =>
  rule === 'reserve'
    ? `grant or transfer more to ${pool.id}, or lower what is kept for ${node.id}`
    : `raise the ${rule} of ${node.id}`;
