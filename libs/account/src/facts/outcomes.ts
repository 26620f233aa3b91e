import type { HoldId, Instant, NodeId } from '@exchequer/kernel';
import type { Bag } from '../bag.js';
import type { Charge } from './charges.js';
import type { Owed, Share } from './funds.js';
import type { GivenBack, ReservePart } from './holds.js';
import type { Particulars, UsageOrigin } from './usage.js';

/** Calls of tasks of these types are charged only once the outcome of their task is told, and is one of those named. */
export interface OutcomeRule {
  readonly taskTypes: readonly string[];
  /** The outcomes for which is charged. */
  readonly charge: readonly string[];
  /** How long the outcome is waited for, in milliseconds. */
  readonly withinMs: number;
  /** What becomes of the cost after another outcome, or where none was told in time. */
  readonly otherwise: 'return' | 'charge';
}

export interface OutcomesSet {
  readonly type: 'OutcomesSet';
  readonly node: NodeId;
  /** Absent: as the parent does. */
  readonly rules?: readonly OutcomeRule[];
}

/**
 * What a call cost is known, and waits for the outcome of its task: until then all that pays for it stays set aside, and
 * nothing is spent. In the fields of {@link Charge} stands what will be charged; what had been held beyond it goes back.
 */
export interface OutcomeAwaited extends GivenBack, Omit<Charge, 'number' | 'chain' | 'way'> {
  readonly type: 'OutcomeAwaited';
  /** The hold of the call, which stays open; a new one where the call had none that was open. */
  readonly hold: HoldId;
  readonly placed?: true;
  /** The hold that the usage was meant for and that had ended. */
  readonly meantFor?: HoldId;
  /** That hold had expired or was voided. */
  readonly late?: true;
  readonly payer: NodeId;
  readonly nodes: readonly NodeId[];
  readonly task: string;
  /** When the wait ends by itself. */
  readonly until: Instant;
  /** As {@link OutcomeRule}, on the day of the settlement. */
  readonly charge: readonly string[];
  readonly otherwise: 'return' | 'charge';
  /** It was known already, and returns the cost at once. */
  readonly outcome?: string;
  /** What of the hold's shares, and of its overage, stays set aside. */
  readonly retained: readonly Share[];
  readonly retainedOwed?: readonly Owed[];
}

/** How a task came out: what waits for it is charged, or goes back, right afterwards. */
export interface OutcomeTold {
  readonly type: 'OutcomeTold';
  readonly task: string;
  readonly outcome: string;
  /** How many calls had waited for it, what of their cost is charged and what goes back. Absent where none had. */
  readonly calls?: number;
  readonly charged?: Bag;
  readonly returned?: Bag;
}

/** A cost that waited for an outcome is not charged: what was set aside for it goes back to where it came from. */
export interface CostReturned {
  readonly type: 'CostReturned';
  readonly hold: HoldId;
  /** The end of the wait, not the instant of its booking. */
  readonly at: Instant;
  readonly task: string;
  /** Absent: none was told in time. */
  readonly outcome?: string;
  readonly payer: NodeId;
  readonly nodes: readonly NodeId[];
  readonly openers?: readonly NodeId[];
  /** What it would have cost. */
  readonly amounts: Bag;
  readonly market?: Bag;
  readonly usedAt?: Instant;
  readonly usage?: UsageOrigin;
  readonly particulars?: Particulars;
  /** It was at stated prices, and waits for a price no more. */
  readonly provisional?: string;
  readonly returned: readonly Share[];
  readonly broken?: readonly Share[];
  /** What sessions keep, the nearest first. */
  readonly keeps?: readonly ReservePart[];
}
