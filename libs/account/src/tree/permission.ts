import type { NodeState } from '../state/node-state.js';

/** What the members of a chain say of who may at all, whatever it costs. */
export interface Permission {
  /** Members that are paused, root first. */
  readonly paused: readonly NodeState[];
}

/** Derived once with a chain; undefined where no member says anything. */
export function permissionOf(members: readonly NodeState[]): Permission | undefined {
  const paused = members.filter((member) => member.paused !== undefined);
  return paused.length === 0 ? undefined : { paused };
}
