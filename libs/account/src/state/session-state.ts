import type { DueEntry, Instant, NodeId } from '@exchequer/kernel';
import type { Bag } from '../bag.js';
import type { Owed, Particulars, Share } from '../facts.js';
import type { Chain } from '../tree/chain.js';
import { DUE_RANK } from './lot-state.js';
import type { NodeState } from './node-state.js';

/** A run that is under way, and what is left of its reserve. */
export class SessionState implements DueEntry {
  readonly kind = 'session';
  readonly rank = DUE_RANK.session;
  slot = -1;
  /** Chains of requests that name the session, by payer and nodes. A cache that ends with it. */
  readonly chains = new Map<string, Chain>();
  /** The structure that `chains` were derived from. */
  chainsOf = -1;

  constructor(
    readonly node: NodeState,
    /** Number of the session in its account, from 1. */
    readonly order: number,
    /** Of whoever opened it, as it was then: its limits count what is left of the reserve. */
    readonly chain: Chain,
    readonly openedAt: Instant,
    /** When it ends by itself. */
    readonly dueAt: Instant,
    /** The whole reserve. */
    readonly reserve: Bag,
    /** What is left of each share, in the order in which it is drawn; those that are used up stay, with nothing. */
    shares: readonly Share[],
    owed: readonly Owed[] | undefined,
    readonly particulars: Particulars | undefined,
  ) {
    this.shares = [...shares];
    this.owed = [...(owed ?? [])];
  }

  readonly shares: Share[];
  readonly owed: Owed[];

  get id(): NodeId {
    return this.node.id;
  }
}

/** A session that ended: usage that names it may still arrive. Kept 35 days. */
export interface EndedSession {
  /** Stands in no tree any more; what is charged to it goes on to whoever opened it. */
  readonly node: NodeState;
  /** Of whoever opened it. */
  readonly chain: Chain;
  readonly endedAt: Instant;
}
