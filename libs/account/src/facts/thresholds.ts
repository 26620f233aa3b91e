import type { Amount, CurrencyId, Instant, LimitName, NodeId } from '@exchequer/kernel';

/** A mark on the way of a limit: a share of its amount (`0.5`, also above 1), so much used, or so much left. */
export type Threshold = { readonly share: string } | { readonly used: Amount } | { readonly left: Amount };

/** A limit that pauses its node once it comes to a threshold. */
export interface LimitPause {
  readonly at: Threshold;
  /** Marks every node under it as well. */
  readonly below?: true;
  /** Ends by itself when the window does. Absent: only a person resumes. */
  readonly resume?: 'at-reset';
}

interface ThresholdPassed {
  readonly node: NodeId;
  readonly limit: LimitName;
  readonly currency: CurrencyId;
  /** Where the window begins in which it happened. Absent where windows have no beginning: sliding and lifetime. */
  readonly from?: Instant;
  readonly threshold: Threshold;
  /** The number of the crossing, from 1, of this threshold in this window. A recovery has that of its crossing. */
  readonly crossing: number;
  /** What was used in the window when it was noticed. */
  readonly used: Amount;
  /** The amount of the limit at that time. */
  readonly amount: Amount;
}

/** What a limit has used came to a threshold. */
export interface ThresholdCrossed extends ThresholdPassed {
  readonly type: 'ThresholdCrossed';
  /** The limit pauses its node here. Nothing is paused where its rules are merely observed. */
  readonly pauses?: {
    readonly below?: true;
    readonly resumesAt?: Instant;
  };
}

/** What a limit has used is below a threshold again, which can be crossed anew. */
export interface ThresholdRecovered extends ThresholdPassed {
  readonly type: 'ThresholdRecovered';
}
