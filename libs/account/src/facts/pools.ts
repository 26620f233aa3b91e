import type { Amount, CurrencyId, Instant, NodeId } from '@exchequer/kernel';

/** What a node may count on from above, and what it may take from there and give below, in one currency and period. */
export interface PoolRule {
  readonly currency: CurrencyId;
  /** So much in the lots of its pool, less what it drew from above, is kept for it and all under it. */
  readonly reserve?: Amount;
  /** The most that it and all under it may draw from above. */
  readonly borrowMax?: Amount;
  /** The most that those under it may draw from it. */
  readonly lendMax?: Amount;
}

/** The names of the rules. */
export type PoolRuleName = Exclude<keyof PoolRule, 'currency'>;

/** Replaces what the node said before of the currency, and keeps the counts. Without any rule it says nothing any more. */
export interface PoolRulesSet extends PoolRule {
  readonly type: 'PoolRulesSet';
  readonly node: NodeId;
}

/** What is spent counts for the pool rules of a node in a period that it has not counted in before. */
export interface PoolPeriodOpened {
  readonly type: 'PoolPeriodOpened';
  readonly node: NodeId;
  readonly currency: CurrencyId;
  readonly from: Instant;
  readonly to: Instant;
}
