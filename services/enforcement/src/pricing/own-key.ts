import {
  findHold,
  ownKeyOf,
  totalOf,
  type AccountState,
  type Bag,
  type Line,
  type NodeState,
} from '@exchequer/account';
import { OWN_KEY } from '@exchequer/contracts';
import type { HoldId, Instant, NodeId } from '@exchequer/kernel';
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

/**
 * As {@link ofOwnKey}, for usage: the hold that it settles, if it has one, knows who pays and what was told before. Of one that
 * has been settled, or that is known no more, the usage is charged by itself.
 */
export function usedWithOwnKey(state: AccountState, { payer, hold: id, lines, particulars }: Settlement, at: Instant) {
  if (state.ownKeyPolicies === 0) return undefined;
  const found = id === undefined ? undefined : findHold(state, id, at);
  const hold = found?.is === 'open' || found?.is === 'lapsed' ? found.hold : undefined;
  const type = particulars?.credentialType ?? hold?.particulars?.credentialType;
  return ofOwnKey(hold?.chain.payer ?? payerIn(state, payer), type, lines);
}
