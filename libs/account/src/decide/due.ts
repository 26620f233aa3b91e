import { commandId, type CommandId, type Instant } from '@exchequer/kernel';
import { EMPTY_BAG } from '../bag.js';
import type { Fact, HoldExpired } from '../facts.js';
import { splitHold } from '../holds/split-hold.js';
import { followToPool } from '../lots/follow-pool.js';
import type { AccountState } from '../state/account-state.js';
import type { HoldState } from '../state/hold-state.js';

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
 * command comes before it, in order of the due instants, holds before lots.
 */
export function nextDue(state: AccountState, at: Instant): DueCommand | undefined {
  const first = state.due.peek();
  if (first === undefined || first.dueAt > at) return undefined;
  if (first.kind === 'hold') return { id: commandId(`due/${first.id}`), facts: expireHold(state, first) };
  return {
    id: commandId(`due/${first.id}`),
    facts: [{ type: 'LotExpired', lot: first.id, at: first.dueAt, forfeited: first.available }],
  };
}

function expireHold(state: AccountState, hold: HoldState): readonly Fact[] {
  const { returned, broken } = splitHold(state, hold, EMPTY_BAG);
  const expired: HoldExpired = {
    type: 'HoldExpired',
    hold: hold.id,
    at: hold.dueAt,
    returned,
    ...(broken.length > 0 && { broken }),
  };
  return [expired, ...followToPool(state, returned)];
}
