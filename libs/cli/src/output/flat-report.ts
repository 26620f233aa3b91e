import type { ReportReply } from '@exchequer/contracts';
import type { Column } from './text-table.js';

/**
 * A report as a table: every meter and every currency that occurs is a column of its own. Where own keys were used, so is what
 * all would have cost at market prices; of rows without own keys that is what was charged.
 */
export interface FlatReport {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/** The meters that come first, in their order; the others follow by name. */
const FIRST_METERS = ['input_tokens', 'output_tokens'];

/** @param by the dimensions, as the report was asked for. */
export function flatReport({ rows }: ReportReply, by: readonly string[]): FlatReport {
  const meters = namesIn(rows.map((row) => row.meters));
  const currencies = namesIn(rows.map((row) => row.amounts));
  const hasUnpriced = rows.some(({ unpriced }) => unpriced > 0);
  const ofMarket = namesIn(rows.map(({ marketCost = {} }) => marketCost));
  const market = ofMarket.map((currency) => `market ${currency}`);
  const numbers = ['calls', ...(hasUnpriced ? ['unpriced'] : []), ...meters, ...currencies, ...market];
  return {
    columns: [...by.map((title) => ({ title })), ...numbers.map((title) => ({ title, align: 'right' as const }))],
    rows: rows.map((row) => [
      ...by.map((dimension) => textOf(row[dimension])),
      String(row.calls),
      ...(hasUnpriced ? [String(row.unpriced)] : []),
      ...meters.map((meter) => row.meters[meter] ?? '0'),
      ...currencies.map((currency) => row.amounts[currency] ?? '0'),
      ...ofMarket.map((currency) => (row.marketCost ?? row.amounts)[currency] ?? '0'),
    ]),
  };
}

function namesIn(maps: readonly Readonly<Record<string, string>>[]): readonly string[] {
  const names = [...new Set(maps.flatMap((map) => Object.keys(map)))].sort();
  return [
    ...FIRST_METERS.filter((name) => names.includes(name)),
    ...names.filter((name) => !FIRST_METERS.includes(name)),
  ];
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
