import { END_OF_TIME, formatLength, ZERO, type Instant } from '@exchequer/kernel';
import type { LotState } from '../state/lot-state.js';
import type { NodeState } from '../state/node-state.js';

const NO_NOTICE: readonly number[] = [];

/** How long before the end of its lots notice is given, longest first: as the node says, else the nearest above that says something. */
export function expiryNoticeOf(owner: NodeState): readonly number[] {
  for (let node: NodeState | undefined = owner; node !== undefined; node = node.parent)
    if (node.expiryNoticeMs !== undefined) return node.expiryNoticeMs;
  return NO_NOTICE;
}

/** The first instant after another at which notice of a lot's end is due: never of one that has ended or has nothing left. */
export function noticeAfter(lot: LotState, after: Instant): Instant {
  if (!lot.expires || lot.ended || isEmpty(lot)) return END_OF_TIME;
  for (const beforeMs of expiryNoticeOf(lot.node))
    if (lot.expiresAt - beforeMs > after) return lot.expiresAt - beforeMs;
  return END_OF_TIME;
}

/** Nothing of it could still be used. */
export const isEmpty = ({ available, held }: LotState): boolean => available === ZERO && held === ZERO;

/** As people read it; equal for equal statements. */
export const textOfExpiryNotice = (beforeMs: readonly number[] | undefined): string | undefined =>
  beforeMs?.length === 0 ? 'none' : beforeMs?.map((length) => `${formatLength(length)} before`).join(', ');
