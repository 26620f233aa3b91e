import type { HoldId, Instant } from '@exchequer/kernel';
import { COUNTER_KEPT_MS } from '../limits/windows.js';
import { refuse, type Refusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import { AwaitingHold } from '../state/awaiting-hold.js';
import type { HoldState, LapsedHold } from '../state/hold-state.js';
import { readHoldId } from './hold-id.js';

export type FoundHold =
  | { readonly is: 'open'; readonly hold: HoldState }
  | { readonly is: 'lapsed'; readonly hold: LapsedHold }
  | { readonly is: 'ended'; readonly placedAt: Instant }
  | { readonly is: 'unknown' };

/**
 * What a hold's id refers to. Ids tell their number and instant, so ended holds need no memory. A made-up id can pass for
 * that of a hold that has ended, but not for one of the future: that would put usage where no limit counts it yet.
 */
export function findHold(state: AccountState, id: HoldId, at: Instant): FoundHold {
  const open = state.holds.get(id);
  if (open instanceof AwaitingHold) return { is: 'ended', placedAt: open.placedAt };
  if (open !== undefined) return { is: 'open', hold: open };
  const lapsed = state.lapsed.get(id);
  if (lapsed !== undefined && lapsed.endedAt + COUNTER_KEPT_MS > at) return { is: 'lapsed', hold: lapsed };
  const told = readHoldId(id);
  const mayHaveBeen = told !== undefined && told.order >= 1 && told.order < state.nextHold && told.placedAt <= at;
  return mayHaveBeen ? { is: 'ended', placedAt: told.placedAt } : { is: 'unknown' };
}

export const unknownHold = (id: HoldId): Refusal => refuse('UnknownHold', `There is no hold ${id} in this account.`);

export const holdAlreadyEnded = (id: HoldId): Refusal =>
  refuse('HoldAlreadyEnded', `The hold ${id} has ended already; report further usage as a usage event.`);
