import {
  DueQueue,
  START_OF_TIME,
  type AccountId,
  type Amount,
  type CurrencyId,
  type GrantId,
  type HoldId,
  type Instant,
  type LotId,
  type NodeId,
} from '@exchequer/kernel';
import type { LimitRule, RuleName, StatedPrices } from '../facts.js';
import { KeptCredits } from '../pools/kept-credits.js';
import type { Chain } from '../tree/chain.js';
import type { CorrectedCharge, NodeMove } from './correction-state.js';
import type { AwaitingHold, ToldOutcome } from './awaiting-hold.js';
import type { HoldState, LapsedHold } from './hold-state.js';
import type { GrantState, LotState } from './lot-state.js';
import type { OverrideState } from './node-rules.js';
import type { NodeState } from './node-state.js';
import type { Resumption } from './pause-state.js';
import type { ProvisionalCharge } from './provisional-charge.js';
import type { EndedSession, SessionState } from './session-state.js';
import { TierState } from './tier-state.js';

/** What an opened account always has. */
export interface Opening {
  readonly account: AccountId;
  readonly root: NodeState;
  readonly defaultProject: NodeState;
  readonly openedAt: Instant;
}

/**
 * Everything that deciding needs to know, folded from the account's facts. Mutable and private to its one writer:
 * `decide` reads it, `evolve` alone writes it.
 */
export class AccountState {
  opening: Opening | undefined;
  /** The newest instant that any fact was booked at. Never goes back. */
  now: Instant = START_OF_TIME;
  readonly currencies = new Map<CurrencyId, { readonly display: number }>();
  readonly nodes = new Map<NodeId, NodeState>();
  readonly grants = new Map<GrantId, GrantState>();
  readonly lots = new Map<LotId, LotState>();
  readonly holds = new Map<HoldId, HoldState>();
  /** Oldest first. */
  readonly lapsed = new Map<HoldId, LapsedHold>();
  readonly sessions = new Map<NodeId, SessionState>();
  /** Oldest first. */
  readonly endedSessions = new Map<NodeId, EndedSession>();
  /** Named sets of limits, by name: `role/power`. */
  readonly ruleSets = new Map<RuleName, readonly LimitRule[]>();
  /** Models that do the same kind of work, cheapest first, by the name of the kind. */
  readonly modelKinds = new Map<string, readonly string[]>();
  readonly due = new DueQueue<HoldState | LotState | SessionState | OverrideState | Resumption | TierState>();
  readonly tier = new TierState();
  /** What was paid for all grants, by the currency that it was paid in. */
  readonly paid = new Map<CurrencyId, Amount>();
  nextHold = 1;
  nextGrant = 1;
  nextLot = 1;
  nextSession = 1;
  nextOverride = 1;
  nextResumption = 1;
  /** Number of the next charge. */
  nextCharge = 1;
  /** Charges that were corrected, by where the ledger has them; in the order of their first corrections. Kept 35 days. */
  readonly corrected = new Map<string, CorrectedCharge>();
  /** How often nodes were moved. */
  moveCount = 0;
  /** The moves of the last 35 days, oldest first: what a charge was counted by then can still be told. */
  readonly moves: NodeMove[] = [];
  /** Usage events that wait for a price. */
  unpriced = 0;
  /** What usage without a price is held and charged at; without, it is kept apart. */
  statedPrices: StatedPrices | undefined;
  /** Charges at stated prices that wait for their price, by number, oldest first. Kept while they can be corrected. */
  readonly provisional = new Map<number, ProvisionalCharge>();
  /** Nodes that say how a call's cost is estimated. While there are none, nobody need look for one. */
  estimating = 0;
  /** Nodes that say what is charged of calls with the caller's own key. */
  ownKeyPolicies = 0;
  /** Nodes that say which tasks are charged by their outcome. */
  outcomePolicies = 0;
  /** Nodes that say when notice is given before lots end. While there are none, nobody need look for one. */
  expiryNotices = 0;
  /** Costs that wait for an outcome, by their task. */
  readonly awaiting = new Map<string, Set<AwaitingHold>>();
  /** How tasks came out that somebody told of, oldest first. Kept 35 days. */
  readonly outcomes = new Map<string, ToldOutcome>();

  /** Pool rules of all nodes and currencies. While there are none, nobody need count for them. */
  pooled = 0;
  /** Nodes that have rates. */
  readonly rated = new Set<NodeState>();
  /** What pools keep for reserves. A cache, of the present structure. */
  kept = new KeptCredits();
  /** Changes with every change of nodes, pooling or limits: what was derived from them is then derived anew. */
  structure = 0;
  /** Chains of the present structure, by payer and nodes. A cache. */
  readonly chains = new Map<string, Chain>();
  lastChain: Chain | undefined;
}
