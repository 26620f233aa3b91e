import {
  MessageTooLarge,
  RequestFault,
  RequestInvalid,
  RequestTimeout,
  TooManyRequests,
  type BusReply,
  type RequestClient,
} from '@exchequer/bus';
import { HEADERS, isProblemReply, problem, problemReplySchema, type Problem } from '@exchequer/contracts';
import { HttpProblem } from '../http/http-problem.js';
import type { Caller } from './caller.js';

/** Asks the services over NATS. What they refuse, and that they do not answer, is thrown as an {@link HttpProblem}. */
export class Asking {
  constructor(
    private readonly requests: RequestClient,
    readonly now: () => number,
  ) {}

  /** The reply as it came, JSON in bytes: it is handed on without being read. */
  async bytes(subject: string, body: object, caller: Caller): Promise<Uint8Array> {
    const reply = await this.send(subject, body, caller);
    if (reply.errorCode !== undefined) throw new HttpProblem(problemIn(reply));
    return Uint8Array.from(reply.bytes);
  }

  /** The reply, parsed. */
  async json(subject: string, body: object, caller: Caller): Promise<unknown> {
    const reply = await this.send(subject, body, caller);
    const parsed = reply.json();
    if (isProblemReply(parsed)) throw new HttpProblem(problemIn(reply));
    return parsed;
  }

  private async send(subject: string, body: object, { actor, deadlineMs, traceparent }: Caller): Promise<BusReply> {
    const headers = {
      [HEADERS.actor]: actor,
      [HEADERS.deadline]: String(deadlineMs),
      ...(traceparent !== undefined && { [HEADERS.traceparent]: traceparent }),
    };
    const timeoutMs = deadlineMs - this.now();
    if (timeoutMs <= 0)
      throw new HttpProblem(problem('DeadlineExceeded', 'The deadline had passed before the work began.'));
    try {
      return await this.requests.request(subject, JSON.stringify(body), { headers, timeoutMs });
    } catch (fault) {
      if (fault instanceof RequestFault) throw new HttpProblem(problemOf(fault), statusOf(fault));
      throw fault;
    }
  }
}

function problemIn(reply: BusReply): Problem {
  const parsed = problemReplySchema.safeParse(reply.json());
  if (!parsed.success)
    return problem('Unavailable', 'A service refused and did not say why; send the same request again.');
  const { code, message, details } = parsed.data.error;
  return problem(code, message, details);
}

function problemOf(fault: RequestFault): Problem {
  if (fault instanceof MessageTooLarge || fault instanceof RequestInvalid) return problem('Malformed', fault.message);
  if (fault instanceof TooManyRequests) return problem('Overloaded', fault.message);
  if (fault instanceof RequestTimeout)
    return problem(
      'DeadlineExceeded',
      'No answer came in time, and whether it was carried out is not known; send the same request again under the same id.',
    );
  const again = fault.outcome === 'unknown' ? ' Send the same request again under the same id.' : ' Send it again.';
  return problem('Unavailable', fault.message + again);
}

const statusOf = (fault: RequestFault): { status?: number } =>
  fault instanceof MessageTooLarge ? { status: 413 } : {};
