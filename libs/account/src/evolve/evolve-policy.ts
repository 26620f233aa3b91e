import { amount, END_OF_TIME, START_OF_TIME, ZERO, type Instant, type LimitName, type NodeId } from '@exchequer/kernel';
import type {
  CaptureBeyondSet,
  EstimateSet,
  ExpiryNoticeSet,
  LimitAmountChanged,
  LimitRemoved,
  LimitConductChanged,
  LimitSet,
  OverageSet,
  OutcomesSet,
  OwnKeySet,
  RefundsSet,
  WindowOpened,
} from '../facts.js';
import { conductOf } from '../limits/conduct.js';
import { inScope } from '../limits/scope.js';
import { openCounter } from '../limits/windows.js';
import { queueNoticesUnder } from '../lots/queue-notice.js';
import { overageRate } from '../overage/overage-terms.js';
import { reserveScoped } from '../sessions/reserve.js';
import type { AccountState } from '../state/account-state.js';
import { LimitState } from '../state/limit-state.js';
import { heldBy } from './evolve-hold.js';
import { nodeOf, structureChanged } from './evolve-tree.js';

/**
 * A limit that a fact names.
 *
 * @throws Error when there is none: a broken invariant.
 */
export function limitOf(state: AccountState, node: NodeId, name: LimitName): LimitState {
  const limit = nodeOf(state, node).limits.find((candidate) => candidate.name === name);
  if (limit === undefined) throw new Error(`broken invariant: limit ${name} of ${node} is named but does not exist`);
  return limit;
}

/** A limit counts what is spent from now on, and what is held now. */
export function evolveLimit(state: AccountState, fact: LimitSet): void {
  const node = nodeOf(state, fact.node);
  const { currency, amount: most, window, scope, pace } = fact;
  const limit = new LimitState(node, fact.limit, currency, most, window, scope, pace, conductOf(fact));
  limit.rule = fact.rule;
  limit.since = state.nextCharge;
  if (fact.window.kind === 'lifetime')
    limit.counters.push({ from: START_OF_TIME, to: END_OF_TIME, used: fact.usedAtStart ?? ZERO });
  let held = 0n;
  for (const hold of state.holds.values())
    if (hold.chain.members.includes(node)) held += inScope(limit, heldBy(state, hold));
  for (const session of state.sessions.values())
    if (session.chain.members.includes(node)) held += inScope(limit, reserveScoped(state, session, session));
  limit.held = amount(held);
  node.limits = [...node.limits, limit].sort((a, b) => (a.name < b.name ? -1 : 1));
  structureChanged(state);
}

export function evolveLimitAmount(state: AccountState, fact: LimitAmountChanged): void {
  const limit = limitOf(state, fact.node, fact.limit);
  limit.amount = fact.amount;
  limit.rule = fact.rule;
}

export function evolveLimitConduct(state: AccountState, fact: LimitConductChanged): void {
  limitOf(state, fact.node, fact.limit).follow(conductOf(fact));
  structureChanged(state);
}

export function evolveLimitRemoval(state: AccountState, fact: LimitRemoved): void {
  const node = nodeOf(state, fact.node);
  node.limits = node.limits.filter((limit) => limit.name !== fact.limit);
  structureChanged(state);
}

export function evolveWindow(state: AccountState, fact: WindowOpened, at: number): void {
  const limit = limitOf(state, fact.node, fact.limit);
  openCounter(limit, { from: fact.from, to: fact.to, used: fact.used ?? ZERO }, at);
}

export function evolveOverage(state: AccountState, fact: OverageSet): void {
  const purse = nodeOf(state, fact.node).purse(fact.currency);
  purse.overageLimit = fact.limit;
  purse.overageFor = fact.for;
  purse.overageRate = fact.rate === undefined ? undefined : overageRate(fact.rate);
}

export function evolveCaptureBeyond(state: AccountState, fact: CaptureBeyondSet): void {
  nodeOf(state, fact.node).captureBeyond = fact.policy;
}

export function evolveRefunds(state: AccountState, fact: RefundsSet): void {
  nodeOf(state, fact.node).refunds = fact.policy;
}

/** Lots that lie here and below are looked at anew: from now on, so that nothing is told of what has passed. */
export function evolveExpiryNotice(state: AccountState, fact: ExpiryNoticeSet, at: Instant): void {
  const node = nodeOf(state, fact.node);
  state.expiryNotices += Number(fact.beforeMs !== undefined) - Number(node.expiryNoticeMs !== undefined);
  node.expiryNoticeMs = fact.beforeMs;
  queueNoticesUnder(state, node, at);
}

/** Who says what is charged of own keys is counted: while nobody does, nobody need look. */
export function evolveOwnKey(state: AccountState, fact: OwnKeySet): void {
  const node = nodeOf(state, fact.node);
  state.ownKeyPolicies += Number(fact.policy !== undefined) - Number(node.ownKey !== undefined);
  node.ownKey = fact.policy;
}

export function evolveOutcomes(state: AccountState, fact: OutcomesSet): void {
  const node = nodeOf(state, fact.node);
  state.outcomePolicies += Number(fact.rules !== undefined) - Number(node.outcomes !== undefined);
  node.outcomes = fact.rules;
}

export function evolveEstimate(state: AccountState, fact: EstimateSet): void {
  const node = nodeOf(state, fact.node);
  state.estimating += Number(fact.policy !== undefined) - Number(node.estimate !== undefined);
  node.estimate = fact.policy;
}
