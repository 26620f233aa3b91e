import { AnalyticsUnavailable, QueryTooHeavy } from '@exchequer/analytics';
import { problem, type ProblemReply } from '@exchequer/contracts';
import { LedgerUnavailable } from '@exchequer/ledger';

/**
 * What the asker hears of a fault that waiting or asking for less may help.
 *
 * @throws the fault itself when it is another.
 */
export function faultReply(fault: unknown): ProblemReply {
  if (fault instanceof QueryTooHeavy)
    return {
      error: problem('Unavailable', 'The question takes too long; ask for less: fewer dimensions, a shorter time.'),
    };
  if (fault instanceof AnalyticsUnavailable)
    return { error: problem('Unavailable', 'ClickHouse cannot be reached at the moment; ask again.') };
  if (fault instanceof LedgerUnavailable)
    return { error: problem('Unavailable', 'The ledger cannot be read at the moment; ask again.') };
  throw fault;
}
