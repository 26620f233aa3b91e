import { hadWaited, type ChargeCorrected, type CostReturned } from '@exchequer/account';
import { moneyOf } from './charge-row.js';
import {
  NODE_COLUMNS,
  nodeColumns,
  nodesOf,
  PARTICULAR_COLUMNS,
  particularColumns,
  type NodeColumns,
  type ParticularColumns,
} from './attribution.js';
import { QUANTITY_COLUMNS, quantityChanges, quantityColumns, type QuantityColumns } from './quantities.js';
import { PLACE, type Place, type Table } from './table.js';
import { USED_COLUMNS, usedColumns, type UsageFact, type UsedColumns } from './used.js';

/** What was consumed: one row a usage event, or a capture without one; and one for what a correction says otherwise. */
export interface UsageRow extends Place, UsedColumns, NodeColumns, ParticularColumns, QuantityColumns {
  /** In which currencies there are charges for it. */
  readonly currencies: readonly string[];
  /** It arrived after its hold had ended. */
  readonly late: boolean;
  /**
   * It waits for a price: there is no charge, or one at stated prices. In a correction: what it corrects waits no more, so that
   * what waits is the rows that say so less the corrections that do.
   */
  readonly unpriced: boolean;
  readonly unpriced_reason: string;
  /** In a correction that ends the wait for a price: the meters that waited, but for those whose quantities it changes. */
  readonly priced_meters: readonly string[];
  /** Not a call, but by how much the quantities of one were wrong. */
  readonly correction: boolean;
}

export const USAGE: Table<UsageRow> = {
  name: 'usage',
  columns: [
    ...PLACE,
    ...USED_COLUMNS,
    ...NODE_COLUMNS,
    ...PARTICULAR_COLUMNS,
    ...QUANTITY_COLUMNS,
    'currencies',
    'late',
    'unpriced',
    'unpriced_reason',
    'priced_meters',
    'correction',
  ],
};

export const usageRow = (fact: UsageFact, place: Place): UsageRow => ({
  ...place,
  ...usedColumns(fact, place),
  ...nodeColumns(fact.payer, nodesOf(fact)),
  ...particularColumns(fact.particulars),
  ...quantityColumns(metersOf(fact)),
  currencies: currenciesOf(fact),
  late: 'late' in fact,
  unpriced: isUnpriced(fact),
  unpriced_reason: reasonOf(fact),
  priced_meters: pricedMeters(fact),
  correction: isAfterwards(fact),
});

/** Tells of usage that has a row already. */
const isAfterwards = (fact: UsageFact): fact is ChargeCorrected | CostReturned =>
  fact.type === 'ChargeCorrected' || fact.type === 'CostReturned';

/**
 * Not every fact with a cost tells of usage: most corrections change nothing but what it cost, and what waited for an outcome has
 * been told of when the wait began.
 */
export function tellsOfUsage(fact: UsageFact): boolean {
  switch (fact.type) {
    case 'ChargeCorrected':
      return fact.metersBefore !== undefined || fact.settlesProvisional === true;
    case 'CostReturned':
      return fact.provisional !== undefined;
    case 'HoldCaptured':
      return !hadWaited(fact);
    default:
      return true;
  }
}

function isUnpriced(fact: UsageFact): boolean {
  if (fact.type === 'UsageUnpriced') return true;
  return fact.type === 'ChargeCorrected' ? fact.settlesProvisional === true : fact.provisional !== undefined;
}

function reasonOf(fact: UsageFact): string {
  if (fact.type === 'UsageUnpriced') return fact.reason;
  return (isAfterwards(fact) ? undefined : fact.provisional) ?? '';
}

function pricedMeters(fact: UsageFact): readonly string[] {
  if (!isAfterwards(fact) || !isUnpriced(fact)) return [];
  const changed = metersOf(fact);
  const before = (fact.type === 'ChargeCorrected' ? fact.metersBefore : undefined) ?? fact.particulars?.meters ?? {};
  return Object.keys(before).filter((meter) => Number(before[meter]) !== 0 && changed[meter] === undefined);
}

function metersOf(fact: UsageFact): Readonly<Record<string, number | string>> {
  const now = fact.particulars?.meters ?? {};
  if (fact.type === 'CostReturned') return {};
  if (fact.type !== 'ChargeCorrected') return now;
  return fact.metersBefore === undefined ? {} : quantityChanges(fact.metersBefore, now);
}

/** A correction stands beside the row that it corrects, whatever is asked for. */
function currenciesOf(fact: UsageFact): readonly string[] {
  if (fact.type === 'UsageUnpriced') return [];
  const { amounts, market } =
    fact.type === 'ChargeCorrected' ? { amounts: fact.amountsBefore, market: fact.marketBefore } : fact;
  return moneyOf({ amounts, ...(market !== undefined && { market }) }).map(({ currency }) => currency);
}
