import type { Instant, NodeId } from '@exchequer/kernel';
import type { Bag, Line } from '../bag.js';
import type { Owed, Particulars, Share } from '../facts.js';

/** What a charge comes to, and what pays for it. */
export interface ChargeStanding {
  readonly amounts: Bag;
  readonly lines: readonly Line[] | undefined;
  /** The part that was written off. */
  readonly uncollected: Bag;
  /** Parts of lots, in the order in which they were drawn. */
  readonly paid: readonly Share[];
  readonly owing: readonly Owed[];
  readonly particulars: Particulars | undefined;
  /** What it cost at market prices, where the caller's own key was used. */
  readonly market: Bag | undefined;
}

/** A charge that was corrected, as its last correction left it. */
export interface CorrectedCharge extends ChargeStanding {
  /** When it was corrected for the first time: 35 days later it cannot be any more. */
  readonly firstCorrectedAt: Instant;
}

/** A node was moved away from a parent. */
export interface NodeMove {
  readonly node: NodeId;
  readonly from: NodeId;
  /** Number of the next charge at that time: those before were counted under the parent of before. */
  readonly nextCharge: number;
  readonly at: Instant;
}
