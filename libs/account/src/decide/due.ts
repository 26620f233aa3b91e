import { commandId, type CommandId, type Instant } from '@exchequer/kernel';
import { EMPTY_BAG } from '../bag.js';
import type { Fact, HoldExpired } from '../facts.js';
import { givenBack, splitHold } from '../holds/split-hold.js';
import { followToPool } from '../lots/follow-pool.js';
import { homeOf } from '../sessions/open-sessions.js';
import { endOverride } from '../rules/override-changes.js';
import { advanceTier } from '../rules/tier-changes.js';
import type { AccountState } from '../state/account-state.js';
import { AwaitingHold } from '../state/awaiting-hold.js';
import type { HoldState } from '../state/hold-state.js';
import type { LotState } from '../state/lot-state.js';
import type { OverrideState } from '../state/node-rules.js';
import type { Resumption } from '../state/pause-state.js';
import type { SessionState } from '../state/session-state.js';
import type { TierState } from '../state/tier-state.js';
import type { Moment } from './decision.js';
import { endOfSession } from './end-session.js';
import { endWait } from './end-wait.js';

/** Something that happens by itself at its instant, as a command of its own. */
export interface DueCommand {
  /** The same however often it is derived. */
  readonly id: CommandId;
  readonly facts: readonly Fact[];
}

/** The next instant at which something is due. */
export const nextDueAt = (state: AccountState): Instant | undefined => state.due.peek()?.dueAt;

/**
 * The first thing that is due by `at`, or undefined. Evolve its facts and ask again: every fact due by the instant of a
 * command comes before it, in order of the due instants, holds before sessions before overrides before lots.
 */
export function nextDue(state: AccountState, { at, calendar }: Moment): DueCommand | undefined {
  const first = state.due.peek();
  if (first === undefined || first.dueAt > at) return undefined;
  return { id: commandId(`due/${first.id}`), facts: factsOf(state, first, calendar) };
}

function factsOf(
  state: AccountState,
  due: HoldState | LotState | SessionState | OverrideState | Resumption | TierState,
  calendar: Moment['calendar'],
): readonly Fact[] {
  switch (due.kind) {
    case 'hold':
      return due instanceof AwaitingHold ? endWait(state, due, { at: due.dueAt, calendar }) : expireHold(state, due);
    case 'session':
      return endOfSession(state, due, 'time', due.dueAt);
    case 'override':
      return endOverride(state, due);
    case 'resumption':
      return [{ type: 'NodeResumed', node: due.node.id, at: due.dueAt }];
    case 'tier':
      return advanceTier(state, due.dueAt);
    case 'lot':
      return [{ type: 'LotExpired', lot: due.id, at: due.dueAt, forfeited: due.available }];
  }
}

function expireHold(state: AccountState, hold: HoldState): readonly Fact[] {
  const split = splitHold(state, hold, EMPTY_BAG, homeOf(hold.chain.payer));
  const expired: HoldExpired = { type: 'HoldExpired', hold: hold.id, at: hold.dueAt, ...givenBack(split) };
  return [expired, ...followToPool(state, split.returned)];
}
