import type { ChargeCorrected, CreditsDrawn, HoldCaptured } from './facts/charges.js';
import type {
  CaptureBeyondSet,
  CreditsGranted,
  CreditsTransferred,
  ExpiryNoticeSet,
  LotExpired,
  LotExpiring,
  OverageSet,
  PoolingChanged,
  RefundsSet,
} from './facts/funds.js';
import type { HoldExpired, HoldExtended, HoldPlaced, HoldVoided } from './facts/holds.js';
import type { LimitAmountChanged, LimitConductChanged, LimitRemoved, LimitSet, WindowOpened } from './facts/limits.js';
import type { ModelKindRemoved, ModelKindSet } from './facts/models.js';
import type { CostReturned, OutcomeAwaited, OutcomesSet, OutcomeTold } from './facts/outcomes.js';
import type { NothingChanged } from './facts/nothing-changed.js';
import type { EntitlementsSet, NodePaused, NodeResumed, ObserveSet, RatesSet } from './facts/permission.js';
import type { PoolPeriodOpened, PoolRulesSet } from './facts/pools.js';
import type {
  EstimateSet,
  LimitOverridden,
  NodeRulesSet,
  OverrideEnded,
  RuleSetDefined,
  RuleSetRemoved,
  TierAdvanced,
  TiersSet,
} from './facts/rules.js';
import type { SessionEnded, SessionOpened } from './facts/sessions.js';
import type { ThresholdCrossed, ThresholdRecovered } from './facts/thresholds.js';
import type {
  AccountOpened,
  CurrencyDeclared,
  NodeAdded,
  NodeArchived,
  NodeKindChanged,
  NodeMoved,
  NodeRestored,
} from './facts/tree.js';
import type { OwnKeySet, StatedPricesSet, UsageUnpriced } from './facts/usage.js';

export * from './facts/charges.js';
export * from './facts/funds.js';
export * from './facts/holds.js';
export * from './facts/limits.js';
export * from './facts/models.js';
export * from './facts/nothing-changed.js';
export * from './facts/outcomes.js';
export * from './facts/permission.js';
export * from './facts/pools.js';
export * from './facts/rules.js';
export * from './facts/sessions.js';
export * from './facts/thresholds.js';
export * from './facts/tree.js';
export * from './facts/usage.js';

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
  | ModelKindSet
  | ModelKindRemoved
  | PoolingChanged
  | PoolRulesSet
  | PoolPeriodOpened
  | LimitSet
  | LimitAmountChanged
  | LimitConductChanged
  | LimitRemoved
  | WindowOpened
  | ThresholdCrossed
  | ThresholdRecovered
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
  | StatedPricesSet
  | OutcomesSet
  | OwnKeySet
  | RefundsSet
  | ExpiryNoticeSet
  | CreditsGranted
  | CreditsTransferred
  | LotExpiring
  | LotExpired
  | HoldPlaced
  | HoldExtended
  | HoldVoided
  | HoldExpired
  | HoldCaptured
  | OutcomeAwaited
  | OutcomeTold
  | CostReturned
  | CreditsDrawn
  | SessionOpened
  | SessionEnded
  | ChargeCorrected
  | NothingChanged
  | UsageUnpriced;

export type FactType = Fact['type'];
