import type { WindowSpec } from '@exchequer/kernel';
import type {
  CaptureBeyond,
  Entitlements,
  Layer,
  OutcomeRule,
  OwnKeyPolicy,
  LimitConduct,
  OverageTerms,
  Pace,
  Particulars,
  PausedBy,
  Pooling,
  Precedence,
  RateRule,
  RefundPolicy,
  Scope,
  StatedPrices,
} from '../facts.js';
import type { StoredFact } from './fact-codec.js';
import type { ProvisionalCharge } from '../state/provisional-charge.js';
import type { StoredEstimate } from './field-codecs.js';
import type { StoredLimitRule } from './limit-rule-codec.js';

/** The shape of {@link StoredState}. A snapshot of another version is thrown away and the stream replayed. */
export const STATE_VERSION = 18;

type StoredMoney = readonly [currency: string, amount: string];
type StoredShare = readonly [lot: string, amount: string];
type StoredLine = readonly [meter: string | null, currency: string, amount: string];

/** What came of thresholds in a window. */
export type StoredCrossings = readonly (readonly [threshold: string, crossing: number, crossed: boolean])[];

export interface StoredLimit {
  readonly name: string;
  readonly currency: string;
  readonly amount: string;
  readonly window: WindowSpec;
  readonly scope?: Scope;
  readonly since: number;
  readonly pace?: Pace;
  readonly conduct?: Omit<LimitConduct, 'thresholds' | 'pauses'>;
  readonly held: string;
  readonly counters: readonly (readonly [from: number, to: number, used: string, crossings?: StoredCrossings])[];
  readonly crossings?: StoredCrossings;
  readonly rule?: string;
}

export interface StoredRules {
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly precedence: Precedence;
  readonly personal: readonly StoredLimitRule[];
  readonly overrides: readonly (readonly [
    order: number,
    limit: string,
    currency: string,
    amount: string,
    until: number,
  ])[];
}

export interface StoredPause {
  readonly by: PausedBy;
  readonly actor?: string;
  readonly reason?: string;
  readonly since: number;
  /** Where it ends by itself: the number of its end, and when. */
  readonly resumption?: readonly [order: number, dueAt: number];
}

/** The pool rules of a node in one currency. */
export interface StoredPool {
  readonly currency: string;
  readonly reserve?: string;
  readonly borrowMax?: string;
  readonly lendMax?: string;
  readonly since: number;
  readonly from: number;
  readonly to: number;
  readonly borrowed: readonly [held: string, used: string];
  readonly lent: readonly [held: string, used: string];
}

export interface StoredNode {
  readonly id: string;
  readonly kind: string;
  readonly parent?: string;
  readonly pooling: Pooling;
  readonly archived?: true;
  readonly captureBeyond?: CaptureBeyond;
  readonly estimate?: StoredEstimate;
  readonly ownKey?: OwnKeyPolicy;
  readonly outcomes?: readonly OutcomeRule[];
  readonly refunds?: RefundPolicy;
  readonly expiryNoticeMs?: readonly number[];
  readonly paused?: StoredPause;
  readonly rules?: StoredRules;
  readonly entitlements?: Entitlements;
  readonly observe?: true;
  readonly rates?: readonly RateRule[];
  /** Since when each of them counts. */
  readonly ratesSince?: readonly (readonly [rate: string, since: number])[];
  readonly pools?: readonly StoredPool[];
  readonly limits: readonly StoredLimit[];
  readonly purses: readonly StoredPurse[];
  readonly activity: readonly (readonly [currency: string, held: string, spent: string])[];
}

/** With the terms of the overage, where it has any. */
export type StoredPurse = readonly [
  currency: string,
  overageLimit: string,
  owed: string,
  owedHeld: string,
  terms?: OverageTerms,
];

export type StoredOwed = readonly [node: string, currency: string, amount: string, surcharge?: string];

export interface StoredGrant {
  readonly id: string;
  readonly currency: string;
  readonly amount: string;
  readonly layer: Layer;
  readonly priority: number;
  readonly startsAt: number;
  readonly expiresAt: number;
  readonly grantedAt: number;
  readonly paid?: StoredMoney;
  readonly note?: string;
}

export interface StoredLot {
  readonly id: string;
  readonly order: number;
  readonly grant: string;
  readonly node: string;
  readonly balances: readonly [available: string, held: string, spent: string, forfeited: string, revoked: string];
  readonly ended?: true;
  /** Where it is not that of the grant. */
  readonly expiresAt?: number;
  /** When notice of its end is given next. */
  readonly noticeAt?: number;
}

export interface StoredChain {
  readonly payer: string;
  /** Where the payer is a session that has ended: the nearest node above it that is still there. */
  readonly under?: string;
  readonly nodes: readonly string[];
  readonly openers?: readonly string[];
  readonly members: readonly string[];
  readonly way: readonly string[];
  readonly moveCount: number;
}

export interface StoredCorrection {
  readonly of: string;
  readonly firstCorrectedAt: number;
  readonly amounts: readonly StoredMoney[];
  readonly lines?: readonly StoredLine[];
  readonly uncollected: readonly StoredMoney[];
  readonly paid: readonly StoredShare[];
  readonly owing: readonly (readonly [node: string, currency: string, amount: string])[];
  readonly market?: readonly StoredMoney[];
  readonly particulars?: Particulars;
}

export interface StoredHold {
  readonly id: string;
  readonly order: number;
  /** Index in {@link StoredState.chains}. */
  readonly chain: number;
  readonly placedAt: number;
  readonly expiresAt: number;
  readonly amounts: readonly StoredMoney[];
  readonly lines?: readonly StoredLine[];
  readonly shares: readonly StoredShare[];
  readonly owed?: readonly StoredOwed[];
  readonly particulars?: Particulars;
  readonly provisional?: string;
  readonly market?: readonly StoredMoney[];
  /** The fact by which its cost waits for an outcome. */
  readonly awaited?: StoredFact;
  /** What was told meanwhile. */
  readonly outcome?: string;
}

export interface StoredLapsed {
  readonly id: string;
  readonly chain: number;
  readonly placedAt: number;
  readonly endedAt: number;
  readonly amounts: readonly StoredMoney[];
  readonly lines?: readonly StoredLine[];
  readonly particulars?: Particulars;
  readonly provisional?: string;
  readonly market?: readonly StoredMoney[];
}

export interface StoredSession {
  readonly id: string;
  /** Index in {@link StoredState.chains}. */
  readonly chain: number;
  readonly openedAt: number;
  readonly endsAt: number;
  readonly reserve: readonly StoredMoney[];
  readonly shares: readonly StoredShare[];
  readonly owed: readonly StoredOwed[];
  readonly particulars?: Particulars;
}

export interface StoredEndedSession {
  readonly id: string;
  readonly chain: number;
  readonly endedAt: number;
}

/** The whole state of an account as plain JSON: what snapshots hold, and what the state's hash is taken of. */
export interface StoredState {
  readonly version: number;
  readonly opening?: {
    readonly account: string;
    readonly root: string;
    readonly defaultProject: string;
    readonly openedAt: number;
  };
  readonly now: number;
  readonly next: readonly [
    hold: number,
    grant: number,
    lot: number,
    session: number,
    override: number,
    charge: number,
    resumption: number,
  ];
  readonly unpriced: number;
  readonly statedPrices?: StatedPrices;
  /** Charges at stated prices that wait for their price, by number. */
  readonly outcomes?: readonly (readonly [task: string, outcome: string, toldAt: number])[];
  readonly provisional?: readonly (readonly [number: number, charge: ProvisionalCharge])[];
  readonly currencies: readonly (readonly [currency: string, display: number])[];
  readonly ruleSets?: readonly (readonly [set: string, limits: readonly StoredLimitRule[]])[];
  readonly modelKinds?: readonly (readonly [kind: string, models: readonly string[]])[];
  /** How far the account has come on its ladder. */
  readonly tier?: { readonly ladder: unknown; readonly reached?: string; readonly advances: number };
  readonly nodes: readonly StoredNode[];
  readonly grants: readonly StoredGrant[];
  readonly lots: readonly StoredLot[];
  readonly chains: readonly StoredChain[];
  readonly holds: readonly StoredHold[];
  readonly lapsed: readonly StoredLapsed[];
  readonly sessions: readonly StoredSession[];
  readonly endedSessions: readonly StoredEndedSession[];
  readonly corrected: readonly StoredCorrection[];
  readonly moveCount: number;
  readonly moves: readonly (readonly [node: string, from: string, nextCharge: number, at: number])[];
}
