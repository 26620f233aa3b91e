import type { Amount, CurrencyId, Instant, LimitName, NodeId, WindowSpec } from '@exchequer/kernel';
import type { PayingLayer } from './funds.js';
import type { PoolRuleName } from './pools.js';
import type { RuleName } from './rules.js';
import type { LimitPause, Threshold } from './thresholds.js';

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
  /** What happens beyond the end instead of a refusal: it passes at once, with a delay, or with a cheaper model of its kind. */
  readonly then?: 'spill' | 'slow' | 'cheaper-model';
  /** The delay beyond the end; that of the throttle when not given. */
  readonly slowMs?: number;
  /** Once it is used up, it refuses requests in any currency. */
  readonly blocks?: 'all-currencies';
  /** Marks at which a fact tells that it was crossed. */
  readonly thresholds?: readonly Threshold[];
  readonly pauses?: LimitPause;
}

/** A delay to keep before a call, and the limit or the rate that asks for it. */
export interface Delay {
  readonly ms: number;
  readonly node: NodeId;
  readonly limit?: LimitName;
  readonly rate?: string;
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

/** What made a request smaller: a limit, or (without `limit`) the funds of the payer, by a pool rule where `pool` names one. */
export interface Binding {
  readonly node: NodeId;
  readonly limit?: LimitName;
  readonly currency: CurrencyId;
  readonly remaining: Amount;
  readonly resetsAt?: Instant;
  /** The rule that the limit comes from. Absent: the node's own statement. */
  readonly rule?: RuleName;
  /** The pool rule of the node that withholds credits from the payer; a `reserve` keeps them for the node. */
  readonly pool?: PoolRuleName;
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
