import type { Instant } from '@exchequer/kernel';
import type { Fact } from '../facts.js';
import type { Address } from '../memory/address-table.js';
import type { AccountState } from '../state/account-state.js';
import { evolveCapture, evolveDraw } from './evolve-charge.js';
import { evolveCorrection } from './evolve-correction.js';
import { evolveGrant, evolveLotExpiring, evolveLotExpiry, evolveTransfer } from './evolve-credits.js';
import { evolveExtension, evolveHold, evolveLapse } from './evolve-hold.js';
import {
  evolveCaptureBeyond,
  evolveEstimate,
  evolveExpiryNotice,
  evolveLimit,
  evolveLimitAmount,
  evolveLimitRemoval,
  evolveLimitConduct,
  evolveOutcomes,
  evolveOverage,
  evolveOwnKey,
  evolveRefunds,
  evolveWindow,
} from './evolve-policy.js';
import { evolveEntitlements, evolveObserve, evolvePause, evolveRates, evolveResume } from './evolve-permission.js';
import { evolveAwaited, evolveCostReturned, evolveOutcomeTold } from './evolve-wait.js';
import { evolvePoolPeriod, evolvePoolRules } from './evolve-pools.js';
import { evolveSession, evolveSessionEnd } from './evolve-session.js';
import { evolveNodeRules, evolveOverride, evolveOverrideEnd } from './evolve-rules.js';
import { evolveTierAdvance, evolveTiers } from './evolve-tiers.js';
import { evolveThreshold } from './evolve-thresholds.js';
import { evolveArchived, evolveMove, evolveNode, evolveOpening, evolvePooling, nodeOf } from './evolve-tree.js';

/**
 * Applies a fact to the state, in place. Never refuses: what is a fact has happened.
 *
 * @param at the instant at which the fact was booked.
 * @param address where the ledger has the fact, for those that are looked up there again; absent where there is no ledger.
 * @throws Error when the fact contradicts the state: a broken invariant.
 */
export function evolve(state: AccountState, fact: Fact, at: Instant, address?: Address): void {
  if (at > state.now) state.now = at;
  switch (fact.type) {
    case 'HoldPlaced':
      return evolveHold(state, fact, at);
    case 'HoldCaptured':
      return evolveCapture(state, fact, at, address);
    case 'OutcomeAwaited':
      return evolveAwaited(state, fact, at);
    case 'OutcomeTold':
      return evolveOutcomeTold(state, fact, at);
    case 'CostReturned':
      return evolveCostReturned(state, fact);
    case 'CreditsDrawn':
      return evolveDraw(state, fact, at, address);
    case 'ChargeCorrected':
      return evolveCorrection(state, fact, at);
    case 'HoldVoided':
      return evolveLapse(state, fact, at);
    case 'HoldExpired':
      return evolveLapse(state, fact, fact.at);
    case 'HoldExtended':
      return evolveExtension(state, fact);
    case 'WindowOpened':
      return evolveWindow(state, fact, at);
    case 'CreditsGranted':
      return evolveGrant(state, fact, at);
    case 'CreditsTransferred':
      return evolveTransfer(state, fact, at);
    case 'LotExpiring':
      return evolveLotExpiring(state, fact);
    case 'LotExpired':
      return evolveLotExpiry(state, fact);
    case 'SessionOpened':
      return evolveSession(state, fact, at);
    case 'SessionEnded':
      return evolveSessionEnd(state, fact);
    case 'UsageUnpriced':
      state.unpriced += 1;
      return;
    case 'AccountOpened':
      return evolveOpening(state, fact, at);
    case 'CurrencyDeclared':
      state.currencies.set(fact.currency, { display: fact.display });
      return;
    case 'NodeAdded':
      return evolveNode(state, fact);
    case 'NodeMoved':
      return evolveMove(state, fact, at);
    case 'NodeKindChanged':
      nodeOf(state, fact.node).kind = fact.kind;
      return;
    case 'NodeArchived':
      return evolveArchived(state, fact.node, true);
    case 'NodeRestored':
      return evolveArchived(state, fact.node, false);
    case 'NodePaused':
      return evolvePause(state, fact, at);
    case 'NodeResumed':
      return evolveResume(state, fact);
    case 'EntitlementsSet':
      return evolveEntitlements(state, fact);
    case 'RatesSet':
      return evolveRates(state, fact, at);
    case 'ModelKindSet':
      state.modelKinds.set(fact.kind, fact.models);
      return;
    case 'ModelKindRemoved':
      state.modelKinds.delete(fact.kind);
      return;
    case 'ObserveSet':
      return evolveObserve(state, fact);
    case 'PoolingChanged':
      return evolvePooling(state, fact);
    case 'PoolRulesSet':
      return evolvePoolRules(state, fact);
    case 'PoolPeriodOpened':
      return evolvePoolPeriod(state, fact);
    case 'LimitSet':
      return evolveLimit(state, fact);
    case 'LimitAmountChanged':
      return evolveLimitAmount(state, fact);
    case 'LimitConductChanged':
      return evolveLimitConduct(state, fact);
    case 'LimitRemoved':
      return evolveLimitRemoval(state, fact);
    case 'ThresholdCrossed':
    case 'ThresholdRecovered':
      return evolveThreshold(state, fact);
    case 'RuleSetDefined':
      state.ruleSets.set(fact.set, fact.limits);
      return;
    case 'RuleSetRemoved':
      state.ruleSets.delete(fact.set);
      return;
    case 'NodeRulesSet':
      return evolveNodeRules(state, fact);
    case 'LimitOverridden':
      return evolveOverride(state, fact);
    case 'OverrideEnded':
      return evolveOverrideEnd(state, fact);
    case 'TiersSet':
      return evolveTiers(state, fact);
    case 'TierAdvanced':
      return evolveTierAdvance(state, fact);
    case 'OverageSet':
      return evolveOverage(state, fact);
    case 'CaptureBeyondSet':
      return evolveCaptureBeyond(state, fact);
    case 'EstimateSet':
      return evolveEstimate(state, fact);
    case 'OwnKeySet':
      return evolveOwnKey(state, fact);
    case 'OutcomesSet':
      return evolveOutcomes(state, fact);
    case 'RefundsSet':
      return evolveRefunds(state, fact);
    case 'ExpiryNoticeSet':
      return evolveExpiryNotice(state, fact, at);
    case 'StatedPricesSet':
      state.statedPrices = fact.prices;
      return;
    case 'NothingChanged':
      return;
  }
}
