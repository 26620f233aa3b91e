import { formatLength } from '@exchequer/kernel';
import type { RefundPolicy } from '../facts.js';
import type { NodeState } from '../state/node-state.js';

/** What becomes of refunds that come after the expiry of their lot: as the node says, else as the nearest above that says something. */
export function refundsOf(owner: NodeState): RefundPolicy | undefined {
  for (let node: NodeState | undefined = owner; node !== undefined; node = node.parent)
    if (node.refunds !== undefined) return node.refunds;
  return undefined;
}

/** As people read it; equal for equal policies. */
export const textOfRefunds = (policy: RefundPolicy | undefined): string | undefined =>
  policy?.expired === 'new-lot' ? `new-lot for ${formatLength(policy.graceMs)}` : policy?.expired;
