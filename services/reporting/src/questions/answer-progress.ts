import { malformed, progressSchema, type ProblemReply, type ProgressReply } from '@exchequer/contracts';
import { newestPositions } from '@exchequer/analytics';
import type { Reporting } from '../reporting.js';
import { malformedAccount } from './checked-account.js';
import { faultReply } from './fault-reply.js';
import { seenUntil } from './wait-until.js';

/** How far ClickHouse is; with `until`, once it is there. */
export async function answerProgress(
  reporting: Reporting,
  account: string,
  body: unknown,
  deadlineMs: number | undefined,
): Promise<ProgressReply | ProblemReply> {
  const parsed = progressSchema.safeParse(body);
  if (!parsed.success) return { error: malformed(parsed.error) };
  const refused = malformedAccount(account);
  if (refused !== undefined) return refused;
  try {
    const { until } = parsed.data;
    if (until !== undefined) {
      const seen = await seenUntil(reporting, account, until, deadlineMs);
      if ('error' in seen) return seen;
    }
    const { state, position, behindMs, rows, trouble, names } = reporting.progress;
    return {
      state,
      position: position?.toString() ?? null,
      behindMs: behindMs ?? null,
      tables: names === undefined ? {} : await newestPositions(reporting.analytics, names),
      rows,
      trouble: reporting.ended?.message ?? trouble ?? null,
    };
  } catch (fault) {
    return faultReply(fault);
  }
}
