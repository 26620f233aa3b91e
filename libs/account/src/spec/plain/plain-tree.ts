import type { Configure, NodePolicy } from '../../commands.js';
import type { RefusalCode } from '../../refusal.js';
import type { PlainAccount } from './plain-account.js';

const DEPTH_MAX = 16;
/** Names that are kept for sessions. */
const SESSION = /^session\/s-[1-9][0-9]*$/;

/** A node as it will stand. */
export interface Planned {
  readonly id: string;
  readonly parent: string | undefined;
  readonly kind: string;
  readonly pooling: string;
  readonly archived: boolean;
  readonly stated: boolean;
}

/** Every node of the tree as it will stand, without sessions: those that are there first, in the order in which they came, then the new ones. */
export function planned(account: PlainAccount, { nodes }: Configure): readonly Planned[] {
  const root = account.opened?.root;
  const inTree = account.nodes.filter(({ isSession }) => !isSession);
  const there = inTree.map(({ id, kind, archived }): Planned => {
    const policy = nodes.find((one) => one.node === id);
    const parent = account.counted.nodes.find((one) => one.id === id)?.parent;
    const before: Planned = { id, parent, kind, pooling: account.poolingOf(id), archived, stated: false };
    return policy === undefined ? before : as(policy, policy.parent ?? parent, policy.kind ?? kind, root);
  });
  const fresh = nodes
    .filter(({ node }) => !inTree.some(({ id }) => id === node))
    .map((policy) => as(policy, policy.parent ?? root, policy.kind ?? kindFrom(policy.node), root));
  return [...there, ...fresh];
}

const as = (policy: NodePolicy, parent: string | undefined, kind: string, root: string | undefined): Planned => ({
  id: policy.node,
  parent,
  kind,
  pooling: policy.pooling ?? (policy.node === root ? 'own' : 'own-then-parent'),
  archived: false,
  stated: true,
});

const kindFrom = (id: string): string => /^([a-z][a-z0-9-]{0,31})\//.exec(id)?.[1] ?? 'node';

/** Why the tree cannot stand as planned, the stated nodes first, then those that a moved node takes with it. */
export function faultOfTree(
  account: PlainAccount,
  command: Configure,
  plan: readonly Planned[],
): RefusalCode | undefined {
  for (const { node } of command.nodes)
    if (SESSION.test(node) || command.nodes.filter((other) => other.node === node).length > 1) return 'Malformed';
  const root = account.opened?.root;
  for (const one of plan.filter(({ stated }) => stated)) {
    const stated = command.nodes.find(({ node }) => node === one.id);
    const isFaulty = one.id === root && (stated?.parent !== undefined || one.pooling !== 'own');
    const fault = isFaulty ? 'Malformed' : one.id === root ? undefined : faultOfPlace(one, plan);
    if (fault !== undefined) return fault;
  }
  const moves = command.nodes.some(({ node, parent }) => {
    const before = account.counted.nodes.find(({ id }) => id === node)?.parent;
    return parent !== undefined && before !== undefined && before !== parent;
  });
  if (!moves) return undefined;
  for (const one of plan.filter(({ stated, archived }) => !stated && !archived)) {
    const goesAlong = above(one, plan).some(({ stated }) => stated);
    const fault = goesAlong ? faultOfPlace(one, plan) : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Those above a node, nearest first; cut where it turns in a circle. */
function above(node: Planned, plan: readonly Planned[]): readonly Planned[] {
  const found: Planned[] = [];
  let parent = plan.find(({ id }) => id === node.parent);
  while (parent !== undefined && !found.includes(parent)) {
    found.push(parent);
    const next: string | undefined = parent.parent;
    parent = plan.find(({ id }) => id === next);
  }
  return found;
}

function faultOfPlace(node: Planned, plan: readonly Planned[]): RefusalCode | undefined {
  let at = node;
  for (let depth = 1; at.parent !== undefined; depth += 1) {
    const name: string = at.parent;
    const parent = plan.find(({ id }) => id === name);
    if (parent === undefined) return 'UnknownNode';
    if (parent.archived) return 'NodeArchived';
    if (parent === node || depth > DEPTH_MAX) return 'Malformed';
    at = parent;
  }
  return undefined;
}

/** Why a node must stay: it is needed, or something still hangs on it. */
export function mustStay(
  account: PlainAccount,
  { nodes, archive }: Configure,
  plan: readonly Planned[],
  id: string,
): boolean {
  const { counted, opened } = account;
  const holds = counted.holds.filter((hold) => !hold.ended);
  const sessions = counted.sessions.all.filter((session) => !session.ended);
  return (
    id === opened?.root ||
    id === opened?.defaultProject ||
    nodes.some(({ node }) => node === id) ||
    plan.some((child) => child.parent === id && !child.archived && !archive.some((one) => one === child.id)) ||
    counted.lots.some((lot) => lot.node === id && (lot.available > 0n || lot.held > 0n)) ||
    counted.owed.some((one) => one.node === id && one.amount > 0n) ||
    sessions.some(({ chain }) => chain.includes(id)) ||
    holds.some(({ placed }) => (placed.owed ?? []).some((one) => one.node === id && one.amount > 0n)) ||
    holds.some(({ chain, placed }) => chain.includes(id) && placed.amounts.some(({ amount }) => amount > 0n))
  );
}
