import type { AmountsMap, AwaitsReply, SettlementReply } from '@exchequer/contracts';
import { amountsText } from './money-text.js';

/** `held until ticket-4711 is resolved, at the latest until 2026-11-24T10:00:00Z; else returned`. */
const awaitsText = ({ taskId, charge, until, otherwise }: AwaitsReply): string =>
  `held until the outcome of ${taskId} is told, charged if it is ${charge.join(' or ')}; otherwise, and after ${until}, ${
    otherwise === 'charge' ? 'charged all the same' : 'returned'
  }`;

/** `, 1 usd of it beyond what overage allows`: of an amount that was named before; nothing where it allows all. */
export const beyondClause = (beyond: AmountsMap | undefined): string =>
  beyond === undefined ? '' : `, ${amountsText(beyond)} of it beyond what overage allows`;

/** A settlement as people read it: what it cost, what it waits for, what went back. */
export function settlementText({
  outcome,
  hold,
  awaits,
  amounts,
  returned,
  owed,
  beyondOverage,
  uncollected,
  late,
  marketCost,
  unpriced,
  repeated,
}: SettlementReply): string {
  const parts = [
    `${outcome}: ${amountsText(amounts)}`,
    awaits === undefined ? '' : awaitsText(awaits),
    returned === undefined ? '' : `${amountsText(returned)} returned`,
    owed === undefined ? '' : `${amountsText(owed)} owed${beyondClause(beyondOverage)}`,
    uncollected === undefined ? '' : `${amountsText(uncollected)} written off`,
    late === true ? 'late, its hold had ended' : '',
    marketCost === undefined ? '' : `${amountsText(marketCost)} at market prices, with an own key`,
    unpriced === true ? 'at stated prices, until its price comes' : '',
    repeated === true ? 'settled before; nothing new was done' : '',
  ];
  return `${hold ?? ''} ${parts.filter((part) => part !== '').join('; ')}`.trim();
}
