import type { CostReturned, HoldCaptured } from '@exchequer/account';
import type { UsageExplainReply, WaitEndReply } from '@exchequer/contracts';
import type { Calendar } from '@exchequer/kernel';
import type { Ledger } from '@exchequer/ledger';
import { formatPosition, replicaUntil, streamOf } from '@exchequer/replica';
import { amountsOf, instant } from '../edge/wire.js';
import { settlementReply, type Settling } from '../methods/settlement-reply.js';
import { findEndOfWait, type Found } from './find-decision.js';

/** What was used, what it cost and who paid, as it was answered; where its cost waited for an outcome, also how that ended. */
export async function explainUsage(
  ledger: Ledger,
  calendar: Calendar,
  account: string,
  { fact, offset, decidedAt: at, first }: Found<Settling>,
): Promise<UsageExplainReply> {
  const place = { revision: first.revision, index: first.index + offset };
  const { state, last } = await replicaUntil(ledger, streamOf(account), place);
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
  const ended = fact.type === 'OutcomeAwaited' ? await findEndOfWait(ledger, account, fact.hold, first) : undefined;
  return { asked, settlement, ...(ended !== undefined && { ended: endReply(account, ended) }) };
}

function endReply(
  account: string,
  { fact, offset, decidedAt, first }: Found<HoldCaptured | CostReturned>,
): WaitEndReply {
  const outcome = fact.type === 'CostReturned' ? fact.outcome : fact.particulars?.outcome;
  const isCharged = fact.type === 'HoldCaptured';
  return {
    at: instant(fact.at ?? decidedAt),
    ...(outcome !== undefined && { outcome }),
    charged: amountsOf(isCharged ? fact.amounts : []),
    returned: amountsOf(isCharged ? [] : fact.amounts),
    position: formatPosition(account, { revision: first.revision, index: first.index + offset }),
  };
}
