import type { LotState } from '../state/lot-state.js';

/** The priority of a lot whose grant names none. */
export const LAYER_PRIORITY = { free: 0, promotional: 10, plan: 20, committed: 20, purchased: 30 } as const;

/** Draw-down order: priority, then earlier expiry (none last), then grant time, then id. Negative when `a` is drawn first. */
export function compareDrawOrder(a: LotState, b: LotState): number {
  return (
    a.grant.priority - b.grant.priority ||
    a.expiresAt - b.expiresAt ||
    a.grant.grantedAt - b.grant.grantedAt ||
    a.order - b.order
  );
}

/** Puts a lot that has something to spend in its place. */
export function addSpendable(lots: LotState[], lot: LotState): void {
  let index = lots.length;
  while (index > 0) {
    const before = lots[index - 1];
    if (before === undefined || compareDrawOrder(before, lot) < 0) break;
    index -= 1;
  }
  lots.splice(index, 0, lot);
}

export function removeSpendable(lots: LotState[], lot: LotState): void {
  const index = lots.indexOf(lot);
  if (index >= 0) lots.splice(index, 1);
}
