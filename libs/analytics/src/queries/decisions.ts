import type { DecisionRow, DecisionsReply, RefusalCount } from '@exchequer/contracts';
import { formatAmount } from '@exchequer/kernel';
import { textOf, type Cell } from '../connection/click-house.js';
import type { Analytics } from '../connection/open-analytics.js';
import type { TableNames } from '../schema/table-names.js';
import { StatementParameters } from './statement-parameters.js';

/** Which decisions are asked for. */
export interface DecisionsQuestion {
  readonly account: string;
  readonly decisionId: string | undefined;
  readonly decision: string | undefined;
  readonly payer: string | undefined;
  readonly limit: number;
}

/** Decisions in one answer, however long each is. */
const ANSWER_BYTES_MAX = 768 * 1024;
/** Reasons that are told apart. */
const REASONS_MAX = 100;

const SHOWN = `decision_id, toString(toUnixTimestamp64Milli(decided_at)), decision, code, message, payer, nodes, model,
  arrayMap(pair -> (pair.1, toString(pair.2)), arrayZip(mapKeys(amounts), mapValues(amounts))), binding, request, lines, address`;

/**
 * The newest decisions, and how many there are of each kind.
 *
 * @throws AnalyticsUnavailable, QueryTooHeavy
 */
export async function decisions(
  analytics: Analytics,
  question: DecisionsQuestion,
  names: TableNames,
): Promise<DecisionsReply> {
  const [rows, counts, refusals] = await Promise.all([
    newest(analytics, question, names),
    countsOf(analytics, question, names),
    refusalsOf(analytics, question, names),
  ]);
  return { decisions: rows, counts, refusals };
}

async function newest(
  { reader }: Analytics,
  { account, decisionId, decision, payer, limit }: DecisionsQuestion,
  names: TableNames,
): Promise<readonly DecisionRow[]> {
  const parameters = new StatementParameters();
  const conditions = [`account = ${parameters.text(account)}`];
  if (decisionId !== undefined) conditions.push(`decision_id = ${parameters.text(decisionId)}`);
  if (decision !== undefined) conditions.push(`decision = ${parameters.text(decision)}`);
  if (payer !== undefined) conditions.push(`payer = ${parameters.text(payer)}`);
  const found = await reader.select(
    `SELECT ${SHOWN} FROM ${names.view('decisions')} WHERE ${conditions.join(' AND ')}
     ORDER BY decided_at DESC, decision_id DESC LIMIT ${String(limit)}`,
    parameters.values,
  );
  const rows: DecisionRow[] = [];
  let bytes = 0;
  for (const cells of found) {
    const row = rowOf(cells);
    bytes += JSON.stringify(row).length;
    if (bytes > ANSWER_BYTES_MAX) break;
    rows.push(row);
  }
  return rows;
}

function rowOf(cells: readonly Cell[]): DecisionRow {
  const text = (index: number): string => textOf(cells[index]);
  return {
    decisionId: text(0),
    decidedAt: new Date(Number(text(1))).toISOString(),
    decision: text(2),
    code: text(3),
    message: text(4),
    payer: text(5),
    nodes: listOf(cells[6]).map(textOf),
    model: text(7),
    amounts: Object.fromEntries(
      listOf(cells[8]).map((pair) => {
        const [currency, nanoUnits] = listOf(pair);
        return [textOf(currency), formatAmount(BigInt(textOf(nanoUnits)))];
      }),
    ),
    binding: bindingIn(text(9)),
    request: jsonIn(text(10)),
    lines: linesIn(text(11)),
    position: text(12),
  };
}

const listOf = (cell: Cell | undefined): readonly Cell[] => (Array.isArray(cell) ? (cell as readonly Cell[]) : []);

const jsonIn = (text: string): unknown => (text === '' ? null : (JSON.parse(text) as unknown));

function linesIn(text: string): readonly unknown[] {
  const lines = jsonIn(text);
  return Array.isArray(lines) ? (lines as readonly unknown[]) : [];
}

/** What the ledger says of an approval's binding is in nano-units and epoch milliseconds; refusals have it as replied. */
function bindingIn(text: string): unknown {
  const binding = jsonIn(text);
  if (typeof binding !== 'object' || binding === null || 'kind' in binding) return binding;
  const told = binding as { readonly limit?: string; readonly remaining?: string; readonly resetsAt?: number };
  return {
    kind: told.limit === undefined ? 'funds' : 'limit',
    ...told,
    ...(told.remaining !== undefined && { remaining: formatAmount(BigInt(told.remaining)) }),
    ...(told.resetsAt !== undefined && { resetsAt: new Date(told.resetsAt).toISOString() }),
  };
}

const ofPayer = ({ account, payer }: DecisionsQuestion, parameters: StatementParameters): string =>
  [`account = ${parameters.text(account)}`, ...(payer === undefined ? [] : [`payer = ${parameters.text(payer)}`])].join(
    ' AND ',
  );

async function countsOf(
  { reader }: Analytics,
  question: DecisionsQuestion,
  names: TableNames,
): Promise<Readonly<Record<string, number>>> {
  const parameters = new StatementParameters();
  const found = await reader.select(
    `SELECT decision, toString(count()) FROM ${names.view('decisions')} WHERE ${ofPayer(question, parameters)}
     GROUP BY decision ORDER BY decision`,
    parameters.values,
  );
  const counts = found.map(([decision, count]): [string, number] => [textOf(decision), Number(textOf(count))]);
  return { allowed: 0, partial: 0, denied: 0, ...Object.fromEntries(counts) };
}

async function refusalsOf(
  { reader }: Analytics,
  question: DecisionsQuestion,
  names: TableNames,
): Promise<readonly RefusalCount[]> {
  const parameters = new StatementParameters();
  const found = await reader.select(
    `SELECT code, JSONExtractString(binding, 'node') AS node, JSONExtractString(binding, 'limit') AS limit_name,
       JSONExtractString(binding, 'currency') AS currency, toString(count()),
       argMax(JSONExtractString(binding, 'resetsAt'), decided_at)
     FROM ${names.kept('refusals')} WHERE ${ofPayer(question, parameters)}
     GROUP BY code, node, limit_name, currency ORDER BY count() DESC, code, node, limit_name, currency
     LIMIT ${String(REASONS_MAX)}`,
    parameters.values,
  );
  return found.map((cells) => {
    const [code, node, limit, currency, count, resetsAt] = cells.map(textOf) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    return { code, node, limit, currency, count: Number(count), resetsAt: resetsAt === '' ? null : resetsAt };
  });
}
