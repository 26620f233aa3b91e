import type { RateState } from '../state/rate-state.js';
import { isObserved, type NodeState } from '../state/node-state.js';

/** The way from one attributed node to the root, as far as it says which models and features may be used. */
export interface EntitledPath {
  readonly from: NodeState;
  /** Those with entitlements, nearest first. */
  readonly stating: readonly NodeState[];
}

/** What the members of a chain say of who may at all, whatever it costs. */
export interface Permission {
  /** Members that are paused, root first. */
  readonly paused: readonly NodeState[];
  /** Each must allow. In an order that does not depend on that of the request. */
  readonly paths: readonly EntitledPath[];
  /** Of the members, root first. */
  readonly rates: readonly RateState[];
  /** Members, and others on the paths, whose rules refuse nothing: what they would refuse is recorded. */
  readonly observed: ReadonlySet<NodeState>;
}

/** Derived once with a chain; undefined where no member says anything. */
export function permissionOf(attributed: readonly NodeState[], members: readonly NodeState[]): Permission | undefined {
  const paused = members.filter((member) => member.paused !== undefined);
  const paths = pathsOf(attributed, members);
  // A session's opener may have moved since: then nodes above it today are not members, but may still deny.
  const observed = new Set([...members, ...paths.flatMap(({ stating }) => stating)].filter(isObserved));
  const rates = members.flatMap((member) => member.rates?.all ?? []);
  const isStated = paused.length > 0 || rates.length > 0 || observed.size > 0 || paths.length > 0;
  return isStated ? { paused, paths, rates, observed } : undefined;
}

function pathsOf(attributed: readonly NodeState[], members: readonly NodeState[]): readonly EntitledPath[] {
  const paths: EntitledPath[] = [];
  for (const from of members) {
    if (!attributed.includes(from)) continue;
    const stating: NodeState[] = [];
    for (let at: NodeState | undefined = from; at !== undefined; at = at.parent)
      if (at.entitlements !== undefined) stating.push(at);
    if (stating.length > 0) paths.push({ from, stating });
  }
  return paths;
}
