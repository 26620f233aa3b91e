import type { Amount, Instant } from '@exchequer/kernel';
import type { PoolRule } from '../facts.js';
import type { NodeState } from '../state/node-state.js';

/** The pool rules of a node in one currency, and what is used of them. */
export interface PoolLine extends PoolRule {
  /** Drawn from above by the node and all under it: held, and spent in the period. */
  readonly borrowed: Amount;
  /** Drawn from the node by those under it. */
  readonly lent: Amount;
  /** What of the reserve has not been drawn. Absent without a reserve, and at a node of its own credits only. */
  readonly kept?: Amount;
  /** When what was spent counts no more. Absent while nothing was. */
  readonly resetsAt?: Instant;
}

export const poolLines = (node: NodeState, at: Instant): readonly PoolLine[] =>
  Array.from(node.pools?.values() ?? [], (pool) => ({
    ...pool.rule,
    borrowed: pool.countedAt(pool.borrowed, at),
    lent: pool.countedAt(pool.lent, at),
    ...(pool.rule.reserve !== undefined && node.pooling !== 'own' && !node.archived && { kept: pool.unmetAt(at) }),
    ...(pool.to > at && { resetsAt: pool.to }),
  }));
