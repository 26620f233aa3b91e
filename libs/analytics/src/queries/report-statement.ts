import type { Parameter } from '../connection/click-house.js';
import { storableInstant } from '../rows/instants.js';
import { TOKEN_COLUMNS } from '../rows/quantities.js';
import type { TableNames } from '../schema/table-names.js';
import { dimensionOf, isManifold, type ManifoldDimension } from './dimensions.js';
import type { ReportQuestion } from './report.js';
import { StatementParameters } from './statement-parameters.js';

export interface Statement {
  readonly text: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/**
 * One statement over both tables: each is grouped by itself, and the groups are put together. Its columns are the
 * dimensions, calls, unpriced, an array of (meter, quantity) and an array of (currency, nano-units), all as texts.
 */
export function reportStatement(question: ReportQuestion, names: TableNames, position: bigint | undefined): Statement {
  const parameters = new StatementParameters();
  parameters.named('zone', question.zone);
  const wanted = valuesOf(question.where);
  const conditions = conditionsOf(question, wanted, position, parameters);
  const aliases = question.by.map((_, index) => `d${String(index)}`);
  const usage = usageGroups(question.by, wanted, names, conditions, parameters);
  const charges = chargeGroups(question.by, wanted, names, conditions, parameters);
  const groupBy = aliases.length === 0 ? '' : `GROUP BY ${aliases.join(', ')} ORDER BY ${aliases.join(', ')}`;
  const dimensions = aliases.map((alias) => `${alias}, `).join('');
  return {
    text: `SELECT ${dimensions}toString(sum(group_calls)), toString(sum(group_unpriced)),
      arrayMap(pair -> (pair.1, toString(pair.2)), arraySort(groupArrayArray(group_meters))),
      arrayMap(pair -> (pair.1, toString(pair.2)), arraySort(groupArrayArray(group_amounts))),
      arrayMap(pair -> (pair.1, toString(pair.2)), arraySort(groupArrayArray(group_market)))
    FROM (${usage} UNION ALL ${charges}) ${groupBy}
    LIMIT ${String(question.limit + 1)}`,
    parameters: parameters.values,
  };
}

/** Values asked for by dimension: any of them will do. */
type Wanted = ReadonlyMap<string, readonly string[]>;

function valuesOf(where: ReportQuestion['where']): Wanted {
  const wanted = new Map<string, string[]>();
  for (const { dimension, value } of where) {
    const values = wanted.get(dimension);
    if (values === undefined) wanted.set(dimension, [value]);
    else values.push(value);
  }
  return wanted;
}

/** What both tables are searched for. The account is the server's: no question can leave it out. */
function conditionsOf(
  { account, from, to, after }: ReportQuestion,
  wanted: Wanted,
  position: bigint | undefined,
  parameters: StatementParameters,
): string {
  const conditions = [
    `account = ${parameters.text(account)}`,
    position === undefined ? 'false' : `position <= ${parameters.position(position)}`,
  ];
  if (after !== undefined) conditions.push(`position > ${parameters.position(after)}`);
  if (from !== undefined) {
    const instant = parameters.instant(storableInstant(from));
    conditions.push(`used_at >= ${instant}`, `hour >= toStartOfHour(${instant})`);
  }
  if (to !== undefined) {
    const instant = parameters.instant(storableInstant(to));
    conditions.push(`used_at < ${instant}`, `hour <= toStartOfHour(${instant})`);
  }
  for (const [name, values] of wanted)
    if (!isManifold(name))
      conditions.push(`has(${parameters.texts(values)}, ${dimensionOf(name, parameters.text).expression})`);
  return conditions.join(' AND ');
}

const TOKENS = `[${TOKEN_COLUMNS.map((column) => `('${column}', ${column})`).join(', ')}]`;
const OTHERS = 'arrayZip(mapKeys(meters), mapValues(meters))';
/** What has got its price is measured again, with nothing more of it: so it leaves what is unpriced, meter by meter. */
const PRICED = `arrayMap(one -> (CAST(one AS String), toDecimal128(0, 9)), priced_meters)`;
const MEASURED = `CAST(arrayConcat(arrayFilter(pair -> pair.2 != 0, ${TOKENS}), ${OTHERS}, ${PRICED}) AS Array(Tuple(String, Decimal(38, 9))))`;
const TOKEN_SUMS = `[${TOKEN_COLUMNS.map((column) => `('${column}', sum(${column}))`).join(', ')}]`;
const METER_SUMS = `CAST(arrayConcat(${TOKEN_SUMS}, arrayZip(mapKeys(sumMap(meters)), mapValues(sumMap(meters)))) AS Array(Tuple(String, Decimal(38, 9))))`;
/** Calls without a price, less those whose price has come. */
const UNPRICED = 'toInt64(countIf(unpriced AND NOT correction)) - toInt64(countIf(unpriced AND correction))';
const NO_METERS = `CAST([] AS Array(Tuple(String, Decimal(38, 9))))`;
const NO_AMOUNTS = `CAST([] AS Array(Tuple(String, Int128)))`;

type Spell = Readonly<Record<ManifoldDimension, string>>;

/** A group's dimensions as columns d0, d1, … */
const columnsOf = (by: readonly string[], spell: Spell, parameters: StatementParameters): string =>
  by
    .map((name, index) => {
      const expression = isManifold(name) ? spell[name] : dimensionOf(name, parameters.text).expression;
      return `${expression} AS d${String(index)}, `;
    })
    .join('');

const groupedBy = (keys: readonly string[]): string => (keys.length === 0 ? '' : `GROUP BY ${keys.join(', ')}`);

function usageGroups(
  by: readonly string[],
  wanted: Wanted,
  names: TableNames,
  conditions: string,
  parameters: StatementParameters,
): string {
  const meters = wanted.get('meter');
  const currencies = wanted.get('currency');
  const byMeter = by.includes('meter');
  const more: string[] = [];
  if (meters !== undefined) more.push(`arrayExists(pair -> has(${parameters.texts(meters)}, pair.1), ${MEASURED})`);
  if (currencies !== undefined) more.push(`hasAny(currencies, ${parameters.texts(currencies)})`);
  const each = (array: string, none: string): string => `arrayJoin(if(empty(${array}), [${none}], ${array}))`;
  const measured =
    meters === undefined ? MEASURED : `arrayFilter(pair -> has(${parameters.texts(meters)}, pair.1), ${MEASURED})`;
  const paidIn =
    currencies === undefined
      ? 'CAST(currencies AS Array(String))'
      : `arrayFilter(one -> has(${parameters.texts(currencies)}, one), CAST(currencies AS Array(String)))`;
  const spell = { meter: 'measure.1', currency: each(paidIn, `''`) };
  const sums = byMeter ? `CAST([(measure.1, sum(measure.2))] AS Array(Tuple(String, Decimal(38, 9))))` : METER_SUMS;
  const source = byMeter
    ? `(SELECT *, ${each(measured, `('', toDecimal128(0, 9))`)} AS measure FROM ${names.ledger('usage')} WHERE ${[conditions, ...more].join(' AND ')})`
    : `${names.ledger('usage')} WHERE ${[conditions, ...more].join(' AND ')}`;
  const keys = by.map((_, index) => `d${String(index)}`);
  return `SELECT ${columnsOf(by, spell, parameters)}
      countIf(NOT correction) AS group_calls, ${UNPRICED} AS group_unpriced, ${sums} AS group_meters, ${NO_AMOUNTS} AS group_amounts,
      ${NO_AMOUNTS} AS group_market
    FROM ${source} ${groupedBy(byMeter ? [...keys, 'measure.1'] : keys)}`;
}

function chargeGroups(
  by: readonly string[],
  wanted: Wanted,
  names: TableNames,
  conditions: string,
  parameters: StatementParameters,
): string {
  const meters = wanted.get('meter');
  const currencies = wanted.get('currency');
  const byMeter = by.includes('meter');
  const more: string[] = [];
  if (meters !== undefined) more.push(`hasAny(meters, ${parameters.texts(meters)})`);
  if (currencies !== undefined) more.push(`has(${parameters.texts(currencies)}, currency)`);
  const lines =
    meters === undefined
      ? 'arrayZip(meters, meter_amounts)'
      : `arrayFilter(pair -> has(${parameters.texts(meters)}, pair.1), arrayZip(meters, meter_amounts))`;
  const cost = byMeter ? 'line.2' : meters === undefined ? 'amount' : `arraySum(pair -> pair.2, ${lines})`;
  // Of a part of a charge no market cost is known.
  const market =
    byMeter || meters !== undefined
      ? NO_AMOUNTS
      : 'CAST([(toString(currency), sum(market_cost))] AS Array(Tuple(String, Int128)))';
  const spell = { meter: 'toString(line.1)', currency: 'toString(currency)' };
  const where = [conditions, ...more].join(' AND ');
  const source = byMeter
    ? `(SELECT *, arrayJoin(${lines}) AS line FROM ${names.ledger('charges')} WHERE ${where})`
    : `${names.ledger('charges')} WHERE ${where}`;
  const keys = by.map((_, index) => `d${String(index)}`);
  return `SELECT ${columnsOf(by, spell, parameters)}
      toUInt64(0) AS group_calls, toInt64(0) AS group_unpriced, ${NO_METERS} AS group_meters,
      CAST([(toString(currency), sum(${cost}))] AS Array(Tuple(String, Int128))) AS group_amounts,
      ${market} AS group_market
    FROM ${source} ${groupedBy([...keys, 'currency'])}`;
}
