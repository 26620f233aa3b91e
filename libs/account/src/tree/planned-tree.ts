import type { NodeId } from '@exchequer/kernel';
import type { PausedTree } from '../decide/pause-by-limit.js';
import type { AccountState } from '../state/account-state.js';
import type { Blueprint } from './blueprint.js';
import { openUnder } from './open-under.js';

/** The tree as a command wants it, for the pauses that the command brings about. */
export function plannedTree(state: AccountState, { nodes }: Blueprint, archive: readonly NodeId[]): PausedTree {
  const isObserved = (id: NodeId): boolean => {
    const planned = nodes.get(id);
    if (planned === undefined) return false;
    const { policy, parent } = planned;
    const observe = policy === undefined ? state.nodes.get(id)?.observe === true : policy.observe === true;
    return observe || (parent !== undefined && isObserved(parent));
  };
  /** Nodes that come only with the command have nobody at work, and have the paused node above them in their chain. */
  const below = (id: NodeId): readonly NodeId[] => {
    const node = state.nodes.get(id);
    if (node === undefined) return [];
    const stays = (child: { readonly id: NodeId; readonly parent: { readonly id: NodeId } | undefined }): boolean =>
      nodes.get(child.id)?.parent === child.parent?.id && !archive.includes(child.id);
    return [...openUnder(node, stays)].slice(1).map((one) => one.id);
  };
  return { isObserved, below };
}
