import type { Entitlements, Fact } from '../facts.js';
import type { Recount } from './recount.js';

export interface CountedNode {
  readonly id: string;
  parent: string | undefined;
  pooling: string;
  paused: boolean;
  entitlements: Entitlements;
  observe: boolean;
}

/** Counts where nodes stand, and what they say of who may at all. */
export function countTree(count: Recount, fact: Fact): void {
  switch (fact.type) {
    case 'AccountOpened':
      addNode(count, fact.root, undefined, 'own');
      addNode(count, fact.defaultProject, fact.root, 'own-then-parent');
      return;
    case 'NodeAdded':
      addNode(count, fact.node, fact.parent, fact.pooling);
      return;
    case 'NodeMoved':
      count.node(fact.node).parent = fact.parent;
      return;
    case 'PoolingChanged':
      count.node(fact.node).pooling = fact.pooling;
      return;
    case 'NodePaused':
    case 'NodeResumed':
      pause(count, count.node(fact.node), fact.type === 'NodePaused');
      return;
    case 'EntitlementsSet':
      count.node(fact.node).entitlements = { ...fact };
      return;
    case 'ObserveSet':
      count.node(fact.node).observe = fact.observe;
      return;
    default:
      return;
  }
}

export function addNode(count: Recount, id: string, parent: string | undefined, pooling: string): void {
  count.nodes.push({ id, parent, pooling, paused: false, entitlements: {}, observe: false });
}

function pause(count: Recount, node: CountedNode, paused: boolean): void {
  if (node.paused === paused) count.faults.push(`${node.id} was paused or resumed twice`);
  node.paused = paused;
}

/** Whether a node, or one above it, is in observe mode. */
export function isObserved(count: Recount, id: string): boolean {
  const { observe, parent } = count.node(id);
  return observe || (parent !== undefined && isObserved(count, parent));
}

/** Each named node and all above it, once. */
export function chainOf(count: Recount, payer: string, nodes: readonly string[]): readonly string[] {
  const chain: string[] = [];
  for (const named of [payer, ...nodes])
    for (const member of pathOf(count, named)) if (!chain.includes(member)) chain.push(member);
  return chain.filter((member) => !count.sessions.isEnded(member));
}

/** A node and all above it; of a session, itself and the chain of whoever opened it. */
function pathOf(count: Recount, named: string): readonly string[] {
  const session = count.sessions.find(named);
  if (session !== undefined) return [named, ...session.chain];
  const { parent } = count.node(named);
  return parent === undefined ? [named] : [named, ...pathOf(count, parent)];
}
