import { RequestFault, type RequestClient } from '@exchequer/bus';
import {
  HEADERS,
  isProblemReply,
  problem,
  SUBJECTS,
  type Problem,
  type ProblemReply,
  type OutcomeBody,
  type OutcomeReply,
  type RecordBody,
  type SettlementReply,
} from '@exchequer/contracts';

/** On whose behalf, and until when, charges are sent. */
export interface ChargeSender {
  readonly account: string;
  readonly actor: string;
  readonly traceparent: string | undefined;
  readonly deadlineMs: number;
}

/** Sends charges to the account's owner, many in one message; each gets its settlement, or why it has none. */
export const sendCharges = (
  requests: RequestClient,
  sender: ChargeSender,
  items: readonly RecordBody[],
): Promise<readonly (SettlementReply | ProblemReply)[]> => send(requests, 'record', sender, items);

/** Likewise how tasks came out. */
export const sendOutcomes = (
  requests: RequestClient,
  sender: ChargeSender,
  items: readonly OutcomeBody[],
): Promise<readonly (OutcomeReply | ProblemReply)[]> => send(requests, 'outcome', sender, items);

async function send<Reply>(
  requests: RequestClient,
  method: 'record' | 'outcome',
  { account, actor, traceparent, deadlineMs }: ChargeSender,
  items: readonly object[],
): Promise<readonly (Reply | ProblemReply)[]> {
  const headers = {
    [HEADERS.actor]: actor,
    [HEADERS.deadline]: String(deadlineMs),
    ...(traceparent !== undefined && { [HEADERS.traceparent]: traceparent }),
  };
  const timeoutMs = Math.max(1, deadlineMs - Date.now());
  try {
    const body = JSON.stringify({ items });
    const reply = (await requests.request(SUBJECTS.owner(method, account), body, { headers, timeoutMs })).json();
    if (isProblemReply(reply)) return items.map(() => reply);
    return (reply as { readonly items: readonly (Reply | ProblemReply)[] }).items;
  } catch (fault) {
    const refused = { error: unavailable(fault) };
    return items.map(() => refused);
  }
}

/** The owner cannot be asked: the producer sends the same events again. */
function unavailable(fault: unknown): Problem {
  if (!(fault instanceof RequestFault)) throw fault;
  return problem('Unavailable', `The usage could not be settled: ${fault.message} Send the same events again.`);
}
