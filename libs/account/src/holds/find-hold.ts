import type { HoldId, Instant } from '@exchequer/kernel';
import { COUNTER_KEPT_MS } from '../limits/windows.js';
import { refuse, type Refusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import type { HoldState, LapsedHold } from '../state/hold-state.js';

const HOLD = /^h-([0-9a-z]+)-([0-9a-z]+)$/;

export type FoundHold =
  | { readonly is: 'open'; readonly hold: HoldState }
  | { readonly is: 'lapsed'; readonly hold: LapsedHold }
  | { readonly is: 'ended'; readonly placedAt: Instant }
  | { readonly is: 'unknown' };

/** What a hold's id refers to. Ids tell their number and instant, so ended holds need no memory. */
export function findHold(state: AccountState, id: HoldId, at: Instant): FoundHold {
  const open = state.holds.get(id);
  if (open !== undefined) return { is: 'open', hold: open };
  const lapsed = state.lapsed.get(id);
  if (lapsed !== undefined && lapsed.endedAt + COUNTER_KEPT_MS > at) return { is: 'lapsed', hold: lapsed };
  const [, order, placedAt] = HOLD.exec(id) ?? [];
  if (order === undefined || placedAt === undefined || Number.parseInt(order, 36) >= state.nextHold)
    return { is: 'unknown' };
  return { is: 'ended', placedAt: Number.parseInt(placedAt, 36) };
}

export const unknownHold = (id: HoldId): Refusal => refuse('UnknownHold', `There is no hold ${id} in this account.`);

export const holdAlreadyEnded = (id: HoldId): Refusal =>
  refuse('HoldAlreadyEnded', `The hold ${id} has ended already; report further usage as a usage event.`);
