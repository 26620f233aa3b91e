import type { NodeId } from '@exchequer/kernel';
import type { Fact } from '../facts.js';
import { isRefusal, refuse, type Refusal } from '../refusal.js';
import type { AccountState, Opening } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';
import type { Blueprint } from './blueprint.js';
import { knownNode } from './find-node.js';

/** Archives nodes that nothing hangs on any more, or says what still does. */
export function archiveChanges(
  state: AccountState,
  opening: Opening,
  blueprint: Blueprint,
  archive: readonly NodeId[],
): readonly Fact[] | Refusal {
  const facts: Fact[] = [];
  const leaving = new Set(archive);
  for (const id of leaving) {
    const node = knownNode(state, id);
    if (isRefusal(node)) return node;
    const reason = reasonToKeep(state, opening, blueprint, node, leaving);
    if (reason !== undefined)
      return refuse('Malformed', `${id} cannot be archived: ${reason}.`, `archive.${String(archive.indexOf(id))}`);
    if (!node.archived) facts.push({ type: 'NodeArchived', node: id });
  }
  return facts;
}

function reasonToKeep(
  { sessions }: AccountState,
  opening: Opening,
  blueprint: Blueprint,
  node: NodeState,
  leaving: ReadonlySet<NodeId>,
): string | undefined {
  if (node.session !== undefined) return 'it is a session; it leaves by itself when it ends';
  if (node === opening.root) return 'it is the root';
  if (node === opening.defaultProject) return 'it is the default project';
  if (blueprint.nodes.get(node.id)?.policy !== undefined) return 'the same policy states it';
  for (const child of blueprint.nodes.values())
    if (child.parent === node.id && !child.archived && !leaving.has(child.id)) return `${child.id} stands under it`;
  for (const purse of node.purses.values()) {
    if (purse.lots.some((lot) => lot.available > 0n)) return 'it has credits; transfer them first';
    if (purse.lots.some((lot) => lot.held > 0n) || purse.owedHeld > 0n) return 'calls under way hold its credits';
    if (purse.owed > 0n) return 'it owes overage';
  }
  for (const session of sessions.values())
    if (session.chain.members.includes(node)) return `the session ${session.id} is charged to it`;
  for (const { held } of node.activity.values()) if (held > 0n) return 'calls under way are charged to it';
  return undefined;
}
