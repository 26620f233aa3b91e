import {
  windowKey,
  ZERO,
  type Amount,
  type CurrencyId,
  type Instant,
  type LimitName,
  type SlidingWindow,
  type WindowSpec,
} from '@exchequer/kernel';
import { selectionOf, type Selection } from '../limits/selection.js';
import type { LimitConduct, Pace, RuleName, Scope, Threshold } from '../facts.js';
import { stops } from '../limits/conduct.js';
import { thresholdsOf, type Crossings } from '../limits/thresholds.js';
import type { NodeState } from './node-state.js';

/** What a limit has counted in one window. */
export interface WindowCounter {
  readonly from: Instant;
  readonly to: Instant;
  used: Amount;
  /** What came of the limit's thresholds in it. Undefined while none was crossed. */
  crossings?: Crossings;
}

/** The most that a node and all under it may spend in a window, in a scope. */
export class LimitState {
  /** Of all open holds whose chain holds the node, whenever they were placed. */
  held: Amount = ZERO;
  /** The number of the first charge that it may have counted. */
  since = 1;
  /** Windows that have counted something, oldest first, none overlapping. Kept 35 days beyond their end. */
  counters: WindowCounter[] = [];
  /** The rule that it comes from. Undefined: the node's own statement. */
  rule: RuleName | undefined;
  /** Marks at which a crossing is told. Undefined where it has none. */
  thresholds: readonly Threshold[] | undefined;
  /** As {@link WindowCounter.crossings}, where windows have no beginning: sliding and lifetime. */
  crossings: Crossings | undefined;
  readonly windowKey: string;
  /** What the scope selects. Undefined when that is everything. */
  readonly selection: Selection | undefined;
  readonly sliding: SlidingWindow | undefined;
  /** Refuses what goes beyond its amount, whatever pays for it and at every instant of its window: no more to look at. */
  plain = true;

  constructor(
    readonly node: NodeState,
    readonly name: LimitName,
    readonly currency: CurrencyId,
    public amount: Amount,
    readonly window: WindowSpec,
    readonly scope: Scope | undefined,
    readonly pace?: Pace,
    /** Changed through {@link follow} alone. */
    public conduct: LimitConduct = {},
  ) {
    this.windowKey = windowKey(window);
    this.selection = selectionOf(scope);
    this.sliding = window.kind === 'sliding' ? window : undefined;
    this.follow(conduct);
  }

  follow(conduct: LimitConduct): void {
    this.conduct = conduct;
    this.thresholds = thresholdsOf(conduct);
    const isOrdinary = this.pace === undefined && this.selection?.layers === undefined;
    this.plain = isOrdinary && conduct.blocks === undefined && stops(conduct);
  }
}
