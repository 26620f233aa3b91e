import { amount, larger, minusFloored, ZERO, type Amount, type CurrencyId, type Instant } from '@exchequer/kernel';
import { isObserved, type NodeState } from '../state/node-state.js';

/** A branch of a pool that credits are kept for, as far as some node in it has a reserve there. */
export interface KeptBranch {
  readonly node: NodeState;
  /** Where the node takes all from its pool: branches under it whose reserves lie in the same pool. */
  readonly below: readonly KeptBranch[];
}

/** What pool rules have to say when a payer draws on one node of its funding path. */
export interface PoolGate {
  /** Nodes from the payer to just below this one: what is taken here, they draw from above. */
  readonly borrowing: readonly NodeState[];
  /** The node itself, where it lends by its own rules. */
  readonly lending: NodeState | undefined;
  /** Branches that the payer is not in. */
  readonly kept: readonly KeptBranch[];
}

/** By the nodes of a funding path; those without a gate are not in it. */
export type PoolGates = ReadonlyMap<NodeState, PoolGate>;

/** Observed rules count, and stop nothing. */
const isEnforced = (node: NodeState): boolean => !isObserved(node);

/**
 * The gates on a funding path; undefined where no rule has anything to say.
 *
 * @param way the payer, or who opened it where it is a session, then all above it.
 * @param concerns whose caps to look at. Credits are kept for those whose reserves are enforced.
 */
export function poolGates(
  way: readonly NodeState[],
  fundingPath: readonly NodeState[],
  concerns: (node: NodeState) => boolean = isEnforced,
): PoolGates | undefined {
  const gates = new Map<NodeState, PoolGate>();
  for (const node of fundingPath) {
    const borrowing = way.slice(0, way.indexOf(node)).filter((one) => one.pools !== undefined && concerns(one));
    const lending = node !== way[0] && node.pools !== undefined && concerns(node) ? node : undefined;
    const kept = keptFromOthers(node, way);
    if (borrowing.length > 0 || lending !== undefined || kept.length > 0) gates.set(node, { borrowing, lending, kept });
  }
  return gates.size === 0 ? undefined : gates;
}

/** The branches of a pool that `way` does not go through, at the pool and at each node that takes all from it. */
function keptFromOthers(pool: NodeState, way: readonly NodeState[]): readonly KeptBranch[] {
  const kept: KeptBranch[] = [];
  for (let index = way.indexOf(pool); index >= 0; index -= 1) {
    const at = way[index];
    if (at === undefined || (at !== pool && at.pooling !== 'parent')) break;
    for (const child of at.children) if (child !== way[index - 1]) kept.push(...branchOf(child));
  }
  return kept;
}

function branchOf(node: NodeState): readonly KeptBranch[] {
  if (node.archived || node.pooling === 'own' || !isEnforced(node)) return [];
  const below = node.pooling === 'parent' ? Array.from(node.children).flatMap(branchOf) : [];
  return below.length > 0 || hasReserve(node) ? [{ node, below }] : [];
}

function hasReserve({ pools }: NodeState): boolean {
  for (const { rule } of pools?.values() ?? []) if (rule.reserve !== undefined) return true;
  return false;
}

/** What of its reserve a node has not drawn from above in the period: zero where it has none. */
export function unmetOf({ pools }: NodeState, currency: CurrencyId, at: Instant): Amount {
  const pool = pools?.get(currency);
  if (pool === undefined) return ZERO;
  return minusFloored(pool.rule.reserve ?? ZERO, pool.countedAt(pool.borrowed, at));
}

/** What a pool keeps for a branch: the node's own unmet reserve, or those under it together where they are more. */
export function keptFor({ node, below }: KeptBranch, currency: CurrencyId, at: Instant): Amount {
  const others = below.reduce((sum, branch) => sum + keptFor(branch, currency, at), 0n);
  return larger(unmetOf(node, currency, at), amount(others));
}
