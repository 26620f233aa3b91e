import { isObserved, type NodeState } from '../state/node-state.js';
import type { KeptCredits, KeptLevel } from './kept-credits.js';

/** Branches of a pool that credits are kept for: all under a node but the one that the payer is in. */
export interface KeptForOthers {
  readonly level: KeptLevel;
  readonly besides: NodeState | undefined;
}

/** What pool rules have to say when a payer draws on one node of its funding path. */
export interface PoolGate {
  /** Nodes from the payer to just below this one: what is taken here, they draw from above. */
  readonly borrowing: readonly NodeState[];
  /** The node itself, where it lends by its own rules. */
  readonly lending: NodeState | undefined;
  /** Branches that the payer is not in. */
  readonly kept: readonly KeptForOthers[];
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
  kept: KeptCredits,
  way: readonly NodeState[],
  fundingPath: readonly NodeState[],
  concerns: (node: NodeState) => boolean = isEnforced,
): PoolGates | undefined {
  const gates = new Map<NodeState, PoolGate>();
  for (const node of fundingPath) {
    const borrowing = way.slice(0, way.indexOf(node)).filter((one) => one.pools !== undefined && concerns(one));
    const lending = node !== way[0] && node.pools !== undefined && concerns(node) ? node : undefined;
    const others = keptForOthers(kept, node, way);
    if (borrowing.length > 0 || lending !== undefined || others.length > 0)
      gates.set(node, { borrowing, lending, kept: others });
  }
  return gates.size === 0 ? undefined : gates;
}

/** The branches of a pool that `way` does not go through, at the pool and at each node that takes all from it. */
function keptForOthers(credits: KeptCredits, pool: NodeState, way: readonly NodeState[]): readonly KeptForOthers[] {
  const kept: KeptForOthers[] = [];
  for (let index = way.indexOf(pool); index >= 0; index -= 1) {
    const at = way[index];
    if (at === undefined || (at !== pool && at.pooling !== 'parent')) break;
    const level = credits.levelOf(at);
    if (!level.isEmpty) kept.push({ level, besides: way[index - 1] });
  }
  return kept;
}
