import { nodeId, type NodeId } from '@exchequer/kernel';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';

const SESSION = /^session\/s-([1-9][0-9]{0,14})$/;

/** Sessions inside one another, the outermost counted. */
export const SESSION_NESTING_MAX = 8;

/** Whether a name is one that the account gives to its sessions. */
export const isSessionName = (id: NodeId): boolean => SESSION.test(id);

/** The number in the name of a session. */
export function sessionNumber(id: NodeId): number {
  const [, digits] = SESSION.exec(id) ?? [];
  if (digits === undefined) throw new Error(`broken invariant: ${id} is no name of a session`);
  return Number(digits);
}

/** The name of the next session: counted, without those that a node of the tree has had since before. */
export function nextSessionId(state: AccountState): NodeId {
  let number = state.nextSession;
  while (state.nodes.has(nodeId(`session/s-${String(number)}`))) number += 1;
  return nodeId(`session/s-${String(number)}`);
}

/** How many sessions a node stands in, itself counted. */
export function nestingOf(node: NodeState): number {
  let nesting = 0;
  for (let at: NodeState | undefined = node; at?.session !== undefined; at = at.parent) nesting += 1;
  return nesting;
}
