import type { Pause, Resume } from '../../commands.js';
import type { PlainAccount } from './plain-account.js';
import { faultOfNodes } from './plain-authorize.js';
import { fact, told, type PlainDecision } from './plain-decision.js';

const isPaused = (account: PlainAccount, id: string): boolean =>
  account.counted.nodes.some((node) => node.id === id && node.paused);

/** The node, and with `below` all that takes part under it; what is paused already stays as it is, unless it would be resumed by itself. */
export function plainPause(account: PlainAccount, { node, actor, reason, below }: Pause): PlainDecision {
  const fault = faultOfNodes(account, [node]);
  if (fault !== undefined) return fault;
  return (below === true ? openUnder(account, node) : [node])
    .filter((id) => !isPaused(account, id) || account.counted.node(id).pausedUntil !== Infinity)
    .map((id) => fact({ type: 'NodePaused', node: id, by: 'person', actor, ...told({ reason }) }));
}

export function plainResume(account: PlainAccount, { node }: Resume): PlainDecision {
  const fault = faultOfNodes(account, [node]);
  if (fault !== undefined) return fault;
  return isPaused(account, node) ? [fact({ type: 'NodeResumed', node })] : [];
}

/** A node and what stands under it, siblings by name, as far as it is not archived. */
function openUnder(account: PlainAccount, id: string): readonly string[] {
  if (account.node(id).archived) return [];
  const isOpen = (one: string): boolean => !account.counted.sessions.isEnded(one);
  const children = account.counted.nodes
    .filter(({ id: one, parent }) => parent === id && isOpen(one))
    .map((node) => node.id);
  return [id, ...children.sort().flatMap((child) => openUnder(account, child))];
}
