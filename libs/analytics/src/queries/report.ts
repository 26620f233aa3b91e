import { formatAmount, type Instant } from '@exchequer/kernel';
import type { ReportReply, ReportRow } from '@exchequer/contracts';
import { textOf, type Cell } from '../connection/click-house.js';
import type { Analytics } from '../connection/open-analytics.js';
import type { TableNames } from '../schema/table-names.js';
import { reportStatement } from './report-statement.js';

/** A question about usage and charges, checked. */
export interface ReportQuestion {
  readonly account: string;
  /** Dimensions, each once. */
  readonly by: readonly string[];
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  /** An IANA zone. */
  readonly zone: string;
  /** Values of one dimension are alternatives; dimensions hold all at once. */
  readonly where: readonly { readonly dimension: string; readonly value: string }[];
  /** Only what was booked after this position. */
  readonly after: bigint | undefined;
  /** The most rows. */
  readonly limit: number;
}

/** What stands in the reports: the tables, and the position up to which they are asked; undefined for nothing. */
export interface Seen {
  readonly names: TableNames;
  readonly position: bigint | undefined;
}

/** An answer stays well under what one message may have. */
const ANSWER_BYTES_MAX = 768 * 1024;
/** Meters that every row has, used or not. */
const ALWAYS = ['input_tokens', 'output_tokens'];

/**
 * Sums usage and charges, both up to the very same position: no row shows a call without its cost.
 *
 * @throws AnalyticsUnavailable, QueryTooHeavy
 */
export async function report({ reader }: Analytics, question: ReportQuestion, seen: Seen): Promise<ReportReply> {
  const { text, parameters } = reportStatement(question, seen.names, seen.position);
  const found = await reader.select(text, parameters);
  const rows: ReportRow[] = [];
  let bytes = 0;
  for (const cells of found.slice(0, question.limit)) {
    const row = rowOf(question, cells);
    bytes += JSON.stringify(row).length;
    if (bytes > ANSWER_BYTES_MAX) break;
    rows.push(row);
  }
  return {
    columns: [...question.by, 'calls', 'unpriced', 'meters', 'amounts'],
    rows,
    truncated: rows.length < found.length,
    position: seen.position?.toString() ?? null,
  };
}

function rowOf({ by, where }: ReportQuestion, cells: readonly Cell[]): ReportRow {
  const dimensions = Object.fromEntries(by.map((name, index) => [name, textOf(cells[index])]));
  const [calls, unpriced, meters, amounts, market] = cells.slice(by.length);
  const quantities = new Map(pairsOf(meters));
  const asked = where.flatMap(({ dimension, value }) => (dimension === 'meter' ? [value] : []));
  const always = by.includes('meter') ? [] : asked.length > 0 ? asked : ALWAYS;
  const shown = [...new Set([...always, ...quantities.keys()])].filter(
    (meter) => meter !== '' && (asked.length === 0 || asked.includes(meter)),
  );
  return {
    ...dimensions,
    calls: Number(textOf(calls)),
    unpriced: Number(textOf(unpriced)),
    meters: Object.fromEntries(
      shown
        .map((meter): readonly [string, string] => [meter, quantities.get(meter) ?? '0'])
        .filter(([meter, quantity]) => quantity !== '0' || always.includes(meter)),
    ),
    amounts: amountsIn(amounts),
    ...(isOtherwise(market, amounts) && { marketCost: amountsIn(market) }),
  };
}

const amountsIn = (cell: Cell | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(pairsOf(cell).map(([currency, nanoUnits]) => [currency, formatAmount(BigInt(nanoUnits))]));

const isOtherwise = (market: Cell | undefined, amounts: Cell | undefined): boolean =>
  pairsOf(market).length > 0 && JSON.stringify(pairsOf(market)) !== JSON.stringify(pairsOf(amounts));

/** An array of pairs of texts. */
const pairsOf = (cell: Cell | undefined): readonly (readonly [string, string])[] =>
  Array.isArray(cell)
    ? cell.map((pair: Cell) => {
        const [name, value] = Array.isArray(pair) ? (pair as readonly Cell[]) : [];
        return [textOf(name), textOf(value)];
      })
    : [];
