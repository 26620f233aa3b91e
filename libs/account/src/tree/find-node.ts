import type { CurrencyId, NodeId } from '@exchequer/kernel';
import { refuse, type Refusal } from '../refusal.js';
import type { AccountState, Opening } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';

export const unknownAccount: Refusal = refuse(
  'UnknownAccount',
  'There is no such account; apply a policy file to open it.',
);

export const openingOf = (state: AccountState): Opening | Refusal => state.opening ?? unknownAccount;

export function knownNode(state: AccountState, id: NodeId): NodeState | Refusal {
  return state.nodes.get(id) ?? refuse('UnknownNode', `There is no node ${id} in this account.`);
}

/** A node that exists and takes part. */
export function openNode(state: AccountState, id: NodeId): NodeState | Refusal {
  const node = state.nodes.get(id);
  if (node === undefined) return refuse('UnknownNode', `There is no node ${id} in this account.`);
  return node.archived
    ? refuse('NodeArchived', `The node ${id} is archived; restore it by applying a policy that names it.`)
    : node;
}

export function undeclaredCurrency(state: AccountState, currency: CurrencyId): Refusal | undefined {
  if (state.currencies.has(currency)) return undefined;
  const declared = [...state.currencies.keys()].join(', ');
  return refuse(
    'Malformed',
    `The currency ${currency} is not declared by this account; it has ${declared === '' ? 'none yet' : declared}.`,
  );
}
