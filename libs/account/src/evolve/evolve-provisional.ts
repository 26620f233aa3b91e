import type { Instant } from '@exchequer/kernel';
import { CORRECTABLE_MS } from '../corrections/bounds.js';
import type { Charge, ChargeCorrected } from '../facts.js';
import type { Address } from '../memory/address-table.js';
import type { AccountState } from '../state/account-state.js';

/** A charge at stated prices begins to wait for its price. Called before the number of the next charge goes on. */
export function waitForPrice(state: AccountState, fact: Charge, at: Instant, address: Address | undefined): void {
  if (fact.provisional === undefined) return;
  const { usedAt = at, particulars } = fact;
  state.provisional.set(state.nextCharge, { model: particulars?.model, usedAt, bookedAt: at, address });
  forgetOld(state, at);
}

/** Whatever a correction says, somebody has looked at the charge: it waits no more. */
export function endWait(state: AccountState, { number }: ChargeCorrected, at: Instant): void {
  state.provisional.delete(number);
  forgetOld(state, at);
}

/** What can be corrected no more keeps its stated price. */
function forgetOld(state: AccountState, at: Instant): void {
  for (const [number, { bookedAt }] of state.provisional) {
    if (bookedAt + CORRECTABLE_MS > at) return;
    state.provisional.delete(number);
  }
}
