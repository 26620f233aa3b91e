import type { AccountState, Share } from '@exchequer/account';
import type { LaterCorrectionReply, UsageExplainReply } from '@exchequer/contracts';
import { amount } from '@exchequer/kernel';
import { amountsOf, debtOf, instant } from '../edge/wire.js';
import { correctedReply } from '../methods/corrected-reply.js';
import { costOf } from '../methods/settlement-reply.js';
import type { FoundCorrection } from './find-corrections.js';

/**
 * What became of a charge: its corrections, in their order, and what it costs with all of them. Nothing where there were none.
 *
 * @param card the rate card that the charge was priced by, if any.
 */
export function correctedCost(
  state: AccountState,
  card: string | undefined,
  corrections: readonly FoundCorrection[],
): Pick<UsageExplainReply, 'corrections' | 'cost'> {
  const last = corrections.at(-1);
  if (last === undefined) return {};
  const { amounts, owing, uncollected, market, paid } = last.fact;
  const standing = {
    amounts,
    ...(owing !== undefined && { owed: owing }),
    ...(uncollected !== undefined && { uncollected }),
    ...(market !== undefined && { market }),
  };
  return {
    corrections: corrections.map((one, index) =>
      correctionReply(state, one, index === 0 ? card : corrections[index - 1]?.fact.particulars?.card),
    ),
    cost: costOf(state, standing, byLot(paid)),
  };
}

/** Each lot once, where it was first drawn, with all that it pays. */
function byLot(shares: readonly Share[]): readonly Share[] {
  const lots = new Map<Share['lot'], Share>();
  for (const share of shares) {
    const before = lots.get(share.lot);
    lots.set(share.lot, before === undefined ? share : { ...before, amount: amount(before.amount + share.amount) });
  }
  return [...lots.values()];
}

function correctionReply(
  state: AccountState,
  { fact, actor, decidedAt, position }: FoundCorrection,
  cardBefore: string | undefined,
): LaterCorrectionReply {
  const { reason, settlesProvisional, particulars, forgiven, owed } = fact;
  const card = particulars?.card;
  return {
    actor,
    ...(reason !== undefined && { reason }),
    ...(settlesProvisional === true && { endsWaitForPrice: true }),
    ...(card !== undefined && card !== cardBefore && { card }),
    ...correctedReply(state, fact),
    ...(forgiven !== undefined && { forgiven: amountsOf(debtOf(forgiven)) }),
    ...(owed !== undefined && { owed: amountsOf(debtOf(owed)) }),
    decidedAt: instant(decidedAt),
    position,
  };
}
