import type {
  AccountId,
  Amount,
  CurrencyId,
  GrantId,
  HoldId,
  Instant,
  LimitName,
  LotId,
  NodeId,
  WindowSpec,
} from '@exchequer/kernel';
import type { Bag, Line, Money } from './bag.js';

export const LAYERS = ['free', 'promotional', 'plan', 'committed', 'purchased'] as const;
/** Where a lot comes from. */
export type Layer = (typeof LAYERS)[number];

/** `own`: its own credits only. `own-then-parent`: then those above. `parent`: all from above. */
export type Pooling = 'own' | 'own-then-parent' | 'parent';

/** What happens to a cost above its hold: drawn from what is left, owed at once, or written off. */
export type CaptureBeyond = 'draw' | 'overage' | 'cap';

/** What a hold asks for when a caller gives the most that a call can use, where that is not to be the most. */
export type EstimatePolicy =
  | { readonly by: 'max' }
  | { readonly by: 'fixed'; readonly amounts: Bag }
  /** So many of the calls of this payer and model stayed within it. */
  | { readonly by: 'quantile'; readonly quantile: number };

/** How the amount of a hold was come by, where it is not the most that the call can cost. */
export interface Estimated {
  readonly by: 'fixed' | 'quantile';
  readonly quantile?: number;
  /** The length that was taken for the output, and how many settled calls say so. */
  readonly outputTokens?: number;
  readonly calls?: number;
}

/** A part of a lot. */
export interface Share {
  readonly lot: LotId;
  readonly amount: Amount;
}

/** Overage at a node: spending beyond funded credits. Not a lot. */
export interface Owed extends Money {
  readonly node: NodeId;
}

/** What pays for something: lots of a layer, or overage. */
export type PayingLayer = Layer | 'overage';

/** What a limit counts. Everything in its currency, when empty; what is named in several ways must be all of them. */
export interface Scope {
  readonly models?: readonly string[];
  readonly meters?: readonly string[];
  /** Calls that carry each of these tags, with one of the values named. */
  readonly tags?: Readonly<Record<string, readonly string[]>>;
  /** Calls whose tag `feature` is one of these. */
  readonly features?: readonly string[];
  readonly taskTypes?: readonly string[];
  /** Only what lots of these layers, or overage, pay. Not together with meters. */
  readonly layers?: readonly PayingLayer[];
}

/** Releases the amount of a limit evenly over its calendar window. */
export interface Pace {
  /** How far ahead of its time an amount is released. */
  readonly aheadMs: number;
}

/** What a limit does, apart from what it counts. Empty: it refuses what goes beyond it. */
export interface LimitConduct {
  /** `throttle` slows down as it fills; `alert` lets everything pass. */
  readonly mode?: 'throttle' | 'alert';
  readonly throttle?: {
    /** From which share of the limit on, as a decimal from 0 to 1. */
    readonly fromShare: string;
    /** The delay at the limit's end. */
    readonly delayMs: number;
  };
  /** What happens beyond the end instead of a refusal: it passes at once, or with a delay. */
  readonly then?: 'spill' | 'slow';
  /** The delay beyond the end; that of the throttle when not given. */
  readonly slowMs?: number;
  /** Once it is used up, it refuses requests in any currency. */
  readonly blocks?: 'all-currencies';
}

/** A delay to keep before a call, and the limit that asks for it. */
export interface Delay {
  readonly ms: number;
  readonly node: NodeId;
  readonly limit: LimitName;
}

/** What is told along with usage, for reports. No rule but scopes looks at it. */
export interface Particulars {
  readonly model?: string;
  readonly provider?: string;
  readonly serviceTier?: string;
  /** Quantities by meter; decimals as strings. */
  readonly meters?: Readonly<Record<string, number | string>>;
  /** The rate card that priced it. */
  readonly card?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly taskType?: string;
  readonly outcome?: string;
  readonly credentialType?: string;
  readonly estimate?: Estimated;
}

/** Which usage event a charge comes from, and when it was used. */
export interface UsageOrigin {
  readonly source: string;
  readonly id: string;
}

/** The limit that came out with the least left, kept so that a repeated request gets the first reply again. */
export interface Tightest {
  readonly node: NodeId;
  readonly limit: LimitName;
  readonly currency: CurrencyId;
  readonly remaining: Amount;
  readonly resetsAt?: Instant;
  /** The rule that the limit comes from. Absent: the node's own statement. */
  readonly rule?: RuleName;
}

/** What made a request smaller: a limit, or (without `limit`) the funds of the payer. */
export interface Binding {
  readonly node: NodeId;
  readonly limit?: LimitName;
  readonly currency: CurrencyId;
  readonly remaining: Amount;
  readonly resetsAt?: Instant;
  /** The rule that the limit comes from. Absent: the node's own statement. */
  readonly rule?: RuleName;
}

/** Which of the limits of one purpose is in force at a node. */
export const PRECEDENCES = ['nearest', 'most-permissive', 'most-restrictive'] as const;
export type Precedence = (typeof PRECEDENCES)[number];

/** Where a limit comes from, when not from the node itself: `role/power`, `group/interns`, `default/user`, `tier/gold`, `override`. */
export type RuleName = string;

/** A limit as it is stated, for whichever node it may come to be in force. */
export interface LimitRule extends Omit<LimitSet, 'type' | 'node' | 'limit' | 'usedAtStart' | 'rule'> {
  readonly name: LimitName;
}

export interface AccountOpened {
  readonly type: 'AccountOpened';
  readonly account: AccountId;
  readonly root: NodeId;
  readonly rootKind: string;
  readonly defaultProject: NodeId;
}

export interface CurrencyDeclared {
  readonly type: 'CurrencyDeclared';
  readonly currency: CurrencyId;
  /** Digits after the point that people are shown. */
  readonly display: number;
}

export interface NodeAdded {
  readonly type: 'NodeAdded';
  readonly node: NodeId;
  readonly kind: string;
  readonly parent: NodeId;
  readonly pooling: Pooling;
}

export interface NodeMoved {
  readonly type: 'NodeMoved';
  readonly node: NodeId;
  readonly parent: NodeId;
}

export interface NodeKindChanged {
  readonly type: 'NodeKindChanged';
  readonly node: NodeId;
  readonly kind: string;
}

export interface NodeArchived {
  readonly type: 'NodeArchived';
  readonly node: NodeId;
}

export interface NodeRestored {
  readonly type: 'NodeRestored';
  readonly node: NodeId;
}

/** Who paused a node: somebody, or a limit that was used up. */
export type PausedBy = 'person' | { readonly limit: LimitName };

/** Authorizations whose chain holds the node are refused from now on. */
export interface NodePaused {
  readonly type: 'NodePaused';
  readonly node: NodeId;
  readonly by: PausedBy;
  /** The person's name, as the sender of the command gave it. */
  readonly actor?: string;
  readonly reason?: string;
}

export interface NodeResumed {
  readonly type: 'NodeResumed';
  readonly node: NodeId;
}

/** Which names may be used. A name may end in `*`. What both lists name is denied. */
export interface NameRule {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** Models, and features (the tag `feature`), that may be used at a node and under it. */
export interface Entitlements {
  readonly models?: NameRule;
  readonly features?: NameRule;
}

/** Replaces what the node said before. Without models and features it says nothing any more. */
export interface EntitlementsSet extends Entitlements {
  readonly type: 'EntitlementsSet';
  readonly node: NodeId;
}

/** From now on the rules of the node and of all under it refuse nothing, and what they would refuse is recorded. */
export interface ObserveSet {
  readonly type: 'ObserveSet';
  readonly node: NodeId;
  readonly observe: boolean;
}

/** So many in each minute, hour or day, as these are in UTC. */
export interface RatePer {
  readonly count: number;
  readonly per: 'minute' | 'hour' | 'day';
}

/** How many calls, or tokens of calls, a node and all under it may make in a short time. Not money. */
export interface RateRule {
  /** Names may end in `*`. Calls of all models when not given, and each rule counts all of its models together. */
  readonly models?: readonly string[];
  readonly requests?: RatePer;
  /** Input and output tokens together, as estimated. */
  readonly tokens?: RatePer;
  /** What happens beyond it: refused when not given; `spill` lets it pass into credits. */
  readonly then?: 'refuse' | 'spill';
}

/** Replaces the rates that the node had before. The counts are kept by the account's host and are in no fact. */
export interface RatesSet {
  readonly type: 'RatesSet';
  readonly node: NodeId;
  readonly rates: readonly RateRule[];
}

/** A rate of a node, by the name that tells it from the others there. */
export interface NamedRate {
  readonly node: NodeId;
  readonly rate: string;
}

/** A rule that would have refused a request, had it not been merely observed. */
export interface Observed {
  readonly code: 'Paused' | 'NotEntitled' | 'RateLimited' | 'LimitReached';
  readonly node: NodeId;
  readonly limit?: LimitName;
  readonly rate?: string;
}

export interface PoolingChanged {
  readonly type: 'PoolingChanged';
  readonly node: NodeId;
  readonly pooling: Pooling;
}

export interface LimitSet extends LimitConduct {
  readonly type: 'LimitSet';
  readonly node: NodeId;
  readonly limit: LimitName;
  readonly currency: CurrencyId;
  readonly amount: Amount;
  readonly window: WindowSpec;
  readonly scope?: Scope;
  readonly pace?: Pace;
  /** What a lifetime limit has used already. Other windows say it in {@link WindowOpened}. */
  readonly usedAtStart?: Amount;
  /** The rule that the limit comes from. Absent: the node's own statement. */
  readonly rule?: RuleName;
}

/** Another amount, or another rule that it comes from; what has been counted stays. */
export interface LimitAmountChanged {
  readonly type: 'LimitAmountChanged';
  readonly node: NodeId;
  readonly limit: LimitName;
  readonly amount: Amount;
  /** The rule that won. Absent: the node's own statement. */
  readonly rule?: RuleName;
}

/** The whole conduct of a limit, in place of the one before. Its count stays. */
export interface LimitConductChanged extends LimitConduct {
  readonly type: 'LimitConductChanged';
  readonly node: NodeId;
  readonly limit: LimitName;
}

export interface LimitRemoved {
  readonly type: 'LimitRemoved';
  readonly node: NodeId;
  readonly limit: LimitName;
}

/** A limit begins to count in a window that it has not counted in before. */
export interface WindowOpened {
  readonly type: 'WindowOpened';
  readonly node: NodeId;
  readonly limit: LimitName;
  readonly from: Instant;
  readonly to: Instant;
  readonly used?: Amount;
}

/** A named set of limits that nodes take part in: `role/power`, `group/interns`, or the default of a kind, `default/user`. */
export interface RuleSetDefined {
  readonly type: 'RuleSetDefined';
  readonly set: RuleName;
  readonly limits: readonly LimitRule[];
}

export interface RuleSetRemoved {
  readonly type: 'RuleSetRemoved';
  readonly set: RuleName;
}

/** What a node takes part in and states itself. Which of it is in force is told by the limits that are set. */
export interface NodeRulesSet {
  readonly type: 'NodeRulesSet';
  readonly node: NodeId;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly precedence: Precedence;
  /** Its personal limits, whether they are in force or not. */
  readonly limits: readonly LimitRule[];
}

/** Another amount in place of the personal limit, until its end. */
export interface LimitOverridden extends Money {
  readonly type: 'LimitOverridden';
  readonly node: NodeId;
  readonly limit: LimitName;
  readonly until: Instant;
}

export interface OverrideEnded {
  readonly type: 'OverrideEnded';
  readonly node: NodeId;
  readonly limit: LimitName;
  /** The instant of its end, not of the booking. */
  readonly at: Instant;
}

/** A step of trust. Its limits are the rule set `tier/<name>` of the root. */
export interface Tier {
  readonly name: string;
  /** What must have been paid for the account's grants, all together. */
  readonly paid?: Money;
  /** How old the account must be. */
  readonly ageMs?: number;
}

/** The whole ladder of tiers, lowest first. */
export interface TiersSet {
  readonly type: 'TiersSet';
  readonly tiers: readonly Tier[];
}

/** The account has come to a tier. It never falls back by itself. */
export interface TierAdvanced {
  readonly type: 'TierAdvanced';
  readonly tier: string;
  /** When it came to it, not when that was booked. */
  readonly at: Instant;
}

export interface OverageSet {
  readonly type: 'OverageSet';
  readonly node: NodeId;
  readonly currency: CurrencyId;
  /** The most that may be owed. Zero forbids overage. */
  readonly limit: Amount;
}

export interface CaptureBeyondSet {
  readonly type: 'CaptureBeyondSet';
  readonly node: NodeId;
  /** Absent: as the parent does. */
  readonly policy?: CaptureBeyond;
}

export interface EstimateSet {
  readonly type: 'EstimateSet';
  readonly node: NodeId;
  /** Absent: as the parent does. */
  readonly policy?: EstimatePolicy;
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

export interface CreditsTransferred {
  readonly type: 'CreditsTransferred';
  readonly reason: 'transfer' | 'pooled';
  readonly moves: readonly Move[];
  readonly note?: string;
}

export interface LotExpired {
  readonly type: 'LotExpired';
  readonly lot: LotId;
  /** The instant of the expiry, not of its booking. */
  readonly at: Instant;
  readonly forfeited: Amount;
}

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
  readonly particulars?: Particulars;
}

export interface HoldExtended {
  readonly type: 'HoldExtended';
  readonly hold: HoldId;
  readonly expiresAt: Instant;
}

/** What an ended hold gives back: to its own lots, and what goes to breakage because its lot has ended meanwhile. */
interface GivenBack {
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

/** What a piece of usage cost and who pays. */
export interface Charge {
  /** Number of the charge in its account, from 1. Corrections need it; the oldest facts have none. */
  readonly number?: number;
  /** All whose limits count it, root first, where the tree was changed since its hold was placed. */
  readonly chain?: readonly NodeId[];
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
  /** Taken from what was left in the reserves of sessions, the nearest first. Their overage is part of `owed`. */
  readonly reserves?: readonly ReservePart[];
  /** Taken from lots directly, in draw-down order. */
  readonly drawn?: readonly Share[];
  readonly owed?: readonly Owed[];
  /** The part of `owed` that no overage limit allows. */
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
  /** Given back to the lots that had paid, the last drawn first. */
  readonly returned: readonly Share[];
  /** Would be given back, but its lot has ended. */
  readonly broken?: readonly Share[];
  /** Overage that is owed no more. */
  readonly forgiven?: readonly Owed[];
  /** Everything that pays for it now: parts of lots in the order in which they were drawn, and what is owed. */
  readonly paid: readonly Share[];
  readonly owing?: readonly Owed[];
  readonly reason?: string;
}

/** Usage without a price: kept apart, not charged, never zero. */
export interface UsageUnpriced {
  readonly type: 'UsageUnpriced';
  readonly payer: NodeId;
  readonly nodes: readonly NodeId[];
  readonly openers?: readonly NodeId[];
  readonly hold?: HoldId;
  readonly usedAt?: Instant;
  readonly usage?: UsageOrigin;
  readonly particulars?: Particulars;
  readonly reason: string;
}

export type Fact =
  | AccountOpened
  | CurrencyDeclared
  | NodeAdded
  | NodeMoved
  | NodeKindChanged
  | NodeArchived
  | NodeRestored
  | NodePaused
  | NodeResumed
  | EntitlementsSet
  | ObserveSet
  | RatesSet
  | PoolingChanged
  | LimitSet
  | LimitAmountChanged
  | LimitConductChanged
  | LimitRemoved
  | WindowOpened
  | RuleSetDefined
  | RuleSetRemoved
  | NodeRulesSet
  | LimitOverridden
  | OverrideEnded
  | TiersSet
  | TierAdvanced
  | OverageSet
  | CaptureBeyondSet
  | EstimateSet
  | CreditsGranted
  | CreditsTransferred
  | LotExpired
  | HoldPlaced
  | HoldExtended
  | HoldVoided
  | HoldExpired
  | HoldCaptured
  | CreditsDrawn
  | SessionOpened
  | SessionEnded
  | ChargeCorrected
  | UsageUnpriced;

export type FactType = Fact['type'];
