import { problem, SUBJECTS } from '@exchequer/contracts';
import { z } from 'zod';
import { HttpProblem, malformedRequest } from '../http/http-problem.js';
import type { Asking } from './asking.js';
import { callerOf, type Caller } from './caller.js';
import type { Operation } from './operation.js';
import { accountIn } from './read-body.js';

const HOLD = /^h-[0-9a-z]+-[0-9a-z]+$/;
const REFUSAL = /^d-[0-9a-z]+-[0-9a-z]+-[0-9a-z]+$/;

/** What `explain` takes to decide a refused request again, as the row of its decision has it. */
const refusal = z
  .object({
    request: z.record(z.string(), z.unknown()),
    lines: z.array(z.unknown()),
    context: z.unknown().optional(),
    position: z.string(),
    decidedAt: z.string(),
    decision: z.string(),
    code: z.string(),
    message: z.string(),
    amounts: z.record(z.string(), z.string()),
    binding: z.unknown(),
  })
  .transform(({ request, lines, context, position, decidedAt, binding, ...then }) => ({
    request,
    lines,
    ...(context !== undefined && context !== null && { context }),
    position,
    decidedAt,
    then: { ...then, ...(binding !== null && { binding }) },
  }));
const found = z.object({ decisions: z.array(z.unknown()) });

/** One decision with its whole context: decided again at the place of the ledger where it was made. */
export const showDecision: Operation = {
  id: 'decision',
  method: 'GET',
  path: '/v1/accounts/{account}/decisions/{decision}',
  tag: 'Look',
  summary: 'Why a decision came out as it did, by its hold, its decisionId, or the id of its request',
  replies: 'Explanation',
  handle: async ({ parameters, headers, query }, asking) => {
    const account = accountIn(parameters['account']);
    const { decision = '' } = parameters;
    if (Object.keys(query).length > 0) throw malformedRequest('A single decision takes no query parameters.');
    const caller = callerOf(headers, asking.now());
    const explain = (body: object) => asking.bytes(SUBJECTS.owner('explain', account), body, caller);
    const refusedAs = async (named: RefusalNamed) => explain(await refused(account, named, asking, caller));
    if (HOLD.test(decision)) return { status: 200, body: await explain({ hold: decision }) };
    if (REFUSAL.test(decision)) return { status: 200, body: await refusedAs({ decisionId: decision }) };
    try {
      return { status: 200, body: await explain({ command: decision }) };
    } catch (fault) {
      if (!(fault instanceof HttpProblem) || fault.problem.code !== 'UnknownHold') throw fault;
      return { status: 200, body: await refusedAs({ requestId: decision }) };
    }
  },
};

/** What a refusal is looked for by: its own name, or the id of its request, of which the newest is meant. */
type RefusalNamed = { readonly decisionId: string } | { readonly requestId: string };

/** A refusal wrote nothing to the ledger: what was asked, and where it was decided, is with the reports. */
async function refused(account: string, named: RefusalNamed, asking: Asking, caller: Caller): Promise<object> {
  const rows = found.parse(await asking.json(SUBJECTS.reporting('decisions', account), { ...named, limit: 1 }, caller));
  const [row] = rows.decisions;
  if (row === undefined) throw new HttpProblem(problem('UnknownHold', notFound(named)));
  const { success, data } = refusal.safeParse(row);
  if (success) return data;
  throw new HttpProblem(problem('UnknownHold', 'What is kept of this decision is not enough to explain it.'));
}

const notFound = (named: RefusalNamed): string =>
  'decisionId' in named
    ? `There is no refusal ${named.decisionId} in the reports; a new one arrives there within seconds.`
    : `Nothing was allowed under the id ${named.requestId}, and there is no refusal of it in the reports; a new one arrives there within seconds.`;
