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
  /** It waits for a price; there is no charge. */
  readonly unpriced: boolean;
  readonly unpriced_reason: string;
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
  late: fact.type === 'CreditsDrawn' && fact.late === true,
  unpriced: fact.type === 'UsageUnpriced',
  unpriced_reason: fact.type === 'UsageUnpriced' ? fact.reason : '',
  correction: fact.type === 'ChargeCorrected',
});

const metersOf = (fact: UsageFact): Readonly<Record<string, number | string>> =>
  fact.type === 'ChargeCorrected'
    ? quantityChanges(fact.metersBefore ?? {}, fact.particulars?.meters ?? {})
    : (fact.particulars?.meters ?? {});

/** A correction stands beside the row that it corrects, whatever is asked for. */
function currenciesOf(fact: UsageFact): readonly string[] {
  if (fact.type === 'UsageUnpriced') return [];
  return (fact.type === 'ChargeCorrected' ? fact.amountsBefore : fact.amounts).map(({ currency }) => currency);
}
