import type { AccountId, Amount, CurrencyId, HoldId, Instant, LimitName, NodeId } from '@exchequer/kernel';
import type { Bag, Line, Money } from './bag.js';
import type { RateState } from './state/rate-state.js';
import type {
  CaptureBeyond,
  CreditsDrawn,
  Entitlements,
  EstimatePolicy,
  HoldCaptured,
  Layer,
  LimitRule,
  OwnKeyPolicy,
  RefundPolicy,
  ModelKind,
  OutcomeRule,
  OverageTerms,
  Particulars,
  Pooling,
  PoolRule,
  Precedence,
  RateRule,
  StatedPrices,
  Tier,
  UsageOrigin,
} from './facts.js';

/** A rate in which a request does not fit, and how long until it would; never, when not given. */
export interface BeyondRate {
  readonly rate: RateState;
  readonly retryAfterMs?: number;
}

/** A rate that lets a request pass with a delay: how long until it has room. */
export interface SlowedBy {
  readonly rate: RateState;
  readonly ms: number;
}

/** What the account's host says of the rates on a request's chain. */
export interface RatesVerdict {
  /** Those in which the request does not fit, root first. */
  readonly beyondRates?: readonly BeyondRate[];
  readonly slowedBy?: SlowedBy;
}

/** The same call with another model of its kind: what that would cost. */
export interface Candidate extends RatesVerdict {
  readonly lines: readonly Line[];
  readonly particulars: Particulars;
  /** As {@link Authorize.market}. */
  readonly market?: Bag;
}

/** Asks to set aside what a call is expected to cost. */
export interface Authorize extends RatesVerdict {
  readonly type: 'authorize';
  /** The account's default project when not given. */
  readonly payer?: NodeId;
  readonly nodes: readonly NodeId[];
  readonly lines: readonly Line[];
  readonly accept: 'full' | 'partial';
  readonly holdForMs: number;
  readonly particulars?: Particulars;
  /** Why there is no price: the lines are at the account's stated prices. */
  readonly provisional?: string;
  /** The market cost, where the caller's own key is used: the lines are what is charged of it. */
  readonly market?: Bag;
  /** Other models of the kind, in the order of the policy; its host offers them once the call was refused without. */
  readonly candidates?: readonly Candidate[];
}

/** What was really used, in place of what was held. */
export interface Actual {
  /** The real cost. The whole hold, when not given. */
  readonly lines?: readonly Line[];
  readonly usedAt?: Instant;
  readonly particulars?: Particulars;
  /** Why there is no price: the lines are at the account's stated prices. */
  readonly provisional?: string;
  /** The market cost, where the caller's own key is used: the lines are what is charged of it. */
  readonly market?: Bag;
}

export interface Capture extends Actual {
  readonly type: 'capture';
  readonly hold: HoldId;
}

export interface VoidHold {
  readonly type: 'void';
  readonly hold: HoldId;
}

export interface ExtendHold {
  readonly type: 'extend';
  readonly hold: HoldId;
  readonly holdForMs: number;
}

/** Usage that happened: never refused for want of limits or funds. */
export interface RecordUsage extends Actual {
  readonly type: 'record';
  readonly payer?: NodeId;
  readonly nodes: readonly NodeId[];
  readonly hold?: HoldId;
  readonly usage?: UsageOrigin;
  /** Why there is no price. The usage is then kept apart and `lines` is absent. */
  readonly unpriced?: string;
}

/** Says how a task came out: what its calls cost, and waits for that, is charged or goes back. */
export interface TellOutcome {
  readonly type: 'tell-outcome';
  readonly task: string;
  readonly outcome: string;
}

/** A charge as the ledger has it. */
export interface BookedCharge {
  readonly fact: HoldCaptured | CreditsDrawn;
  readonly bookedAt: Instant;
}

/** Makes good a charge that was wrong. */
export interface Correct {
  readonly type: 'correct';
  /** Where the ledger has the charge, such as `account-acme@12.1`. */
  readonly of: string;
  /** What the ledger has there; absent when that is no charge. Read by the host. */
  readonly original?: BookedCharge;
  /** Gives so much back, or says what it really cost. */
  readonly to: { readonly refund: Bag } | { readonly lines: readonly Line[] };
  /** What was really used: quantities, and the card that priced them. */
  readonly particulars?: Pick<Particulars, 'meters' | 'card'>;
  readonly reason?: string;
  /** The market cost of what `to` says, for a charge of the caller's own key. */
  readonly market?: Bag;
  /** Its price has come: only for a charge that still waits for it, and else nothing is done. */
  readonly priceCame?: true;
}

export interface Grant {
  readonly type: 'grant';
  readonly node: NodeId;
  readonly currency: CurrencyId;
  readonly amount: Amount;
  readonly layer: Layer;
  readonly priority?: number;
  readonly startsAt?: Instant;
  readonly expiresAt?: Instant;
  readonly paid?: Money;
  readonly note?: string;
}

export interface Transfer {
  readonly type: 'transfer';
  readonly from: NodeId;
  readonly to: NodeId;
  readonly currency: CurrencyId;
  readonly amount: Amount;
  readonly note?: string;
}

export interface LimitPolicy extends LimitRule {
  readonly usedAtStart?: Amount;
}

/** A named set of limits; of the section that it stands in. */
export interface RuleSetPolicy {
  readonly name: string;
  readonly limits: readonly LimitRule[];
}

/** A step of trust, with the limits that it gives the root. */
export interface TierPolicy extends Tier, RuleSetPolicy {}

/** Another amount for one of a node's limits, until its end. */
export interface OverridePolicy extends Money {
  readonly limit: LimitName;
  readonly until: Instant;
}

/** The most that may be owed in a currency, for which work, and at what rate. */
export interface OveragePolicy extends Money, OverageTerms {}

/** The stated form of a node. `kind` and `parent` left out stay as they are; anything else takes its default. */
export interface NodePolicy {
  readonly node: NodeId;
  readonly kind?: string;
  readonly parent?: NodeId;
  readonly pooling?: Pooling;
  readonly limits: readonly LimitPolicy[];
  /** Of several that state a limit of the same name the first, roles before groups. */
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
  /** `nearest` when not given. */
  readonly precedence?: Precedence;
  readonly overrides?: readonly OverridePolicy[];
  /** Each currency once. */
  readonly overage: readonly OveragePolicy[];
  readonly captureBeyond?: CaptureBeyond;
  readonly entitlements?: Entitlements;
  readonly observe?: true;
  readonly rates?: readonly RateRule[];
  readonly estimate?: EstimatePolicy;
  /** Each currency once. */
  readonly pools?: readonly PoolRule[];
  readonly ownKey?: OwnKeyPolicy;
  readonly outcomes?: readonly OutcomeRule[];
  readonly refunds?: RefundPolicy;
  /** How long before the end of its lots notice is given, in milliseconds, each once; none: no notice. */
  readonly expiryNoticeMs?: readonly number[];
}

/** Brings the named nodes to their stated form, all in one step. Opens the account when there is none. */
export interface Configure {
  readonly type: 'configure';
  readonly account: AccountId;
  readonly currencies: readonly { readonly currency: CurrencyId; readonly display: number }[];
  readonly nodes: readonly NodePolicy[];
  readonly archive: readonly NodeId[];
  /** A section that is given is the whole of its kind: what it does not name is no longer there. Not given: all stay. */
  readonly roles?: readonly RuleSetPolicy[];
  readonly groups?: readonly RuleSetPolicy[];
  /** By kind of node. */
  readonly defaults?: readonly RuleSetPolicy[];
  /** Lowest first; the whole ladder, or none to have none. */
  readonly tiers?: readonly TierPolicy[];
  /** The whole of them, as with the other sections. */
  readonly modelKinds?: readonly ModelKind[];
  /** What usage without a price is held and charged at; the whole of it, and without any price none. */
  readonly statedPrices?: StatedPrices;
}

/** Stops new work at a node and all under it. What is held may still settle. */
export interface Pause {
  readonly type: 'pause';
  readonly node: NodeId;
  /** Who asks. */
  readonly actor: string;
  readonly reason?: string;
  /** Marks every node under it as well, each of which is then resumed by itself. */
  readonly below?: true;
}

export interface Resume {
  readonly type: 'resume';
  readonly node: NodeId;
}

/** Opens a session: sets a reserve aside for one run, under a node or inside another session. */
export interface OpenSession {
  readonly type: 'open-session';
  /** Who gives the reserve; another session, for one inside it. The account's default project when not given. */
  readonly payer?: NodeId;
  readonly nodes: readonly NodeId[];
  readonly lines: readonly Line[];
  readonly accept: 'full' | 'partial';
  /** At most until the end of the session around it. */
  readonly lifeForMs: number;
  readonly particulars?: Particulars;
}

export interface EndSession {
  readonly type: 'end-session';
  readonly session: NodeId;
}

/** Does what is due; nothing else. */
export interface Advance {
  readonly type: 'advance';
}

export type Command =
  | Authorize
  | Capture
  | VoidHold
  | ExtendHold
  | RecordUsage
  | TellOutcome
  | Correct
  | Grant
  | Transfer
  | Configure
  | Pause
  | Resume
  | OpenSession
  | EndSession
  | Advance;
