import { END_OF_TIME, type Instant } from '@exchequer/kernel';
import type { AccountState } from '../state/account-state.js';
import type { LotState } from '../state/lot-state.js';
import type { NodeState } from '../state/node-state.js';
import { isEmpty, noticeAfter } from './expiry-notice.js';

/** Queues the first notice of a lot's end that is due after an instant. What would have been due before is not told late. */
export function queueNotice(state: AccountState, lot: LotState, after: Instant): void {
  if (state.expiryNotices > 0) moveNotice(state, lot, noticeAfter(lot, after));
}

/** A lot that has nothing left needs no notice. */
export function dropNotice(state: AccountState, lot: LotState): void {
  if (lot.noticeAt !== END_OF_TIME && isEmpty(lot)) moveNotice(state, lot, END_OF_TIME);
}

/** What a node and those under it say may have changed: looks anew at all their lots. */
export function queueNoticesUnder(state: AccountState, node: NodeState, after: Instant): void {
  for (const { lots } of node.purses.values()) for (const lot of lots) moveNotice(state, lot, noticeAfter(lot, after));
  for (const child of node.children) queueNoticesUnder(state, child, after);
}

function moveNotice({ due }: AccountState, lot: LotState, noticeAt: Instant): void {
  if (lot.noticeAt === noticeAt) return;
  due.remove(lot);
  lot.noticeAt = noticeAt;
  due.add(lot);
}
