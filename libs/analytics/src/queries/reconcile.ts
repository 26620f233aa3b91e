import type { ReconciledSum, ReconcileReply } from '@exchequer/contracts';
import type { Ledger } from '@exchequer/ledger';
import type { Analytics } from '../connection/open-analytics.js';
import { differentGroups, differentHours } from './compare-groups.js';
import { Groups } from './groups.js';
import { ledgerSums } from './ledger-sums.js';
import type { Seen } from './report.js';
import { storedGroups, storedHours } from './stored-groups.js';
import { storedSums } from './stored-sums.js';
import { SUM_NAMES, Sums, sumText } from './sums.js';

/**
 * Holds the rows of one account against the facts that they were made from, at one position: invariant I7. Totals are
 * compared, and all that reports can group by: by hour at first, and by group in those hours that differ.
 *
 * @throws AnalyticsUnavailable, QueryTooHeavy, LedgerError
 * @throws DOMException when `signal` aborts before the end.
 */
export async function reconcile(
  analytics: Analytics,
  ledger: Ledger,
  account: string,
  { names, position }: Seen,
  signal: AbortSignal,
): Promise<ReconcileReply> {
  if (position === undefined)
    return {
      account,
      equal: true,
      sums: compared(new Sums(), new Sums()),
      groups: [],
      differentGroups: 0,
      position: null,
    };
  const [told, stored, ofHours] = await Promise.all([
    ledgerSums(ledger, account, position, signal),
    storedSums(analytics, names, account, position),
    storedHours(analytics, names, account, position),
  ]);
  const sums = compared(told.sums, stored);
  const hours = differentHours(told.groups.hours(), ofHours);
  const ofGroups = hours.length === 0 ? new Groups() : await storedGroups(analytics, names, account, position, hours);
  return {
    account,
    equal: hours.length === 0 && sums.every(({ equal }) => equal),
    sums,
    ...differentGroups(told.groups, ofGroups, hours),
    position: position.toString(),
  };
}

/** Every sum that either side has. What is zero on both says nothing and is left out, but for the number of calls. */
export const compared = (told: Sums, stored: Sums): readonly ReconciledSum[] =>
  SUM_NAMES.flatMap((name) =>
    [...new Set([...(name === 'calls' ? [''] : []), ...told.countedIn(name), ...stored.countedIn(name)])]
      .sort()
      .filter((of) => name === 'calls' || told.of(name, of) !== 0n || stored.of(name, of) !== 0n)
      .map((of) => ({
        sum: name,
        of,
        ledger: sumText(name, told.of(name, of)),
        clickhouse: sumText(name, stored.of(name, of)),
        equal: told.of(name, of) === stored.of(name, of),
      })),
  );
