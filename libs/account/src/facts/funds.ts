import type { Amount, CurrencyId, GrantId, Instant, LotId, NodeId } from '@exchequer/kernel';
import type { Money } from '../bag.js';

export const LAYERS = ['free', 'promotional', 'plan', 'committed', 'purchased'] as const;
/** Where a lot comes from. */
export type Layer = (typeof LAYERS)[number];

/** `own`: its own credits only. `own-then-parent`: then those above. `parent`: all from above. */
export type Pooling = 'own' | 'own-then-parent' | 'parent';

/** What happens to a cost above its hold: drawn from what is left, owed at once, or written off. */
export type CaptureBeyond = 'draw' | 'overage' | 'cap';

/** A part of a lot. */
export interface Share {
  readonly lot: LotId;
  readonly amount: Amount;
}

/** Overage at a node: spending beyond funded credits. Not a lot. The amount is the cost that it pays. */
export interface Owed extends Money {
  readonly node: NodeId;
  /** Owed on top of the amount, by the rate of the overage when it was taken. Absent: nothing. */
  readonly surcharge?: Amount;
}

/** Of which work overage pays the cost, and how much is owed for it. */
export interface OverageTerms {
  /** Only work that is marked so. Absent: any. */
  readonly for?: 'critical';
  /** What is owed for each credit of cost: a decimal of at least 1, as text. Absent: as much. */
  readonly rate?: string;
}

/** What pays for something: lots of a layer, or overage. */
export type PayingLayer = Layer | 'overage';

export interface PoolingChanged {
  readonly type: 'PoolingChanged';
  readonly node: NodeId;
  readonly pooling: Pooling;
}

export interface OverageSet extends OverageTerms {
  readonly type: 'OverageSet';
  readonly node: NodeId;
  readonly currency: CurrencyId;
  /** The most that may be owed, surcharges included. Zero forbids overage. */
  readonly limit: Amount;
}

export interface CaptureBeyondSet {
  readonly type: 'CaptureBeyondSet';
  readonly node: NodeId;
  /** Absent: as the parent does. */
  readonly policy?: CaptureBeyond;
}

/** What becomes of a refund whose lot has ended: forfeited, or a new lot that ends so many milliseconds after the refund. */
export type RefundPolicy = { readonly expired: 'breakage' } | { readonly expired: 'new-lot'; readonly graceMs: number };

export interface RefundsSet {
  readonly type: 'RefundsSet';
  readonly node: NodeId;
  /** Absent: as the parent does. */
  readonly policy?: RefundPolicy;
}

/** How long before the end of its lots a node wants to be told of it. */
export interface ExpiryNoticeSet {
  readonly type: 'ExpiryNoticeSet';
  readonly node: NodeId;
  /** Milliseconds before the end, the longest first; none: no notice. Absent: as the parent does. */
  readonly beforeMs?: readonly number[];
}

export interface CreditsGranted {
  readonly type: 'CreditsGranted';
  readonly grant: GrantId;
  readonly lot: LotId;
  readonly node: NodeId;
  readonly currency: CurrencyId;
  readonly amount: Amount;
  readonly layer: Layer;
  readonly priority: number;
  readonly startsAt?: Instant;
  readonly expiresAt?: Instant;
  readonly paid?: Money;
  readonly note?: string;
}

/** A part of a lot that goes to the lot of the same grant at another node. */
export interface Move extends Share {
  readonly toLot: LotId;
  readonly toNode: NodeId;
}

/** A part of a lot that has ended, and the lot of the same grant in which it may be spent until another instant. */
export interface Renewal extends Move {
  readonly expiresAt: Instant;
}

export interface CreditsTransferred {
  readonly type: 'CreditsTransferred';
  readonly reason: 'transfer' | 'pooled';
  readonly moves: readonly Move[];
  readonly note?: string;
  /** Where it follows from what happens by itself: the instant of that, not of its booking. */
  readonly at?: Instant;
}

/** A lot will end, and has something that could still be used. */
export interface LotExpiring {
  readonly type: 'LotExpiring';
  readonly lot: LotId;
  readonly node: NodeId;
  readonly currency: CurrencyId;
  /** What would be forfeited if nothing happened: available and held. */
  readonly amount: Amount;
  /** How much of it calls under way, and reserves, hold. Absent: nothing. */
  readonly held?: Amount;
  readonly expiresAt: Instant;
  /** How long before the end, in milliseconds: one of what the node states. */
  readonly beforeMs: number;
  /** The instant of the notice, not of its booking. */
  readonly at: Instant;
}

export interface LotExpired {
  readonly type: 'LotExpired';
  readonly lot: LotId;
  /** The instant of the expiry, not of its booking. */
  readonly at: Instant;
  readonly forfeited: Amount;
}
