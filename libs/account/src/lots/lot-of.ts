import type { LotId } from '@exchequer/kernel';
import type { LotState } from '../state/lot-state.js';

/**
 * A lot that a fact or a hold names.
 *
 * @throws Error when there is none: a broken invariant, never the fault of a caller.
 */
export function lotOf(state: { readonly lots: ReadonlyMap<LotId, LotState> }, id: LotId): LotState {
  const lot = state.lots.get(id);
  if (lot === undefined) throw new Error(`broken invariant: lot ${id} is named but does not exist`);
  return lot;
}
