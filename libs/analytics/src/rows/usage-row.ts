import {
  NODE_COLUMNS,
  nodeColumns,
  nodesOf,
  PARTICULAR_COLUMNS,
  particularColumns,
  type NodeColumns,
  type ParticularColumns,
} from './attribution.js';
import { QUANTITY_COLUMNS, quantityColumns, type QuantityColumns } from './quantities.js';
import { PLACE, type Place, type Table } from './table.js';
import { USED_COLUMNS, usedColumns, type UsageFact, type UsedColumns } from './used.js';

/** What was consumed: one row a usage event, or a capture without one. */
export interface UsageRow extends Place, UsedColumns, NodeColumns, ParticularColumns, QuantityColumns {
  /** In which currencies there are charges for it. */
  readonly currencies: readonly string[];
  /** It arrived after its hold had ended. */
  readonly late: boolean;
  /** It waits for a price; there is no charge. */
  readonly unpriced: boolean;
  readonly unpriced_reason: string;
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
  ],
};

export const usageRow = (fact: UsageFact, place: Place): UsageRow => ({
  ...place,
  ...usedColumns(fact, place),
  ...nodeColumns(fact.payer, nodesOf(fact)),
  ...particularColumns(fact.particulars),
  ...quantityColumns(fact.particulars?.meters),
  currencies: fact.type === 'UsageUnpriced' ? [] : fact.amounts.map(({ currency }) => currency),
  late: fact.type === 'CreditsDrawn' && fact.late === true,
  unpriced: fact.type === 'UsageUnpriced',
  unpriced_reason: fact.type === 'UsageUnpriced' ? fact.reason : '',
});
