import type { Instant, NodeId } from '@exchequer/kernel';
import type { Bag } from '../bag.js';
import type { Particulars } from './usage.js';
import type { Owed, Share } from './funds.js';
import type { Binding, Tightest } from './limits.js';
import type { Observed } from './permission.js';
import type { ReservePart } from './holds.js';

/** A session begins: a node that lives for one run, with a reserve that is set aside for it. */
export interface SessionOpened {
  readonly type: 'SessionOpened';
  /** The node of the session. */
  readonly session: NodeId;
  /** Who gives the reserve: a node, or the session that this one is opened in. */
  readonly payer: NodeId;
  readonly nodes: readonly NodeId[];
  readonly endsAt: Instant;
  /** The reserve. */
  readonly amounts: Bag;
  /** The session whose reserve the shares and the overage come out of; without it they come from what is available. */
  readonly within?: NodeId;
  readonly shares: readonly Share[];
  readonly owed?: readonly Owed[];
  readonly tightest?: Tightest;
  /** What was asked, and what made it smaller, when only a part was granted. */
  readonly asked?: Bag;
  readonly binding?: Binding;
  /** What rules that are merely observed would have refused. */
  readonly observed?: readonly Observed[];
  readonly particulars?: Particulars;
}

/** A session ends. What is left of its reserve goes back; holds that are open in it stay as they are. */
export interface SessionEnded {
  readonly type: 'SessionEnded';
  readonly session: NodeId;
  /** The instant of the end: its time, or that of the command. */
  readonly at: Instant;
  readonly reason: 'command' | 'time' | 'parent';
  /** What its calls have cost so far, those of sessions in it included. */
  readonly spent: Bag;
  /** To the lots that it came from. */
  readonly returned: readonly Share[];
  readonly broken?: readonly Share[];
  /** Stays set aside: back in the reserve of the session around it. */
  readonly kept?: ReservePart;
}
