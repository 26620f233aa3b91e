import type { NodeState } from '../state/node-state.js';

/**
 * The node and all under it that are not archived, parents before their children, siblings by name: no matter how they came
 * there. What does not stay where it is, is left out with all under it.
 */
export function* openUnder(node: NodeState, stays: (child: NodeState) => boolean = () => true): Iterable<NodeState> {
  if (node.archived) return;
  yield node;
  for (const child of [...node.children].sort((a, b) => (a.id < b.id ? -1 : 1)))
    if (stays(child)) yield* openUnder(child, stays);
}
