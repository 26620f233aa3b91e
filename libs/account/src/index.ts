export { amountIn, divideAmong, lessOf, totalOf, type Bag, type Line, type Money } from './bag.js';
export type * from './commands.js';
export type { Decision, Moment } from './decide/decision.js';
export { decide } from './decide/decide.js';
export { nextDue, nextDueAt, type DueCommand } from './decide/due.js';
export { evolve } from './evolve/evolve.js';
export * from './facts.js';
export { brokenInvariants } from './invariants.js';
export { overageRoom, spendableOn } from './lots/plan-draw.js';
export { type Address } from './memory/address-table.js';
export {
  CommandMemory,
  COMMAND_KNOWN_MS,
  USAGE_KNOWN_MS,
  type IdKind,
  type StoredMemory,
} from './memory/command-memory.js';
export { judgeRepeat, type Judgement, type Remembered } from './memory/judge-repeat.js';
export { mayUseAnother } from './decide/other-models.js';
export { isRefusal, type OtherModel, type Refusal, type RefusalCode, type RuleBinding } from './refusal.js';
export { changesOf, type Change } from './report/changes.js';
export { limitLines, PERSONAL, type LimitLine } from './report/limit-lines.js';
export { askingText, kindOf } from './rules/model-kinds.js';
export { leftOf } from './sessions/reserve.js';
export { openSessionAt } from './sessions/open-sessions.js';
export { AccountState } from './state/account-state.js';
export type { HoldState } from './state/hold-state.js';
export type { LotState } from './state/lot-state.js';
export { depthOf, isObserved, type NodeState, type PauseState } from './state/node-state.js';
export { readFact, storeFact, UnknownFact, type StoredFact } from './stored/fact-codec.js';
export { restoreState } from './stored/restore-state.js';
export { storeState } from './stored/store-state.js';
export { STATE_VERSION, type StoredState } from './stored/stored-state.js';
export { estimateOf } from './tree/estimate.js';
export type { RateState } from './state/rate-state.js';
export { fundingPathOf, limitsOf, resolveChain, resolveUsageChain, type Chain } from './tree/chain.js';
export { DEPTH_MAX } from './tree/blueprint.js';
export { DEFAULT_PROJECT } from './tree/opening.js';
