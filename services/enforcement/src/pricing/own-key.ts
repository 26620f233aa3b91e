import {
  AwaitingHold,
  ownKeyOf,
  totalOf,
  type AccountState,
  type Bag,
  type Line,
  type NodeState,
} from '@exchequer/account';
import { OWN_KEY } from '@exchequer/contracts';
import type { HoldId, NodeId } from '@exchequer/kernel';
import { chargedOfOwnKey } from '@exchequer/rating';

/** A cost of which only a part is charged, because the caller's own key was used. */
export interface OwnKeyCost {
  /** What is charged. */
  readonly lines: readonly Line[];
  /** What it costs at market prices. */
  readonly market: Bag;
}

/** What is charged of a call, by the policy of its payer; undefined where that is the whole of its cost, as of any call. */
export function ofOwnKey(
  payer: NodeState | undefined,
  credentialType: string | undefined,
  lines: readonly Line[] | undefined,
): OwnKeyCost | undefined {
  if (credentialType !== OWN_KEY || payer === undefined || lines === undefined) return undefined;
  const policy = ownKeyOf(payer);
  return policy && { lines: chargedOfOwnKey(lines, policy), market: totalOf(lines) };
}

/**
 * As {@link ofOwnKey}, for what a charge with an own key really costs: by the policy of now. Where there is none any more the
 * whole is charged, and is still what it costs at market prices.
 */
export const correctedOfOwnKey = (payer: NodeState | undefined, lines: readonly Line[]): OwnKeyCost =>
  ofOwnKey(payer, OWN_KEY, lines) ?? { lines, market: totalOf(lines) };

/** Who pays, also a session that has ended, and the default project where nobody is named. */
export const payerIn = ({ nodes, endedSessions, opening }: AccountState, payer: NodeId | undefined) =>
  payer === undefined ? opening?.defaultProject : (nodes.get(payer) ?? endedSessions.get(payer)?.node);

/** Usage as it is to be settled. */
interface Settlement {
  readonly payer?: NodeId;
  readonly hold?: HoldId;
  readonly lines?: readonly Line[];
  readonly particulars?: { readonly credentialType?: string };
}

/** The hold that usage settles. One that waits for an outcome has been settled: more usage of it is charged by itself. */
function settledBy({ holds, lapsed }: AccountState, id: HoldId) {
  const hold = holds.get(id) ?? lapsed.get(id);
  return hold instanceof AwaitingHold ? undefined : hold;
}

/** As {@link ofOwnKey}, for usage: its hold, if it has one, knows who pays and what was told before. */
export function usedWithOwnKey(state: AccountState, { payer, hold: id, lines, particulars }: Settlement) {
  if (state.ownKeyPolicies === 0) return undefined;
  const hold = id === undefined ? undefined : settledBy(state, id);
  const type = particulars?.credentialType ?? hold?.particulars?.credentialType;
  return ofOwnKey(hold?.chain.payer ?? payerIn(state, payer), type, lines);
}
