import type { NodeId } from '@exchequer/kernel';
import { isRefusal, type Refusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import type { LimitState } from '../state/limit-state.js';
import type { NodeState } from '../state/node-state.js';
import { openingOf, openNode } from './find-node.js';
import { permissionOf, type Permission } from './permission.js';

/**
 * Who a request belongs to: the union of the paths from every attributed node to the root, each node once, and the
 * payer's funding path. Remembered by what was decided with it, whatever becomes of the tree.
 */
export interface Chain {
  readonly payer: NodeState;
  /** The attributed nodes beside the payer, as named in the request. */
  readonly nodes: readonly NodeId[];
  /** Root first, then by depth. All limits of all of them apply. */
  readonly members: readonly NodeState[];
  /** The payer, then those above that may fund it, nearest first. */
  readonly fundingPath: readonly NodeState[];
  /** Of the members, root first. Read it through {@link limitsOf}. */
  limits: readonly LimitState[];
  /** Whether some of the limits count by layers. */
  layered: boolean;
  /** What the members say of who may at all. Undefined where they say nothing, so that it costs one look. */
  readonly permission: Permission | undefined;
  /** The structure that `limits` was read from. */
  structure: number;
}

const CHAINS_MAX = 50_000;

/** The chain of a payer and further nodes, or why there is none. Without a payer the default project pays. */
export function resolveChain(
  state: AccountState,
  payer: NodeId | undefined,
  nodes: readonly NodeId[],
): Chain | Refusal {
  const opening = openingOf(state);
  if (isRefusal(opening)) return opening;
  const payerId = payer ?? opening.defaultProject.id;
  const last = state.lastChain;
  if (last?.nodes === nodes && last.payer.id === payerId) return last;
  const key = nodes.length === 0 ? payerId : `${payerId}\n${nodes.join('\n')}`;
  const chain = state.chains.get(key) ?? deriveChain(state, key, payerId, nodes);
  if (!isRefusal(chain)) state.lastChain = chain;
  return chain;
}

function deriveChain(state: AccountState, key: string, payerId: NodeId, nodes: readonly NodeId[]): Chain | Refusal {
  const payer = openNode(state, payerId);
  if (isRefusal(payer)) return payer;
  const attributed = [payer];
  for (const id of nodes) {
    const node = openNode(state, id);
    if (isRefusal(node)) return node;
    attributed.push(node);
  }
  const members = membersOf(attributed);
  const limits = members.flatMap((member) => member.limits);
  const chain: Chain = {
    payer,
    nodes,
    members,
    fundingPath: fundingPathOf(payer),
    limits,
    layered: limits.some(countsLayers),
    permission: permissionOf(members),
    structure: state.structure,
  };
  if (state.chains.size >= CHAINS_MAX) state.chains.clear();
  state.chains.set(key, chain);
  return chain;
}

/** The union of the paths to the root, root first; at the same depth by id, so that the order of a request says nothing. */
function membersOf(attributed: readonly NodeState[]): readonly NodeState[] {
  const depths = new Map<NodeState, number>();
  for (const node of attributed) {
    const path = pathOf(node);
    path.forEach((member, fromLeaf) => depths.set(member, path.length - 1 - fromLeaf));
  }
  return [...depths]
    .sort(([a, depthA], [b, depthB]) => depthA - depthB || (a.id < b.id ? -1 : 1))
    .map(([member]) => member);
}

/** The node, then its ancestors up to the root. */
export function pathOf(node: NodeState): readonly NodeState[] {
  const path: NodeState[] = [];
  for (let at: NodeState | undefined = node; at !== undefined; at = at.parent) path.push(at);
  return path;
}

/** The nodes whose lots may pay for `payer`, nearest first, under each node's pooling mode. */
export function fundingPathOf(payer: NodeState): readonly NodeState[] {
  const path: NodeState[] = [];
  for (let at: NodeState | undefined = payer; at !== undefined; at = at.parent) {
    if (at.pooling !== 'parent' || at.parent === undefined) path.push(at);
    if (at.pooling === 'own') break;
  }
  return path;
}

/** The node in which credits for `node` lie: itself, or the nearest above that is not `parent`. */
export function poolOf(node: NodeState): NodeState {
  let pool = node;
  while (pool.pooling === 'parent' && pool.parent !== undefined) pool = pool.parent;
  return pool;
}

const countsLayers = ({ selection }: LimitState): boolean => selection?.layers !== undefined;

/** The limits of a chain's members as they are now, root first. */
export function limitsOf(state: AccountState, chain: Chain): readonly LimitState[] {
  if (chain.structure !== state.structure) {
    chain.limits = chain.members.flatMap((member) => member.limits);
    chain.layered = chain.limits.some(countsLayers);
    chain.structure = state.structure;
  }
  return chain.limits;
}
