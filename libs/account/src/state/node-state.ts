import { ZERO, type Amount, type CurrencyId, type NodeId, type Ratio } from '@exchequer/kernel';
import type {
  CaptureBeyond,
  EstimatePolicy,
  OutcomeRule,
  OwnKeyPolicy,
  Pooling,
  RateRule,
  RefundPolicy,
} from '../facts.js';
import type { EntitlementState } from './entitlement-state.js';
import type { LimitState } from './limit-state.js';
import type { LotState } from './lot-state.js';
import type { PauseState } from './pause-state.js';
import type { PoolState } from './pool-state.js';
import type { RateState } from './rate-state.js';
import type { SessionState } from './session-state.js';
import type { NodeRules } from './node-rules.js';

/** The lots of one node in one currency, and what it owes. */
export interface Purse {
  readonly currency: CurrencyId;
  /** Lots with something available, in draw-down order. */
  readonly spendable: LotState[];
  /** Every lot that the node ever had in this currency. */
  readonly lots: LotState[];
  overageLimit: Amount;
  /** Whose cost overage pays; undefined: any. */
  overageFor: 'critical' | undefined;
  /** What is owed for each credit of cost, from 1 on; undefined: 1. */
  overageRate: Ratio | undefined;
  /** With surcharges, as what is set aside. */
  owed: Amount;
  /** Overage set aside by open holds. */
  owedHeld: Amount;
}

/** What a node and all under it did in one currency since the account began. */
export interface Activity {
  held: Amount;
  spent: Amount;
}

/** What a node says of rates, as it was stated and rate by rate. */
export interface NodeRates {
  readonly stated: readonly RateRule[];
  readonly all: readonly RateState[];
}

/** A place in the tree. */
export class NodeState {
  readonly purses = new Map<CurrencyId, Purse>();
  readonly activity = new Map<CurrencyId, Activity>();
  /** In order of their names. */
  limits: LimitState[] = [];
  readonly children = new Set<NodeState>();
  archived = false;
  captureBeyond: CaptureBeyond | undefined;
  estimate: EstimatePolicy | undefined;
  ownKey: OwnKeyPolicy | undefined;
  outcomes: readonly OutcomeRule[] | undefined;
  refunds: RefundPolicy | undefined;
  /** How long before the end of its lots notice is given, in milliseconds, longest first. See `expiryNoticeOf`. */
  expiryNoticeMs: readonly number[] | undefined;
  paused: PauseState | undefined;
  entitlements: EntitlementState | undefined;
  rates: NodeRates | undefined;
  /** By currency, in the order of their names. Undefined while there are none. */
  pools: Map<CurrencyId, PoolState> | undefined;
  /** Its rules, and those of all under it, refuse nothing. See `isObserved`. */
  observe = false;
  /** Of a node that is a session: what it lives on, and once that has ended just that. */
  session: SessionState | 'ended' | undefined;
  /** Undefined while it states nothing but limits of its own. */
  rules: NodeRules | undefined;

  constructor(
    readonly id: NodeId,
    public kind: string,
    public parent: NodeState | undefined,
    public pooling: Pooling,
  ) {}

  purse(currency: CurrencyId): Purse {
    let purse = this.purses.get(currency);
    if (purse === undefined) {
      purse = {
        currency,
        spendable: [],
        lots: [],
        overageLimit: ZERO,
        overageFor: undefined,
        overageRate: undefined,
        owed: ZERO,
        owedHeld: ZERO,
      };
      this.purses.set(currency, purse);
    }
    return purse;
  }

  activityIn(currency: CurrencyId): Activity {
    let activity = this.activity.get(currency);
    if (activity === undefined) {
      activity = { held: ZERO, spent: ZERO };
      this.activity.set(currency, activity);
    }
    return activity;
  }
}

/** Steps from the root: 0 for the root itself. */
export function depthOf(node: NodeState): number {
  let depth = 0;
  for (let at = node.parent; at !== undefined; at = at.parent) depth += 1;
  return depth;
}

/** Rules of this node refuse nothing: it, or a node above it, is in observe mode. */
export function isObserved(node: NodeState): boolean {
  for (let at: NodeState | undefined = node; at !== undefined; at = at.parent) if (at.observe) return true;
  return false;
}
