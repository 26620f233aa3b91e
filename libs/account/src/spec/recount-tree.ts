import type { Entitlements, Fact, NodePaused, NodeResumed, RefundPolicy } from '../facts.js';
import type { Recount } from './recount.js';

export interface CountedNode {
  readonly id: string;
  parent: string | undefined;
  pooling: string;
  paused: boolean;
  /** When it is resumed by itself; Infinity where that is never. */
  pausedUntil: number;
  entitlements: Entitlements;
  observe: boolean;
  refunds: RefundPolicy | undefined;
  expiryNoticeMs: readonly number[] | undefined;
}

/** Counts where nodes stand, and what they say of who may at all. */
export function countTree(count: Recount, fact: Fact, at: number): void {
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
      pause(count, count.node(fact.node), fact);
      return;
    case 'NodeResumed':
      resume(count, count.node(fact.node), fact, at);
      return;
    case 'EntitlementsSet':
      count.node(fact.node).entitlements = { ...fact };
      return;
    case 'ObserveSet':
      count.node(fact.node).observe = fact.observe;
      return;
    case 'RefundsSet':
      count.node(fact.node).refunds = fact.policy;
      return;
    case 'ExpiryNoticeSet':
      count.node(fact.node).expiryNoticeMs = fact.beforeMs;
      return;
    default:
      return;
  }
}

export function addNode(count: Recount, id: string, parent: string | undefined, pooling: string): void {
  const stated = { entitlements: {}, observe: false, refunds: undefined, expiryNoticeMs: undefined };
  count.nodes.push({ id, parent, pooling, paused: false, pausedUntil: Infinity, ...stated });
}

/** A pause takes the place of another only where it lasts longer. */
function pause(count: Recount, node: CountedNode, { by, resumesAt = Infinity }: NodePaused): void {
  if (node.paused && resumesAt <= node.pausedUntil) count.faults.push(`${node.id} was paused twice`);
  if (resumesAt !== Infinity && by === 'person') count.faults.push(`${node.id} was paused for a time by a person`);
  node.paused = true;
  node.pausedUntil = resumesAt;
}

/** By itself at the end of the pause and at no other instant; by somebody at any time. */
function resume(count: Recount, node: CountedNode, { at: told }: NodeResumed, at: number): void {
  if (!node.paused) count.faults.push(`${node.id} was resumed twice`);
  if (told !== undefined && (told !== node.pausedUntil || told > at))
    count.faults.push(`${node.id} was resumed at another instant`);
  node.paused = false;
  node.pausedUntil = Infinity;
}

/** Whether a node, or one above it, is in observe mode. */
export function isObserved(count: Recount, id: string): boolean {
  const { observe, parent } = count.node(id);
  return observe || (parent !== undefined && isObserved(count, parent));
}

/** What a node, or the nearest above it that says something, does with refunds to lots that have ended. */
export function refundsOf(count: Recount, id: string): RefundPolicy | undefined {
  const { refunds, parent } = count.node(id);
  return refunds ?? (parent === undefined ? undefined : refundsOf(count, parent));
}

/** Each named node and all above it, once. */
export function chainOf(count: Recount, payer: string, nodes: readonly string[]): readonly string[] {
  const chain: string[] = [];
  for (const named of [payer, ...nodes])
    for (const member of pathOf(count, named)) if (!chain.includes(member)) chain.push(member);
  return chain.filter((member) => !count.sessions.isEnded(member));
}

/** A node and all above it; of a session, those of whoever opened it: the way of what it takes. */
export function wayOf(count: Recount, payer: string): readonly string[] {
  const session = count.sessions.find(payer);
  return session === undefined ? pathOf(count, payer) : session.way;
}

/** A node and all above it; of a session, itself and the chain of whoever opened it. */
function pathOf(count: Recount, named: string): readonly string[] {
  const session = count.sessions.find(named);
  if (session !== undefined) return [named, ...session.chain];
  const { parent } = count.node(named);
  return parent === undefined ? [named] : [named, ...pathOf(count, parent)];
}
