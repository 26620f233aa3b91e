import type { NodeState } from '../state/node-state.js';
import type { SessionState } from '../state/session-state.js';

/**
 * The open sessions whose reserves may pay for a node, nearest first: itself, when it is a session, and the sessions that
 * it was opened in. One that has ended is passed over, as if its calls had been charged to whoever opened it.
 */
export function openSessionsOf(payer: NodeState): readonly SessionState[] {
  const open: SessionState[] = [];
  for (let node: NodeState | undefined = payer; node?.session !== undefined; node = node.parent)
    if (node.session !== 'ended') open.push(node.session);
  return open;
}

/** The session that a node's hold gives back to: the nearest that is open. Undefined where lots get it back. */
export function homeOf(payer: NodeState): SessionState | undefined {
  for (let node: NodeState | undefined = payer; node?.session !== undefined; node = node.parent)
    if (node.session !== 'ended') return node.session;
  return undefined;
}

/** The session that a node is, while it is open. */
export const openSessionAt = ({ session }: NodeState): SessionState | undefined =>
  session === 'ended' ? undefined : session;

/** The sessions that were opened in this one and are open, each before the one that it was opened in, then itself. */
export function innermostFirst(session: SessionState): readonly SessionState[] {
  const inner = [...session.node.children].flatMap((child) => {
    const open = openSessionAt(child);
    return open === undefined ? [] : innermostFirst(open);
  });
  return [...inner, session];
}
