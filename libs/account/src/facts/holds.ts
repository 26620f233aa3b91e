import type { HoldId, Instant, NodeId } from '@exchequer/kernel';
import type { Bag, Line } from '../bag.js';
import type { Particulars } from './usage.js';
import type { Owed, Share } from './funds.js';
import type { Binding, Delay, Tightest } from './limits.js';
import type { InsteadOf } from './models.js';
import type { NamedRate, Observed } from './permission.js';

/** A part of what the reserve of a session sets aside. */
export interface ReservePart {
  readonly session: NodeId;
  readonly shares: readonly Share[];
  /** What is set aside as overage. */
  readonly owed?: readonly Owed[];
}

export interface HoldPlaced {
  readonly type: 'HoldPlaced';
  readonly hold: HoldId;
  readonly payer: NodeId;
  readonly nodes: readonly NodeId[];
  readonly expiresAt: Instant;
  readonly amounts: Bag;
  /** As {@link Charge.openers}. */
  readonly openers?: readonly NodeId[];
  /** By meter, where meters were named. */
  readonly lines?: readonly Line[];
  /** The session whose reserve the shares and the overage come out of; without it they come from what is available. */
  readonly session?: NodeId;
  readonly shares: readonly Share[];
  /** What is set aside as overage. */
  readonly owed?: readonly Owed[];
  readonly tightest?: Tightest;
  /** What was asked, and what made it smaller, when only a part was granted. */
  readonly asked?: Bag;
  /** The same by meter, where meters were named. */
  readonly askedLines?: readonly Line[];
  readonly binding?: Binding;
  /** What rules that are merely observed would have refused. */
  readonly observed?: readonly Observed[];
  /** Rates that it went beyond, and did not count in, because they spill. */
  readonly spilled?: readonly NamedRate[];
  readonly delay?: Delay;
  /** A cheaper model is to be used than the one that was asked for: amounts and particulars are those of the cheaper. */
  readonly insteadOf?: InsteadOf;
  readonly particulars?: Particulars;
  /** What it would cost at market prices, where the caller's own key is used. */
  readonly market?: Bag;
  /** Why there is no price: the amounts are at the account's stated prices. */
  readonly provisional?: string;
}

export interface HoldExtended {
  readonly type: 'HoldExtended';
  readonly hold: HoldId;
  readonly expiresAt: Instant;
}

/** What an ended hold gives back: to its own lots, and what goes to breakage because its lot has ended meanwhile. */
export interface GivenBack {
  readonly hold: HoldId;
  readonly returned: readonly Share[];
  readonly broken?: readonly Share[];
  /** Stays set aside: back in the reserve of the session that it belongs to. */
  readonly kept?: ReservePart;
}

export interface HoldVoided extends GivenBack {
  readonly type: 'HoldVoided';
}

export interface HoldExpired extends GivenBack {
  readonly type: 'HoldExpired';
  /** The instant of the expiry, not of its booking. */
  readonly at: Instant;
}
