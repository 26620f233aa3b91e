import type { NodeId } from '@exchequer/kernel';
import { CORRECTABLE_MS } from '../corrections/bounds.js';
import type { AccountOpened, NodeAdded, NodeMoved, PoolingChanged } from '../facts.js';
import { KeptCredits } from '../pools/kept-credits.js';
import { queueNoticesUnder } from '../lots/queue-notice.js';
import type { AccountState } from '../state/account-state.js';
import { NodeState } from '../state/node-state.js';

/**
 * A node that a fact names.
 *
 * @throws Error when there is none: a broken invariant.
 */
export function nodeOf(state: AccountState, id: NodeId): NodeState {
  const node = state.nodes.get(id);
  if (node === undefined) throw new Error(`broken invariant: node ${id} is named but does not exist`);
  return node;
}

/** What was derived from nodes, pooling and limits is derived anew from here on. */
export function structureChanged(state: AccountState): void {
  state.structure += 1;
  state.chains.clear();
  state.kept = new KeptCredits();
  state.lastChain = undefined;
}

export function evolveOpening(state: AccountState, fact: AccountOpened, at: number): void {
  const root = new NodeState(fact.root, fact.rootKind, undefined, 'own');
  const defaultProject = new NodeState(fact.defaultProject, 'project', root, 'own-then-parent');
  root.children.add(defaultProject);
  state.nodes.set(root.id, root);
  state.nodes.set(defaultProject.id, defaultProject);
  state.opening = { account: fact.account, root, defaultProject, openedAt: at };
  structureChanged(state);
}

export function evolveNode(state: AccountState, fact: NodeAdded): void {
  const parent = nodeOf(state, fact.parent);
  const node = new NodeState(fact.node, fact.kind, parent, fact.pooling);
  parent.children.add(node);
  state.nodes.set(node.id, node);
  structureChanged(state);
}

export function evolveMove(state: AccountState, fact: NodeMoved, at: number): void {
  const node = nodeOf(state, fact.node);
  if (node.parent !== undefined) rememberMove(state, node.id, node.parent.id, at);
  node.parent?.children.delete(node);
  node.parent = nodeOf(state, fact.parent);
  node.parent.children.add(node);
  if (state.expiryNotices > 0) queueNoticesUnder(state, node, at);
  structureChanged(state);
}

function rememberMove(state: AccountState, node: NodeId, from: NodeId, at: number): void {
  state.moveCount += 1;
  state.moves.push({ node, from, nextCharge: state.nextCharge, at });
  const gone = state.moves.findIndex((move) => move.at + CORRECTABLE_MS > at);
  state.moves.splice(0, gone);
}

export function evolveArchived(state: AccountState, id: NodeId, archived: boolean): void {
  nodeOf(state, id).archived = archived;
  structureChanged(state);
}

export function evolvePooling(state: AccountState, fact: PoolingChanged): void {
  nodeOf(state, fact.node).pooling = fact.pooling;
  structureChanged(state);
}
