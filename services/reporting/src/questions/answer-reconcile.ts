import { reconcile } from '@exchequer/analytics';
import { malformed, problem, reconcileSchema, type ProblemReply, type ReconcileReply } from '@exchequer/contracts';
import type { Reporting } from '../reporting.js';
import { checkedAccount } from './checked-account.js';
import { faultReply } from './fault-reply.js';
import { seenUntil } from './wait-until.js';

/** The most that reading one account from its beginning may take here. */
const COMPARE_WITHIN_MS = 25_000;

/** Whether ClickHouse says of an account what the ledger says. */
export async function answerReconcile(
  reporting: Reporting,
  account: string,
  body: unknown,
  deadlineMs: number | undefined,
): Promise<ReconcileReply | ProblemReply> {
  const parsed = reconcileSchema.safeParse(body);
  if (!parsed.success) return { error: malformed(parsed.error) };
  const refused = await checkedAccount(reporting.ledger, account);
  if (refused !== undefined) return refused;
  const withinMs = Math.min(COMPARE_WITHIN_MS, deadlineMs === undefined ? COMPARE_WITHIN_MS : deadlineMs - Date.now());
  const signal = AbortSignal.timeout(Math.max(1, withinMs));
  try {
    const seen = await seenUntil(reporting, account, parsed.data.until ?? 'now', deadlineMs);
    if ('error' in seen) return seen;
    return await reconcile(reporting.analytics, reporting.ledger, account, seen, signal);
  } catch (fault) {
    if (!signal.aborted) return faultReply(fault);
    const sentence = `${account} could not be read from its beginning within ${String(Math.round(withinMs))} ms; give it more time, or compare up to an earlier place.`;
    return { error: problem('Unavailable', sentence) };
  }
}
