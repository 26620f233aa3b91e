import type { Pause, Resume } from '../commands.js';
import type { NodePaused } from '../facts.js';
import { isRefusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import { openNode } from '../tree/find-node.js';
import { openUnder } from '../tree/open-under.js';
import type { Decision } from './decision.js';

/**
 * Marks a node, and with `below` every open node under it. What is paused already stays as it was paused, unless it would
 * be resumed by itself: what a person pauses stays paused.
 */
export function pause(state: AccountState, { node: id, actor, reason, below }: Pause): Decision {
  const node = openNode(state, id);
  if (isRefusal(node)) return node;
  const nodes = below === true ? [...openUnder(node)] : [node];
  return nodes
    .filter(({ paused }) => paused === undefined || paused.resumption !== undefined)
    .map((one): NodePaused => ({
      type: 'NodePaused',
      node: one.id,
      by: 'person',
      actor,
      ...(reason !== undefined && { reason }),
    }));
}

/** Lets work go on at a node; nodes under it that were marked themselves stay paused. */
export function resume(state: AccountState, { node: id }: Resume): Decision {
  const node = openNode(state, id);
  if (isRefusal(node)) return node;
  return node.paused === undefined ? [] : [{ type: 'NodeResumed', node: id }];
}
