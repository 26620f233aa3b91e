import type { Instant } from '@exchequer/kernel';
import { CORRECTABLE_MS } from '../corrections/bounds.js';
import { nextDueAt } from '../decide/due.js';
import type { AccountState } from '../state/account-state.js';

/** While charges wait for their price, an account that is not in memory is to be looked at again after so long. */
const LOOK_AGAIN_AFTER_MS = 60_000;

/** When an account wants to be asked next: when something is due, or to see whether the prices that it waits for have come. */
export function nextLookAt(state: AccountState, at: Instant): Instant | undefined {
  const due = nextDueAt(state);
  if (state.provisional.size === 0) return due;
  return Math.min(due ?? Number.POSITIVE_INFINITY, at + LOOK_AGAIN_AFTER_MS);
}

/** How many charges wait for their price at an instant; older ones keep their stated price. */
export function waitingForPrice({ provisional }: Pick<AccountState, 'provisional'>, at: Instant): number {
  let waiting = 0;
  for (const { bookedAt } of provisional.values()) if (bookedAt + CORRECTABLE_MS > at) waiting += 1;
  return waiting;
}
