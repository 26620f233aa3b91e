import type { Command } from '../../commands.js';
import type { LimitRule } from '../../facts.js';

/** A command as the plain account knows it: no limit of it tells of thresholds, and none pauses. */
export function withoutThresholds(command: Command): Command {
  if (command.type !== 'configure') return command;
  const { nodes, roles, groups, defaults, tiers, ...more } = command;
  return {
    ...more,
    nodes: nodes.map(plainly),
    ...(roles && { roles: roles.map(plainly) }),
    ...(groups && { groups: groups.map(plainly) }),
    ...(defaults && { defaults: defaults.map(plainly) }),
    ...(tiers && { tiers: tiers.map(plainly) }),
  };
}

function plainly<Stated extends { readonly limits: readonly LimitRule[] }>(stated: Stated): Stated {
  return { ...stated, limits: stated.limits.map(plainLimit) };
}

const plainLimit = (limit: LimitRule): object =>
  Object.fromEntries(Object.entries(limit).filter(([field]) => field !== 'thresholds' && field !== 'pauses'));
