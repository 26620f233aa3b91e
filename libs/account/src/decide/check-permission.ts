import type { Bag } from '../bag.js';
import type { Refusal } from '../refusal.js';
import type { NodeState, PauseState } from '../state/node-state.js';
import type { Permission } from '../tree/permission.js';

/** Whether a request may be made at all, before anybody asks what it costs: the reason why not, or undefined. */
export function checkPermission({ paused }: Permission, asked: Bag): Refusal | undefined {
  const [first] = paused;
  return first?.paused === undefined ? undefined : pausedRefusal(first, first.paused, asked);
}

function pausedRefusal({ id }: NodeState, { by, actor, reason, since }: PauseState, asked: Bag): Refusal {
  const who = by === 'person' ? (actor ?? 'a person') : `its limit ${by.limit}`;
  const why = reason === undefined ? '' : ` (${reason})`;
  return {
    code: 'Paused',
    message: `The node ${id} was paused by ${who}${why} at ${new Date(since).toISOString()}; it lets calls pass again once somebody resumes it: exchequer resume ${id}.`,
    asked,
    rule: { kind: 'pause', node: id },
  };
}
