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
  /** Of refusals alone: the rows of approvals have none. */
  readonly requestId: string | undefined;
  readonly decision: string | undefined;
  readonly payer: string | undefined;
  readonly limit: number;
}

/** An answer stays well under what one message may have. */
const ANSWER_BYTES_MAX = 768 * 1024;
/** Reasons that are told apart. */
const REASONS_MAX = 100;

const AMOUNTS = 'arrayMap(pair -> (pair.1, toString(pair.2)), arrayZip(mapKeys(amounts), mapValues(amounts)))';
/** Columns of one decision, from each of the two tables. */
const APPROVED = `booked_at AS at, hold AS id, decision, '' AS code, '' AS message, payer, nodes, model, ${AMOUNTS} AS parts,
  binding, '' AS request, '' AS lines, '' AS context, concat('account-', account, '@', toString(revision), '.', toString(fact)) AS address`;
const REFUSED = `decided_at AS at, decision_id AS id, decision, code, message, payer, nodes, model, ${AMOUNTS} AS parts,
  binding, request, lines, context, address`;

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
  const [rows, counts, refusals, leftOut] = await Promise.all([
    newest(analytics, question, names),
    countsOf(analytics, question, names),
    refusalsOf(analytics, question, names),
    leftOutOf(analytics, question, names),
  ]);
  return { decisions: rows, counts, refusals, leftOut };
}

async function newest(
  { reader }: Analytics,
  { account, decisionId, requestId, decision, payer, limit }: DecisionsQuestion,
  names: TableNames,
): Promise<readonly DecisionRow[]> {
  const parameters = new StatementParameters();
  const conditions = [`account = ${parameters.text(account)}`];
  if (decision !== undefined) conditions.push(`decision = ${parameters.text(decision)}`);
  if (payer !== undefined) conditions.push(`payer = ${parameters.text(payer)}`);
  const where = (id: string): string =>
    [...conditions, ...(decisionId === undefined ? [] : [`${id} = ${parameters.text(decisionId)}`])].join(' AND ');
  const approved = requestId === undefined ? where('hold') : '0';
  const refused =
    requestId === undefined ? '' : ` AND JSONExtractString(request, 'id') = ${parameters.text(requestId)}`;
  // Each table is read from its end, in the order in which it lies there, and no further than needed.
  const most = `LIMIT ${String(limit)}`;
  const found = await reader.select(
    `SELECT id, toString(toUnixTimestamp64Milli(at)), decision, code, message, payer, nodes, model, parts, binding, request,
       lines, context, address
     FROM (
       SELECT * FROM (SELECT ${APPROVED} FROM ${names.ledger('approvals')} WHERE ${approved}
         ORDER BY toStartOfHour(booked_at) DESC, position DESC, fact DESC ${most})
       UNION ALL
       SELECT * FROM (SELECT ${REFUSED} FROM ${names.kept('refusals')} WHERE request != '' AND ${where('decision_id')}${refused}
         ORDER BY decided_at DESC, decision_id DESC ${most})
     ) ORDER BY at DESC, id DESC ${most}`,
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
    context: jsonIn(text(12)),
    position: text(13),
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
    `SELECT decision, toString(sum(stands_for)) FROM ${names.view('decisions')} WHERE ${ofPayer(question, parameters)}
     GROUP BY decision ORDER BY decision`,
    parameters.values,
  );
  const counts = found.map(([decision, count]): [string, number] => [textOf(decision), Number(textOf(count))]);
  return { allowed: 0, partial: 0, denied: 0, ...Object.fromEntries(counts) };
}

/** Refusals that were counted and not kept one by one. */
async function leftOutOf({ reader }: Analytics, question: DecisionsQuestion, names: TableNames): Promise<number> {
  const parameters = new StatementParameters();
  const [row] = await reader.select(
    `SELECT toString(sum(stands_for)) FROM ${names.kept('refusals')} WHERE ${ofPayer(question, parameters)} AND request = ''`,
    parameters.values,
  );
  return Number(textOf(row?.[0]));
}

async function refusalsOf(
  { reader }: Analytics,
  question: DecisionsQuestion,
  names: TableNames,
): Promise<readonly RefusalCount[]> {
  const parameters = new StatementParameters();
  const found = await reader.select(
    `SELECT code, JSONExtractString(binding, 'node') AS node, JSONExtractString(binding, 'limit') AS limit_name,
       JSONExtractString(binding, 'currency') AS currency, toString(sum(stands_for)),
       argMax(JSONExtractString(binding, 'resetsAt'), decided_at)
     FROM ${names.kept('refusals')} WHERE ${ofPayer(question, parameters)}
     GROUP BY code, node, limit_name, currency ORDER BY sum(stands_for) DESC, code, node, limit_name, currency
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
