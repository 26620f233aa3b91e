import { nodeId } from '@exchequer/kernel';
import { nodeOf } from '../evolve/evolve-tree.js';
import { sessionNumber } from '../sessions/session-id.js';
import type { AccountState } from '../state/account-state.js';
import { NodeState } from '../state/node-state.js';
import { SessionState } from '../state/session-state.js';
import type { Chain } from '../tree/chain.js';
import { BAG, OWED, SHARES } from './field-codecs.js';
import type { StoredState } from './stored-state.js';

/** Gives the nodes of open sessions what they live on, and remembers those that have ended. */
export function restoreSessions(state: AccountState, stored: StoredState, chainAt: (index: number) => Chain): void {
  for (const row of stored.sessions) {
    const node = nodeOf(state, nodeId(row.id));
    const session = new SessionState(
      node,
      sessionNumber(node.id),
      chainAt(row.chain),
      row.openedAt,
      row.endsAt,
      BAG.read(row.reserve as never),
      SHARES.read(row.shares as never),
      OWED.read(row.owed as never),
      row.particulars,
    );
    node.session = session;
    state.sessions.set(node.id, session);
    state.due.add(session);
  }
  for (const { id, chain: index, endedAt } of stored.endedSessions) {
    const chain = chainAt(index);
    const node = endedSession(id, chain.payer);
    state.endedSessions.set(node.id, { node, chain, endedAt });
  }
}

/** Stands for a session that has ended where a chain names it as its payer. */
export function endedSession(id: string, opener: NodeState): NodeState {
  const node = new NodeState(nodeId(id), 'session', opener, 'parent');
  node.session = 'ended';
  return node;
}
