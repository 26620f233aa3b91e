import type { CurrencyId, NodeId } from '@exchequer/kernel';
import type { Bag } from '../bag.js';
import { refuse, type Refusal } from '../refusal.js';
import type { AccountState, Opening } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';

export const unknownAccount: Refusal = refuse(
  'UnknownAccount',
  'There is no such account; apply a policy file to open it.',
);

export const openingOf = (state: AccountState): Opening | Refusal => state.opening ?? unknownAccount;

export function knownNode(state: AccountState, id: NodeId): NodeState | Refusal {
  return state.nodes.get(id) ?? unknownNode(id);
}

const unknownNode = (id: NodeId): Refusal => refuse('UnknownNode', `There is no node ${id} in this account.`);

export const sessionEnded = (id: NodeId): Refusal =>
  refuse('NodeArchived', `The session ${id} has ended; open another, or report what it used as usage.`);

/** A node that exists and takes part. */
export function openNode(state: AccountState, id: NodeId): NodeState | Refusal {
  const node = state.nodes.get(id);
  if (node === undefined) return state.endedSessions.has(id) ? sessionEnded(id) : unknownNode(id);
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

/** The refusal of the first currency of a bag that the account does not declare. */
export function undeclaredIn(state: AccountState, bag: Bag): Refusal | undefined {
  for (const { currency } of bag) {
    const undeclared = undeclaredCurrency(state, currency);
    if (undeclared !== undefined) return undeclared;
  }
  return undefined;
}
