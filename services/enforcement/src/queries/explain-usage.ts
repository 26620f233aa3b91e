import { bookedAtOf, type CostReturned, type HoldCaptured } from '@exchequer/account';
import type { UsageExplainReply, WaitEndReply } from '@exchequer/contracts';
import type { Calendar } from '@exchequer/kernel';
import type { Ledger } from '@exchequer/ledger';
import { formatPosition, replicaUntil, streamOf, type FactAddress } from '@exchequer/replica';
import { amountsOf, instant } from '../edge/wire.js';
import { settlementReply, type Settling } from '../methods/settlement-reply.js';
import { findCorrections, type FoundCorrection } from './find-corrections.js';
import { findEndOfWait, type EndOfWait, type Found } from './find-decision.js';
import { correctedCost } from './corrected-cost.js';

/**
 * What was used, what it cost and who paid, as it was answered; where its cost waited for an outcome, also how that ended; and
 * what the charge was corrected to since.
 */
export async function explainUsage(
  ledger: Ledger,
  calendar: Calendar,
  account: string,
  found: Found<Settling>,
): Promise<UsageExplainReply> {
  const { fact, decidedAt: at, first } = found;
  const ended = fact.type === 'OutcomeAwaited' ? await findEndOfWait(ledger, account, fact.hold, first) : undefined;
  const corrections = await correctionsOf(ledger, account, ended ?? found);
  const place = placeOf(found);
  // What is told of lots never changes: as the account stood with the last correction, it also tells the answer of then.
  const { state, last } = await replicaUntil(ledger, streamOf(account), lastOf(corrections) ?? place);
  const moment = { at, calendar };
  const settlement = settlementReply({
    ...{ account, state, moment, last, is: 'accepted', repeated: false },
    ...{ facts: [fact], first: place, decidedAt: at },
  });
  const { payer, nodes, usedAt, usage, particulars } = fact;
  const asked = {
    payer,
    nodes,
    ...(fact.hold !== undefined && { hold: fact.hold }),
    ...(usedAt !== undefined && { usedAt: instant(usedAt) }),
    ...(usage !== undefined && { usage }),
    ...particulars,
  };
  return {
    asked,
    settlement,
    ...(ended !== undefined && { ended: endReply(account, ended) }),
    ...correctedCost(state, particulars?.card, corrections),
  };
}

/** Of what is a charge, not of what waits, went back, or was kept apart. */
async function correctionsOf(
  ledger: Ledger,
  account: string,
  found: Found<Settling | EndOfWait>,
): Promise<readonly FoundCorrection[]> {
  const { fact, decidedAt } = found;
  if (fact.type !== 'HoldCaptured' && fact.type !== 'CreditsDrawn') return [];
  const place = placeOf(found);
  const of = formatPosition(account, place);
  return findCorrections(ledger, account, { of, revision: place.revision, bookedAt: bookedAtOf(fact, decidedAt) });
}

const placeOf = ({ first, offset }: Pick<Found<Settling | EndOfWait>, 'first' | 'offset'>): FactAddress => ({
  revision: first.revision,
  index: first.index + offset,
});

/** With the last correction and everything else of its entry. */
const lastOf = (corrections: readonly FoundCorrection[]): FactAddress | undefined => {
  const last = corrections.at(-1);
  return last && { revision: last.revision, index: Number.MAX_SAFE_INTEGER };
};

function endReply(account: string, found: Found<HoldCaptured | CostReturned>): WaitEndReply {
  const { fact, decidedAt } = found;
  const outcome = fact.type === 'CostReturned' ? fact.outcome : fact.particulars?.outcome;
  const isCharged = fact.type === 'HoldCaptured';
  return {
    at: instant(fact.at ?? decidedAt),
    ...(outcome !== undefined && { outcome }),
    charged: amountsOf(isCharged ? fact.amounts : []),
    returned: amountsOf(isCharged ? [] : fact.amounts),
    position: formatPosition(account, placeOf(found)),
  };
}
