import type { Instant } from '@exchequer/kernel';
import type { Renewal, Share } from '../facts.js';
import type { LotNamer } from '../lots/follow-pool.js';
import { lotOf } from '../lots/lot-of.js';
import type { AccountState } from '../state/account-state.js';
import type { LotState } from '../state/lot-state.js';
import { openPoolOf } from '../tree/chain.js';
import { refundsOf } from '../tree/refunds.js';

/**
 * Parts of lots that have ended, as the node says where they would lie now: forfeited, or in a lot of the same grant that
 * ends so long after the refund. What one refund gives back of one grant to one node is one lot. There is grace once: what comes
 * back to such a lot after its end is forfeited, or spending and refunding in turn would keep credits for ever.
 */
export function renewedOrBroken(
  state: AccountState,
  parts: readonly Share[],
  at: Instant,
  namer: LotNamer,
): { readonly renewed: readonly Renewal[]; readonly broken: readonly Share[] } {
  const renewed: Renewal[] = [];
  const broken: Share[] = [];
  for (const part of parts) {
    const lot = lotOf(state, part.lot);
    const node = openPoolOf(lot.node);
    const policy = refundsOf(node);
    if (policy?.expired !== 'new-lot' || isRenewal(lot)) broken.push(part);
    else {
      const expiresAt = at + policy.graceMs;
      renewed.push({ ...part, toLot: namer.lotFor(lot, node.id, expiresAt), toNode: node.id, expiresAt });
    }
  }
  return { renewed, broken };
}

/** Whether a lot was made by a refund after the end of its grant. Every other lot of a grant ends with it. */
const isRenewal = ({ expiresAt, grant }: LotState): boolean => expiresAt !== grant.expiresAt;
