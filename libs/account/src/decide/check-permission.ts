import type { Bag } from '../bag.js';
import type { Observed, Particulars, PausedBy } from '../facts.js';
import type { Refusal } from '../refusal.js';
import type { NodeState } from '../state/node-state.js';
import type { PauseState } from '../state/pause-state.js';
import type { Permission } from '../tree/permission.js';
import { denialOn, notEntitled } from './check-entitlement.js';

/** Whether a request may be made at all, before anybody asks what it costs: the reason why not, or undefined. */
export function checkPermission(
  { paused, paths, observed }: Permission,
  particulars: Particulars | undefined,
  asked: Bag,
): Refusal | undefined {
  const isEnforced = (node: NodeState): boolean => !observed.has(node);
  const stopping = paused.find(isEnforced);
  if (stopping?.paused !== undefined) return pausedRefusal(stopping, stopping.paused, asked);
  for (const path of paths) {
    const denial = denialOn(path, particulars, isEnforced);
    if (denial !== undefined) return notEntitled(denial, asked);
  }
  return undefined;
}

/** What the members that are merely observed would have refused of a request that may be made. */
export function observedPermission(
  { paused, paths, observed }: Permission,
  particulars: Particulars | undefined,
): readonly Observed[] {
  const isObserved = (node: NodeState): boolean => observed.has(node);
  const denying = new Set(paths.flatMap((path) => denialOn(path, particulars, isObserved)?.by.id ?? []));
  return [
    ...paused.map(({ id }) => ({ code: 'Paused' as const, node: id })),
    ...Array.from(observed)
      .filter(({ id }) => denying.has(id))
      .map(({ id }) => ({ code: 'NotEntitled' as const, node: id })),
  ];
}

function pausedRefusal({ id }: NodeState, { by, actor, reason, since, resumption }: PauseState, asked: Bag): Refusal {
  const who = by === 'person' ? (actor ?? 'a person') : `${limitOf(by)}, which came to its threshold`;
  const end = resumption === undefined ? '' : `at ${new Date(resumption.dueAt).toISOString()}, or `;
  const why = reason === undefined ? '' : ` (${reason})`;
  return {
    code: 'Paused',
    message: `The node ${id} was paused by ${who}${why} at ${new Date(since).toISOString()}; it lets calls pass again ${end}once somebody resumes it: exchequer resume ${id}.`,
    asked,
    rule: { kind: 'pause', node: id, ...(by !== 'person' && { limit: by.limit }) },
    ...(resumption !== undefined && { resetsAt: resumption.dueAt }),
  };
}

const limitOf = ({ limit, node }: Exclude<PausedBy, 'person'>): string =>
  node === undefined ? `its limit ${limit}` : `the limit ${limit} of ${node}`;
