import { decisions } from '@exchequer/analytics';
import { decisionsSchema, malformed, type DecisionsReply, type ProblemReply } from '@exchequer/contracts';
import type { Reporting } from '../reporting.js';
import { checkedAccount } from './checked-account.js';
import { faultReply } from './fault-reply.js';
import { seenUntil } from './wait-until.js';

const DECISIONS_USUAL = 50;

/** The last refusals and approvals, and how many there were. */
export async function answerDecisions(
  reporting: Reporting,
  account: string,
  body: unknown,
): Promise<DecisionsReply | ProblemReply> {
  const parsed = decisionsSchema.safeParse(body);
  if (!parsed.success) return { error: malformed(parsed.error) };
  const refused = await checkedAccount(reporting.ledger, account);
  if (refused !== undefined) return refused;
  const { decisionId, requestId, decision, payer, limit = DECISIONS_USUAL } = parsed.data;
  try {
    const seen = await seenUntil(reporting, account, undefined, undefined);
    if ('error' in seen) return seen;
    return await decisions(reporting.analytics, { account, decisionId, requestId, decision, payer, limit }, seen.names);
  } catch (fault) {
    return faultReply(fault);
  }
}
