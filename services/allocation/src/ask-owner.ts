import { RequestFault, type RequestClient } from '@exchequer/bus';
import type { BusContext } from '@exchequer/bus/nest';
import { HEADERS, problem, SUBJECTS, type OwnerMethod, type ProblemReply } from '@exchequer/contracts';

const ANSWER_WITHIN_MS = 5_000;
const ANONYMOUS = 'anonymous';

/** Asks an account's owner in the name of whoever asked us, within the time that they gave. */
export async function askOwner(
  requests: RequestClient,
  method: OwnerMethod,
  body: unknown,
  context: BusContext,
): Promise<object> {
  const deadlineMs = context.deadlineMs ?? Date.now() + ANSWER_WITHIN_MS;
  const traceparent = context.header(HEADERS.traceparent);
  const headers = {
    [HEADERS.actor]: context.header(HEADERS.actor) ?? ANONYMOUS,
    [HEADERS.deadline]: String(deadlineMs),
    ...(traceparent !== undefined && { [HEADERS.traceparent]: traceparent }),
  };
  try {
    const timeoutMs = Math.max(1, deadlineMs - Date.now());
    const subject = SUBJECTS.owner(method, context.lastToken);
    return (await requests.request(subject, JSON.stringify(body), { headers, timeoutMs })).json() as object;
  } catch (fault) {
    if (!(fault instanceof RequestFault)) throw fault;
    const unavailable: ProblemReply = {
      error: problem('Unavailable', `The account could not be asked: ${fault.message} Send the same request again.`),
    };
    return unavailable;
  }
}
