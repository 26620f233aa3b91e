import type { NodeId } from '@exchequer/kernel';
import type { Configure, NodePolicy } from '../commands.js';
import type { Pooling } from '../facts.js';
import { refuse, type Refusal } from '../refusal.js';
import { isSessionName } from '../sessions/session-id.js';
import type { AccountState } from '../state/account-state.js';

/** Nodes below one another, the root not counted. */
export const DEPTH_MAX = 16;

/** A node as it will be. */
export interface PlannedNode {
  readonly id: NodeId;
  readonly parent: NodeId | undefined;
  readonly kind: string;
  readonly pooling: Pooling;
  readonly archived: boolean;
  /** What the command says of it; undefined for nodes that it does not name. */
  readonly policy: NodePolicy | undefined;
  /** Where the command says so: `nodes.3`. */
  readonly path: string;
}

/** The tree as a command wants it. */
export interface Blueprint {
  readonly root: NodeId;
  readonly nodes: ReadonlyMap<NodeId, PlannedNode>;
}

/** Lays the command's nodes over the tree that is there, or says which of them cannot stand. */
export function drawBlueprint(state: AccountState, root: NodeId, command: Configure): Blueprint | Refusal {
  const nodes = new Map<NodeId, PlannedNode>();
  for (const { id, parent, kind, pooling, archived, session } of state.nodes.values())
    if (session === undefined)
      nodes.set(id, { id, parent: parent?.id, kind, pooling, archived, policy: undefined, path: '' });
  for (const [index, policy] of command.nodes.entries()) {
    const path = `nodes.${String(index)}`;
    const planned = nodes.get(policy.node);
    if (planned === undefined && isSessionName(policy.node))
      return refuse('Malformed', `The name ${policy.node} is kept for sessions; open-session makes them.`, path);
    if (planned?.policy !== undefined) return refuse('Malformed', `The node ${policy.node} is stated twice.`, path);
    nodes.set(policy.node, overlay(policy, planned, root, path));
  }
  const fault = faultOf(root, nodes) ?? (movesSome(state, command) ? faultOfMoved(nodes) : undefined);
  return fault ?? { root, nodes };
}

const movesSome = (state: AccountState, { nodes }: Configure): boolean =>
  nodes.some(({ node, parent }) => parent !== undefined && (state.nodes.get(node)?.parent?.id ?? parent) !== parent);

function overlay(policy: NodePolicy, planned: PlannedNode | undefined, root: NodeId, path: string): PlannedNode {
  const isRoot = policy.node === root;
  return {
    id: policy.node,
    parent: policy.parent ?? (planned === undefined ? root : planned.parent),
    kind: policy.kind ?? planned?.kind ?? kindFrom(policy.node),
    pooling: policy.pooling ?? (isRoot ? 'own' : 'own-then-parent'),
    archived: false,
    policy,
    path,
  };
}

/** `user/ada` is a user, unless it is said to be something else. */
const kindFrom = (id: NodeId): string => /^([a-z][a-z0-9-]{0,31})\//.exec(id)?.[1] ?? 'node';

function faultOf(root: NodeId, nodes: ReadonlyMap<NodeId, PlannedNode>): Refusal | undefined {
  for (const node of nodes.values()) {
    if (node.policy === undefined) continue;
    const fault = node.id === root ? faultOfRoot(node) : faultOfPlace(node, nodes);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** What hangs on a node that moves goes with it, and must find room as well. */
function faultOfMoved(nodes: ReadonlyMap<NodeId, PlannedNode>): Refusal | undefined {
  for (const node of nodes.values()) {
    if (node.policy !== undefined || node.archived) continue;
    let stated: PlannedNode | undefined = node;
    while (stated !== undefined && stated.policy === undefined)
      stated = stated.parent === undefined ? undefined : nodes.get(stated.parent);
    const fault = stated === undefined ? undefined : faultOfPlace({ ...node, path: stated.path }, nodes);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfRoot({ id, policy, path, pooling }: PlannedNode): Refusal | undefined {
  if (policy?.parent !== undefined)
    return refuse('Malformed', `${id} is the root and can have no parent.`, `${path}.parent`);
  if (pooling !== 'own')
    return refuse('Malformed', `${id} is the root; its pooling can only be own.`, `${path}.pooling`);
  return undefined;
}

function faultOfPlace(node: PlannedNode, nodes: ReadonlyMap<NodeId, PlannedNode>): Refusal | undefined {
  const where = `${node.path}.parent`;
  let depth = 0;
  for (let at: PlannedNode | undefined = node; at?.parent !== undefined; at = nodes.get(at.parent)) {
    depth += 1;
    const parent = nodes.get(at.parent);
    if (parent === undefined)
      return refuse('UnknownNode', `The parent ${at.parent} of ${at.id} does not exist.`, where);
    if (parent.archived) return refuse('NodeArchived', `The parent ${at.parent} of ${at.id} is archived.`, where);
    if (at.parent === node.id) return refuse('Malformed', `${node.id} would stand under itself.`, where);
    if (depth > DEPTH_MAX)
      return refuse('Malformed', `${node.id} would stand more than ${String(DEPTH_MAX)} nodes below the root.`, where);
  }
  return undefined;
}

/** Where credits of a node will lie: itself, or the nearest above that is not `parent`. */
export function plannedPool(blueprint: Blueprint, id: NodeId): NodeId {
  let node = blueprint.nodes.get(id);
  while (node?.pooling === 'parent' && node.parent !== undefined) node = blueprint.nodes.get(node.parent);
  return node?.id ?? blueprint.root;
}
