import type { Instant, NodeId } from '@exchequer/kernel';
import { COUNTER_KEPT_MS } from '../limits/windows.js';
import { isRefusal, type Refusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import { delays } from '../limits/delay.js';
import { poolGates, type PoolGates } from '../pools/pool-gates.js';
import type { LimitState } from '../state/limit-state.js';
import { depthOf, type NodeState } from '../state/node-state.js';
import type { EndedSession, SessionState } from '../state/session-state.js';
import type { Funding } from '../lots/plan-draw.js';
import { openSessionAt } from '../sessions/open-sessions.js';
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
  /** Where a session is attributed: who opened it, payer and nodes, out to the outermost. */
  readonly openers: readonly NodeId[] | undefined;
  /** Root first, then by depth. All limits of all of them apply. */
  readonly members: readonly NodeState[];
  /** The payer, then those above that may fund it, nearest first. */
  readonly fundingPath: readonly NodeState[];
  /** The payer, or who opened it where it is a session, then all above: those whose pool rules count what it takes. */
  readonly way: readonly NodeState[];
  /** What pool rules say of the funds. Undefined where they say nothing, so that it costs one look. */
  readonly pools: PoolGates | undefined;
  /** How often nodes had been moved when the members were read from the tree; -1 with a session, which leaves the tree. */
  readonly moveCount: number;
  /** Of the members, root first. Read it through {@link limitsOf}. */
  limits: readonly LimitState[];
  /** Whether some of the limits count by layers. */
  layered: boolean;
  /** Those of the limits that may ask for a delay. Undefined where none does. */
  delaying: readonly LimitState[] | undefined;
  /** Those of the limits that have thresholds. Undefined where none has. Read it through {@link watchedOf}. */
  watched: readonly LimitState[] | undefined;
  /** What the members say of who may at all. Undefined where they say nothing, so that it costs one look. */
  readonly permission: Permission | undefined;
  /** The structure that `limits` was read from. */
  structure: number;
}

const NOT_IN_TREE = -1;
/** Of no structure of the tree. */
const NEVER_READ = -1;
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
  const cache = cacheFor(state, attributed);
  const known = cache.get(key);
  if (known !== undefined) return known;
  const chain = chainFrom(state, payer, nodes, attributed);
  if (cache.size >= CHAINS_MAX) cache.clear();
  cache.set(key, chain);
  return chain;
}

const chainFrom = (
  state: AccountState,
  payer: NodeState,
  nodes: readonly NodeId[],
  attributed: readonly NodeState[],
): Chain => {
  const members = membersOf(state, attributed);
  const limits = members.flatMap((member) => member.limits);
  const openers = openersOf(state, attributed);
  const behind =
    openers === undefined ? attributed : [...attributed, ...openers.flatMap((id) => state.nodes.get(id) ?? [])];
  return {
    payer,
    nodes,
    openers,
    members,
    ...fundingOf(state, payer),
    way: openedBy(state, payer)?.chain.way ?? pathOf(payer),
    moveCount: attributed.some((node) => node.session !== undefined) ? NOT_IN_TREE : state.moveCount,
    limits,
    layered: limits.some(countsLayers),
    delaying: someOf(limits, delays),
    watched: someOf(limits, isWatched),
    permission: permissionOf(behind, members),
    structure: state.structure,
  };
};

/**
 * A chain of another day, as what was decided with it remembers it. Its limits are read when they are asked for; nothing is
 * authorized with it any more, so nothing is said of pools and permission.
 */
export const rememberedChain = (
  remembered: Pick<Chain, 'payer' | 'nodes' | 'openers' | 'members' | 'way' | 'moveCount'>,
): Chain => ({
  ...remembered,
  fundingPath: fundingPathOf(remembered.payer),
  pools: undefined,
  permission: undefined,
  limits: [],
  layered: false,
  delaying: undefined,
  watched: undefined,
  structure: NEVER_READ,
});

function openersOf(state: AccountState, attributed: readonly NodeState[]): readonly NodeId[] | undefined {
  const openers = new Set<NodeId>();
  // By id, so that the order of a request says nothing.
  for (const node of [...attributed].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const chain = openedBy(state, node)?.chain;
    if (chain !== undefined)
      for (const id of [chain.payer.id, ...chain.nodes, ...(chain.openers ?? [])]) openers.add(id);
  }
  for (const { id } of attributed) openers.delete(id);
  return openers.size === 0 ? undefined : [...openers];
}

const openedBy = (state: AccountState, { id, session }: NodeState): SessionState | EndedSession | undefined =>
  session === 'ended' ? state.endedSessions.get(id) : session;

/** Chains that name a session are kept by it, so that they end with it and its end leaves all others alone. */
function cacheFor(state: AccountState, attributed: readonly NodeState[]): Map<string, Chain> {
  let session: SessionState | undefined;
  for (const node of attributed) session ??= openSessionAt(node);
  if (session === undefined) return state.chains;
  if (session.chainsOf !== state.structure) session.chains.clear();
  session.chainsOf = state.structure;
  return session.chains;
}

/** As {@link resolveChain}, for usage that happened: a session that has ended stands for whoever opened it. */
export function resolveUsageChain(
  state: AccountState,
  payer: NodeId | undefined,
  nodes: readonly NodeId[],
  at: Instant,
): Chain | Refusal {
  const chain = resolveChain(state, payer, nodes);
  if (!isRefusal(chain)) return chain;
  const attributed: NodeState[] = [];
  for (const id of payer === undefined ? nodes : [payer, ...nodes]) {
    const ended = state.endedSessions.get(id);
    const isKnown = ended !== undefined && ended.endedAt + COUNTER_KEPT_MS > at;
    const node = isKnown ? ended.node : openNode(state, id);
    if (isRefusal(node)) return node;
    attributed.push(node);
  }
  const pays = payer === undefined ? state.opening?.defaultProject : attributed[0];
  return pays === undefined ? chain : chainFrom(state, pays, nodes, [pays, ...attributed]);
}

/** The union of the paths to the root, root first; at the same depth by id, so that the order of a request says nothing. */
export function membersOf(
  state: AccountState,
  attributed: readonly NodeState[],
  parentOf: (node: NodeState) => NodeState | undefined = presentParent,
): readonly NodeState[] {
  const depths = new Map<NodeState, number>();
  for (const node of attributed) {
    const path = node.session === undefined ? pathOf(node, parentOf) : [];
    path.forEach((member, fromLeaf) => depths.set(member, path.length - 1 - fromLeaf));
    for (const member of node.session === undefined ? [] : membersWithin(state, node))
      depths.set(member, depthOf(member));
  }
  return [...depths]
    .sort(([a, depthA], [b, depthB]) => depthA - depthB || (a.id < b.id ? -1 : 1))
    .map(([member]) => member);
}

/** A session belongs where it was opened, however the tree changes: its calls count where its reserve counts. */
function membersWithin(state: AccountState, node: NodeState): readonly NodeState[] {
  const opened = openedBy(state, node);
  const members = [...(opened?.chain.members ?? []), ...(opened === undefined ? [] : [opened.node])];
  return members.filter((member) => member.session !== 'ended');
}
const presentParent = (node: NodeState): NodeState | undefined => node.parent;

/** The node, then its ancestors up to the root. */
export function pathOf(node: NodeState, parentOf = presentParent): readonly NodeState[] {
  const path: NodeState[] = [];
  for (let at: NodeState | undefined = node; at !== undefined; at = parentOf(at)) path.push(at);
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

/** From where a payer's funds come as things stand now. A session is funded as whoever opened it. */
export function fundingOf(state: AccountState, payer: NodeState): Funding {
  const fundingPath = fundingPathOf(payer);
  if (state.pooled === 0) return { fundingPath, pools: undefined };
  const way = pathOf(payer).filter((node) => node.session === undefined);
  return { fundingPath, pools: poolGates(state.kept, way, fundingPath) };
}

/** The node in which credits for `node` lie: itself, or the nearest above that is not `parent`. */
export function poolOf(node: NodeState): NodeState {
  let pool = node;
  while (pool.pooling === 'parent' && pool.parent !== undefined) pool = pool.parent;
  return pool;
}

const countsLayers = ({ selection }: LimitState): boolean => selection?.layers !== undefined;

/** As {@link poolOf}, and past nodes that are archived: nobody could spend what lies there. */
export function openPoolOf(node: NodeState): NodeState {
  let pool = node;
  while ((pool.pooling === 'parent' || pool.archived) && pool.parent !== undefined) pool = pool.parent;
  return pool;
}

function someOf(
  limits: readonly LimitState[],
  isOne: (limit: LimitState) => boolean,
): readonly LimitState[] | undefined {
  const some = limits.filter(isOne);
  return some.length === 0 ? undefined : some;
}

const isWatched = ({ thresholds }: LimitState): boolean => thresholds !== undefined;

/** The limits of a chain's members as they are now, root first. */
export function limitsOf(state: AccountState, chain: Chain): readonly LimitState[] {
  if (chain.structure !== state.structure) {
    chain.limits = chain.members.flatMap((member) => member.limits);
    chain.layered = chain.limits.some(countsLayers);
    chain.delaying = someOf(chain.limits, delays);
    chain.watched = someOf(chain.limits, isWatched);
    chain.structure = state.structure;
  }
  return chain.limits;
}

/** The limits of a chain that have thresholds, as they are now; undefined where none has. */
export const watchedOf = (state: AccountState, chain: Chain): readonly LimitState[] | undefined => {
  limitsOf(state, chain);
  return chain.watched;
};
