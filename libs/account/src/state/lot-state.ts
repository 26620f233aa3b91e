import {
  END_OF_TIME,
  ZERO,
  type Amount,
  type CurrencyId,
  type GrantId,
  type Instant,
  type LotId,
} from '@exchequer/kernel';
import type { DueEntry } from '@exchequer/kernel';
import type { Money } from '../bag.js';
import type { Layer } from '../facts.js';
import type { NodeState } from './node-state.js';

/** Credits that were issued once. Its lots may lie at several nodes. */
export interface GrantState {
  readonly id: GrantId;
  readonly currency: CurrencyId;
  readonly amount: Amount;
  readonly layer: Layer;
  readonly priority: number;
  readonly startsAt: Instant;
  readonly expiresAt: Instant;
  readonly grantedAt: Instant;
  readonly paid: Money | undefined;
  readonly note: string | undefined;
  readonly lots: LotState[];
}

/** Order of what is due at the same instant: holds and sessions give back, overrides end, lots expire, nodes are resumed, then tiers. */
export const DUE_RANK = { hold: 0, session: 1, override: 2, lot: 3, resumption: 8, tier: 9 } as const;

/** The spendable part of a grant at one node. */
export class LotState implements DueEntry {
  readonly kind = 'lot';
  readonly rank = DUE_RANK.lot;
  slot = -1;
  available: Amount = ZERO;
  held: Amount = ZERO;
  spent: Amount = ZERO;
  forfeited: Amount = ZERO;
  revoked: Amount = ZERO;
  /** Past its expiry: what comes back to it is forfeited. */
  ended = false;
  /** When notice of its end is given next: never where nothing is left of it, or nobody wants to know. */
  noticeAt: Instant = END_OF_TIME;

  constructor(
    readonly id: LotId,
    /** Number of the lot in its account, from 1: breaks the last tie of the draw-down order. */
    readonly order: number,
    readonly grant: GrantState,
    readonly node: NodeState,
    /** That of its grant, but for what was given back after it. */
    readonly expiresAt: Instant,
  ) {}

  /** Notice comes before the end, so that one place in the queue is enough. */
  get dueAt(): Instant {
    return Math.min(this.noticeAt, this.expiresAt);
  }

  get expires(): boolean {
    return this.expiresAt !== END_OF_TIME;
  }
}
