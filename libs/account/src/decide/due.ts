import { amount, commandId, ZERO, type CommandId, type Instant } from '@exchequer/kernel';
import { EMPTY_BAG } from '../bag.js';
import type { Fact, HoldExpired, LotExpired, LotExpiring } from '../facts.js';
import { givenBack, splitHold } from '../holds/split-hold.js';
import { followByItself } from '../lots/follow-pool.js';
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
  return { id: commandId(`due/${nameOf(first)}`), facts: factsOf(state, first, calendar) };
}

type Due = HoldState | LotState | SessionState | OverrideState | Resumption | TierState;

/** A lot comes more than once: by each notice, and by its end. */
const nameOf = (due: Due): string =>
  due.kind === 'lot' && due.noticeAt === due.dueAt ? `${due.id}/${String(due.expiresAt - due.noticeAt)}` : due.id;

function factsOf(state: AccountState, due: Due, calendar: Moment['calendar']): readonly Fact[] {
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
      return [due.noticeAt === due.dueAt ? noticeOf(due) : expiryOf(due)];
  }
}

const expiryOf = (lot: LotState): LotExpired => ({
  type: 'LotExpired',
  lot: lot.id,
  at: lot.expiresAt,
  forfeited: lot.available,
});

const noticeOf = (lot: LotState): LotExpiring => ({
  type: 'LotExpiring',
  lot: lot.id,
  node: lot.node.id,
  currency: lot.grant.currency,
  amount: amount(lot.available + lot.held),
  ...(lot.held > ZERO && { held: lot.held }),
  expiresAt: lot.expiresAt,
  beforeMs: lot.expiresAt - lot.noticeAt,
  at: lot.noticeAt,
});

function expireHold(state: AccountState, hold: HoldState): readonly Fact[] {
  const split = splitHold(state, hold, EMPTY_BAG, homeOf(hold.chain.payer));
  const expired: HoldExpired = { type: 'HoldExpired', hold: hold.id, at: hold.dueAt, ...givenBack(split) };
  return [expired, ...followByItself(state, split.returned, hold.dueAt)];
}
