import type { OwnKeyCharge, OwnKeyPolicy } from '../facts.js';
import type { NodeState } from '../state/node-state.js';

/** What is charged of calls with the caller's own key: as the payer says, else as the nearest above that says something. */
export function ownKeyOf(payer: NodeState): OwnKeyPolicy | undefined {
  for (let node: NodeState | undefined = payer; node !== undefined; node = node.parent)
    if (node.ownKey !== undefined) return node.ownKey;
  return undefined;
}

/** As people read it; equal for equal policies, whatever the order of the currencies. */
export const textOfOwnKey = (policy: OwnKeyPolicy | undefined): string | undefined =>
  policy === undefined
    ? undefined
    : `own key: ${Object.entries(policy)
        .map(([currency, charge]) => `${currency} ${chargeText(charge)}`)
        .sort()
        .join(', ')}`;

function chargeText(charge: OwnKeyCharge): string {
  if (typeof charge === 'string') return charge;
  return 'share' in charge ? `fee ${charge.share} of the market cost` : `fee ${charge.fixed} a call`;
}
