import { textOf } from '../connection/click-house.js';
import type { Analytics } from '../connection/open-analytics.js';
import type { TableNames } from '../schema/table-names.js';
import { Groups, Tally } from './groups.js';
import { CHARGE_DETAILS, USAGE_DETAILS } from './row-details.js';
import { checksumOf } from './row-text.js';

const HOUR = 'intDiv(toUnixTimestamp(hour), 3600)';
const UP_TO = 'WHERE account = {account:String} AND position <= {until:UInt64}';

/** The rows of both tables, each with its group, what it adds to an amount, and its checksum. */
const rowsOf = (names: TableNames, where: string): string => `(
  SELECT ${HOUR} AS at, toString(payer) AS of_payer, toString(model) AS of_model, '' AS of_currency,
    toInt128(0) AS worth, ${checksumOf(USAGE_DETAILS)} AS checksum
  FROM ${names.ledger('usage')} ${where}
  UNION ALL
  SELECT ${HOUR}, toString(payer), toString(model), toString(currency), amount, ${checksumOf(CHARGE_DETAILS)}
  FROM ${names.ledger('charges')} ${where})`;

const SUMS = 'toString(count()), toString(sum(worth)), toString(sum(checksum))';

/**
 * What the rows of each hour come to in ClickHouse: a row an hour, however many groups there are.
 *
 * @throws AnalyticsUnavailable, QueryTooHeavy
 */
export async function storedHours(
  { reader }: Analytics,
  names: TableNames,
  account: string,
  until: bigint,
): Promise<ReadonlyMap<number, Tally>> {
  const rows = await reader.select(`SELECT toString(at), ${SUMS} FROM ${rowsOf(names, UP_TO)} GROUP BY at`, {
    account,
    until: until.toString(),
  });
  return new Map(
    rows.map((row) => {
      const [hour, count, amount, checksum] = row.map(textOf) as [string, string, string, string];
      const tally = new Tally();
      tally.add(BigInt(count), BigInt(amount), BigInt(checksum));
      return [Number(hour), tally];
    }),
  );
}

/**
 * The groups of some hours in ClickHouse.
 *
 * @throws AnalyticsUnavailable, QueryTooHeavy
 */
export async function storedGroups(
  { reader }: Analytics,
  names: TableNames,
  account: string,
  until: bigint,
  hours: readonly number[],
): Promise<Groups> {
  const rows = await reader.select(
    `SELECT toString(at), of_payer, of_model, of_currency, ${SUMS}
     FROM ${rowsOf(names, `${UP_TO} AND has({hours:Array(String)}, toString(${HOUR}))`)}
     GROUP BY at, of_payer, of_model, of_currency`,
    { account, until: until.toString(), hours: hours.map(String) },
  );
  const groups = new Groups();
  for (const row of rows) {
    const [hour, payer, model, currency, count, amount, checksum] = row.map(textOf) as [
      ...[string, string, string, string],
      ...[string, string, string],
    ];
    groups.add({ hour: Number(hour), payer, model, currency }, BigInt(count), BigInt(amount), BigInt(checksum));
  }
  return groups;
}
