import { report, type ReportQuestion } from '@exchequer/analytics';
import {
  malformed,
  parseInstant,
  problem,
  reportSchema,
  type ProblemReply,
  type ReportBody,
  type ReportReply,
} from '@exchequer/contracts';
import type { Reporting } from '../reporting.js';
import { checkedAccount } from './checked-account.js';
import { faultReply } from './fault-reply.js';
import { placeOf } from './place.js';
import { seenUntil } from './wait-until.js';

const ROWS_USUAL = 1_000;

/** Sums over usage and charges of one account: the one that the subject names. */
export async function answerReport(
  reporting: Reporting,
  account: string,
  body: unknown,
  deadlineMs: number | undefined,
): Promise<ReportReply | ProblemReply> {
  const parsed = reportSchema.safeParse(body);
  if (!parsed.success) return { error: malformed(parsed.error) };
  const refused = checkedQuestion(parsed.data) ?? (await checkedAccount(reporting.ledger, account));
  if (refused !== undefined) return refused;
  try {
    const { after, until } = parsed.data;
    const begin =
      after === undefined ? { position: undefined } : await placeOf(reporting.ledger, account, after, 'after');
    if ('error' in begin) return begin;
    const seen = await seenUntil(reporting, account, until, deadlineMs);
    if ('error' in seen) return seen;
    return await report(reporting.analytics, questionOf(account, parsed.data, begin.position), seen);
  } catch (fault) {
    return faultReply(fault);
  }
}

const questionOf = (account: string, body: ReportBody, after: bigint | undefined): ReportQuestion => ({
  account,
  by: body.by,
  from: body.from === undefined ? undefined : parseInstant(body.from),
  to: body.to === undefined ? undefined : parseInstant(body.to),
  zone: body.zone ?? 'UTC',
  where: body.where ?? [],
  after,
  limit: body.limit ?? ROWS_USUAL,
});

function checkedQuestion({ by, from, to, zone }: ReportBody): ProblemReply | undefined {
  const twice = by.find((name, index) => by.indexOf(name) !== index);
  if (twice !== undefined) return refusal('by', `has ${twice} twice`);
  if (from !== undefined && to !== undefined && parseInstant(from) >= parseInstant(to))
    return refusal('from', 'is not before to');
  if (zone !== undefined && !isZone(zone))
    return refusal('zone', 'is no time zone; it takes a name such as Europe/Berlin');
  return undefined;
}

const refusal = (field: string, sentence: string): ProblemReply => ({
  error: problem('Malformed', `${field}: ${sentence}.`, { field }),
});

/** Names alone: offsets such as +02:00, which this runtime takes, ClickHouse does not. */
function isZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
