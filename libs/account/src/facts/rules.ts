import type { Instant, LimitName, NodeId } from '@exchequer/kernel';
import type { Bag, Money } from '../bag.js';
import type { LimitSet } from './limits.js';

/** What a hold asks for when a caller gives the most that a call can use, where that is not to be the most. */
export type EstimatePolicy =
  | { readonly by: 'max' }
  | { readonly by: 'fixed'; readonly amounts: Bag }
  /** So many of the calls of this payer and model stayed within it. */
  | { readonly by: 'quantile'; readonly quantile: number };

/** Which of the limits of one purpose is in force at a node. */
export const PRECEDENCES = ['nearest', 'most-permissive', 'most-restrictive'] as const;
export type Precedence = (typeof PRECEDENCES)[number];

/** Where a limit comes from, when not from the node itself: `role/power`, `group/interns`, `default/user`, `tier/gold`, `override`. */
export type RuleName = string;

/** A limit as it is stated, for whichever node it may come to be in force. */
export interface LimitRule extends Omit<LimitSet, 'type' | 'node' | 'limit' | 'usedAtStart' | 'rule'> {
  readonly name: LimitName;
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

export interface EstimateSet {
  readonly type: 'EstimateSet';
  readonly node: NodeId;
  /** Absent: as the parent does. */
  readonly policy?: EstimatePolicy;
}
