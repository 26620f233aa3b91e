import { MessageTooLarge, RequestFault, type RequestClient } from '@exchequer/bus';
import { BOUNDS, HEADERS, isProblemReply, isRetryable, problem, type Problem } from '@exchequer/contracts';
import { ExchequerError } from './exchequer-error.js';

/** How a client sends. Sensible as they are: there is nothing for a caller to tune. */
export interface SendingBounds {
  /** A call that has no answer after this is given up. */
  readonly giveUpAfterMs: number;
  /** One message that has no answer after this is sent again, under the same ids. */
  readonly answerWithinMs: number;
  readonly messagesInFlightMax: number;
  /** Calls above this that wait at once are sent as several messages: while one is decided the next is read. */
  readonly itemsPerMessage: number;
  readonly retryDelayMinMs: number;
  readonly retryDelayMaxMs: number;
}

export const SENDING_BOUNDS: SendingBounds = {
  giveUpAfterMs: 30_000,
  answerWithinMs: 5_000,
  messagesInFlightMax: 8,
  itemsPerMessage: 128,
  retryDelayMinMs: 20,
  retryDelayMaxMs: 1_000,
};

/** One call, from its making to its answer. */
interface Call {
  readonly body: object;
  readonly untilMs: number;
  attempts: number;
  readonly resolve: (reply: never) => void;
  readonly reject: (error: ExchequerError) => void;
}

/**
 * Sends calls to one subject. Calls that are made at once travel as one message; a call that got no answer is sent again
 * under the same id, so that it takes effect once.
 */
export class Coalescer {
  private waiting: Call[] = [];
  /** Calls that wait for their next attempt, with the timer that will send them. */
  private readonly pausing = new Map<NodeJS.Timeout, readonly Call[]>();
  private inFlight = 0;
  private scheduled = false;
  private closed = false;

  constructor(
    private readonly subject: string,
    private readonly requests: RequestClient,
    private readonly actor: string,
    private readonly bounds: SendingBounds,
    /** Told of each call that is sent again. */
    private readonly onRetry: (body: object) => void,
  ) {}

  /** @throws ExchequerError (as a rejection) when the call is refused, or has no answer in time. */
  call<Reply>(body: object): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      if (this.closed) {
        reject(new ExchequerError(CLOSED, 0));
        return;
      }
      const untilMs = Date.now() + this.bounds.giveUpAfterMs;
      this.waiting.push({ body, untilMs, attempts: 0, resolve, reject });
      this.schedule();
    });
  }

  /** Rejects every call that is not on its way at this moment; what is on its way ends with its request. */
  close(): void {
    this.closed = true;
    const unsent = [...this.waiting, ...[...this.pausing.values()].flat()];
    for (const timer of this.pausing.keys()) clearTimeout(timer);
    this.waiting = [];
    this.pausing.clear();
    for (const call of unsent) call.reject(new ExchequerError(CLOSED, call.attempts));
  }

  /** Everything that was called in this turn of the event loop is sent together, at its end. */
  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0 || this.inFlight >= this.bounds.messagesInFlightMax) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.send();
    });
  }

  private send(): void {
    const { itemsPerMessage, messagesInFlightMax } = this.bounds;
    while (this.waiting.length > 0 && this.inFlight < messagesInFlightMax) {
      const calls = this.waiting.length <= itemsPerMessage ? this.waiting : this.waiting.slice(0, itemsPerMessage);
      this.waiting = this.waiting.length <= itemsPerMessage ? [] : this.waiting.slice(itemsPerMessage);
      void this.sendTogether(calls);
    }
  }

  private async sendTogether(calls: readonly Call[]): Promise<void> {
    const [only] = calls;
    const isBatch = calls.length > 1 || only === undefined;
    const text = JSON.stringify(isBatch ? { items: calls.map((call) => call.body) } : only.body);
    if (isBatch && Buffer.byteLength(text) > BOUNDS.messageBytesMax) {
      const half = calls.length >> 1;
      await Promise.all([this.sendTogether(calls.slice(0, half)), this.sendTogether(calls.slice(half))]);
      return;
    }
    this.inFlight += 1;
    for (const call of calls) call.attempts += 1;
    const timeoutMs = this.bounds.answerWithinMs;
    const headers = { [HEADERS.actor]: this.actor, [HEADERS.deadline]: String(Date.now() + timeoutMs) };
    try {
      const reply = (await this.requests.request(this.subject, text, { headers, timeoutMs })).json();
      const replies = isBatch && !isProblemReply(reply) ? (reply as { items: readonly unknown[] }).items : undefined;
      this.settleAll(calls, replies ?? calls.map(() => reply));
    } catch (fault) {
      this.failed(calls, fault);
    } finally {
      this.inFlight -= 1;
      this.schedule();
    }
  }

  /** Gives each call its answer. Those to be sent again go together, after the longest delay that any was told. */
  private settleAll(calls: readonly Call[], replies: readonly unknown[]): void {
    const again: Refused[] = [];
    let afterMs: number | undefined;
    for (const [index, call] of calls.entries()) {
      const reply = replies[index];
      if (!isProblemReply(reply)) call.resolve(reply as never);
      else if (isRetryable(reply.error.code)) {
        again.push({ call, given: reply.error });
        const told = retryAfterOf(reply.error);
        if (told !== undefined) afterMs = Math.max(afterMs ?? 0, told);
      } else call.reject(new ExchequerError(reply.error, call.attempts));
    }
    if (again.length > 0) this.retry(again, afterMs);
  }

  private failed(calls: readonly Call[], fault: unknown): void {
    const message = fault instanceof Error ? fault.message : 'No answer came.';
    const given = fault instanceof MessageTooLarge ? problem('Malformed', message) : problem('Unavailable', message);
    const refused = calls.map((call) => ({ call, given, cause: fault }));
    if (fault instanceof RequestFault && given.code === 'Unavailable') this.retry(refused);
    else for (const one of refused) giveUp(one);
  }

  /**
   * Sends calls of one message again, together and in their order: with a timer each they could leave in parts, and the
   * later part be decided first.
   */
  private retry(refused: readonly Refused[], afterMs?: number): void {
    const { retryDelayMinMs, retryDelayMaxMs } = this.bounds;
    const attempts = Math.max(...refused.map(({ call }) => call.attempts));
    const delayMs = afterMs ?? Math.min(retryDelayMaxMs, retryDelayMinMs * 2 ** Math.min(attempts - 1, 10));
    const atMs = Date.now() + delayMs;
    const again: Call[] = [];
    for (const one of refused)
      if (this.closed || atMs > one.call.untilMs) giveUp(one);
      else again.push(one.call);
    if (again.length === 0) return;
    for (const { body } of again) this.onRetry(body);
    const timer = setTimeout(() => {
      this.pausing.delete(timer);
      this.waiting.push(...again);
      this.schedule();
    }, delayMs);
    this.pausing.set(timer, again);
  }
}

/** A call that got no answer, or one that asks to try again. */
interface Refused {
  readonly call: Call;
  readonly given: Problem;
  readonly cause?: unknown;
}

const giveUp = ({ call, given, cause }: Refused): void =>
  call.reject(new ExchequerError(given, call.attempts, cause === undefined ? {} : { cause }));

const CLOSED = problem('Unavailable', 'The client was closed before an answer came.');

function retryAfterOf({ details }: Problem): number | undefined {
  const after = details?.['retryAfterMs'];
  return typeof after === 'number' ? after : undefined;
}
