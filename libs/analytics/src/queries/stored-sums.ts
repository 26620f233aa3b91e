import { textOf } from '../connection/click-house.js';
import type { Analytics } from '../connection/open-analytics.js';
import { TOKEN_COLUMNS } from '../rows/quantities.js';
import type { TableNames } from '../schema/table-names.js';
import { SUM_NAMES, Sums, type SumName } from './sums.js';

const UP_TO = 'WHERE account = {account:String} AND position <= {until:UInt64}';
/** Whole units with decimals as a number of billionths. */
const BILLIONTHS = 'toInt128(toDecimal256(quantity, 9) * 1000000000)';
const BALANCES = ['granted', 'available', 'held', 'spent', 'forfeited', 'owed'] as const satisfies readonly SumName[];

/**
 * The same sums out of the rows of ClickHouse.
 *
 * @param until the last position that counts.
 * @throws AnalyticsUnavailable, QueryTooHeavy
 */
export async function storedSums(
  { reader }: Analytics,
  names: TableNames,
  account: string,
  until: bigint,
): Promise<Sums> {
  const usage = `${names.ledger('usage')} ${UP_TO}`;
  const tokens = TOKEN_COLUMNS.map((column) => `('${column}', ${column})`).join(', ');
  const measured = `arrayConcat([${tokens}], arrayZip(CAST(mapKeys(meters) AS Array(String)), mapValues(meters)))`;
  const parts = [
    `SELECT 'calls' AS name, '' AS of, toInt128(countIf(NOT correction)) AS value FROM ${usage}`,
    `SELECT 'unpriced', '', toInt128(countIf(unpriced AND NOT correction)) - toInt128(countIf(unpriced AND correction)) FROM ${usage}`,
    `SELECT 'approvals', '', toInt128(count()) FROM ${names.ledger('approvals')} ${UP_TO}`,
    `SELECT 'quantity', meter, ${BILLIONTHS} FROM (
       SELECT part.1 AS meter, sum(part.2) AS quantity
       FROM (SELECT arrayJoin(${measured}) AS part FROM ${usage}) GROUP BY part.1)`,
    `SELECT 'charged', toString(currency), sum(amount) FROM ${names.ledger('charges')} ${UP_TO} GROUP BY currency`,
    `SELECT 'uncollected', toString(currency), sum(uncollected) FROM ${names.ledger('charges')} ${UP_TO} GROUP BY currency`,
    ...BALANCES.map(
      (name) =>
        `SELECT '${name}', toString(currency), sum(${name}) FROM ${names.ledger('movements')} ${UP_TO} GROUP BY currency`,
    ),
  ];
  const rows = await reader.select(`SELECT name, of, toString(value) FROM (${parts.join('\nUNION ALL ')})`, {
    account,
    until: until.toString(),
  });
  const sums = new Sums();
  for (const [name, of, value] of rows) {
    const known = SUM_NAMES.find((candidate) => candidate === textOf(name));
    if (known !== undefined) sums.add(known, textOf(of), BigInt(textOf(value)));
  }
  return sums;
}
