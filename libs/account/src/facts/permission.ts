import type { Instant, LimitName, NodeId } from '@exchequer/kernel';

/** Who paused a node: somebody, or a limit that came to a threshold. */
export type PausedBy =
  | 'person'
  | {
      readonly limit: LimitName;
      /** Whose limit, where it is not the node's own. */
      readonly node?: NodeId;
    };

/** Authorizations whose chain holds the node are refused from now on. */
export interface NodePaused {
  readonly type: 'NodePaused';
  readonly node: NodeId;
  readonly by: PausedBy;
  /** The person's name, as the sender of the command gave it. */
  readonly actor?: string;
  readonly reason?: string;
  /** When it is resumed by itself. Absent: somebody must. */
  readonly resumesAt?: Instant;
}

export interface NodeResumed {
  readonly type: 'NodeResumed';
  readonly node: NodeId;
  /** When it was resumed by itself, not when that was booked. Absent: somebody did it. */
  readonly at?: Instant;
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
  /** What happens beyond it: refused when not given; `spill` lets it pass into credits, `slow` with a delay, `cheaper-model` with another model. */
  readonly then?: 'refuse' | 'spill' | 'slow' | 'cheaper-model';
  /** With `slow`: the longest delay. What would have to wait longer is refused. */
  readonly slowMs?: number;
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
  readonly code: 'Paused' | 'NotEntitled' | 'RateLimited' | 'LimitReached' | 'InsufficientCredits';
  readonly node: NodeId;
  readonly limit?: LimitName;
  readonly rate?: string;
}
