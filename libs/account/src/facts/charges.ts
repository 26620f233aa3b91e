import type { HoldId, Instant, NodeId } from '@exchequer/kernel';
import type { Bag, Line } from '../bag.js';
import type { Particulars, UsageOrigin } from './usage.js';
import type { Owed, Renewal, Share } from './funds.js';
import type { GivenBack, ReservePart } from './holds.js';

/** What a piece of usage cost and who pays. */
export interface Charge {
  /** Number of the charge in its account, from 1. Corrections need it; the oldest facts have none. */
  readonly number?: number;
  /** All whose limits count it, root first, where the tree was changed since its hold was placed. */
  readonly chain?: readonly NodeId[];
  /** Those of them whose pool rules count it, the payer first, where `chain` is stated and some of them have such rules. */
  readonly way?: readonly NodeId[];
  /** The real cost. */
  readonly amounts: Bag;
  readonly lines?: readonly Line[];
  /** Whom a session's calls belong to beside itself: who paid for it and who was named with it, out to the outermost. */
  readonly openers?: readonly NodeId[];
  /** When it was used, as told. */
  readonly usedAt?: Instant;
  /** The instant at which limits count it: `usedAt` clamped. */
  readonly countedAt: Instant;
  readonly usage?: UsageOrigin;
  readonly particulars?: Particulars;
  /** What it cost at market prices, where the caller's own key was used: the amounts are what is charged of that. */
  readonly market?: Bag;
  /** Why there was no price: the amounts are at the account's stated prices, until a correction says what it costs. */
  readonly provisional?: string;
  /** Taken from what was left in the reserves of sessions, the nearest first. Their overage is part of `owed`. */
  readonly reserves?: readonly ReservePart[];
  /** Taken from lots directly, in draw-down order. */
  readonly drawn?: readonly Share[];
  readonly owed?: readonly Owed[];
  /** The part of `owed` that no overage limit allows, or that pool rules keep from the overage that is there. */
  readonly beyondOverage?: Bag;
  /** Written off. */
  readonly uncollected?: Bag;
}

export interface HoldCaptured extends GivenBack, Charge {
  readonly type: 'HoldCaptured';
  /** As when the hold was placed, so that the charge says by itself whose it is. */
  readonly payer: NodeId;
  readonly nodes: readonly NodeId[];
  /** Taken from what the hold had set aside. */
  readonly spent: readonly Share[];
  /** The end of the wait for an outcome, not the instant of its booking; only where the cost had waited for one. */
  readonly at?: Instant;
  /** Of a cost that had waited: the hold that it was meant for had expired or was voided. */
  readonly late?: true;
}

export interface CreditsDrawn extends Charge {
  readonly type: 'CreditsDrawn';
  readonly payer: NodeId;
  readonly nodes: readonly NodeId[];
  /** The hold that it was meant for and that has ended. */
  readonly hold?: HoldId;
  /** The hold had expired or was voided. */
  readonly late?: true;
}

/**
 * A charge comes to something else than was booked: the difference goes back to what had paid for it, or is drawn. It says
 * what the charge comes to now, in the fields of {@link Charge}; there `drawn` and `owed` are what is paid in addition.
 */
export interface ChargeCorrected extends Charge {
  readonly type: 'ChargeCorrected';
  /** Where the ledger has the charge: `account-acme@12.1`. */
  readonly of: string;
  readonly number: number;
  /** All whose limits count it, root first. */
  readonly chain: readonly NodeId[];
  readonly payer: NodeId;
  readonly nodes: readonly NodeId[];
  readonly hold?: HoldId;
  /** When the charge was booked. */
  readonly bookedAt: Instant;
  /** What it came to before this correction. */
  readonly amountsBefore: Bag;
  readonly linesBefore?: readonly Line[];
  readonly uncollectedBefore?: Bag;
  /** Quantities as they were told before, where the real ones are told now. */
  readonly metersBefore?: Readonly<Record<string, number | string>>;
  /** As {@link Charge.market}, before this correction. Present where the charge has one. */
  readonly marketBefore?: Bag;
  /** It was charged at stated prices and waited for its price; now it does not any more. */
  readonly settlesProvisional?: true;
  /** Given back to the lots that had paid, the last drawn first. */
  readonly returned: readonly Share[];
  /** Would be given back, but its lot has ended. */
  readonly broken?: readonly Share[];
  /** Its lot has ended, and it is given back in a lot with an expiry of its own. */
  readonly renewed?: readonly Renewal[];
  /** Overage that is owed no more. */
  readonly forgiven?: readonly Owed[];
  /** Everything that pays for it now: parts of lots in the order in which they were drawn, and what is owed. */
  readonly paid: readonly Share[];
  readonly owing?: readonly Owed[];
  readonly reason?: string;
}
