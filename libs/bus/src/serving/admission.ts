import type { Problem } from '@exchequer/contracts';
import type { ServingBounds } from './bounds.js';
import { carryOut } from './carry-out.js';
import { CompletionRate } from './completion-rate.js';
import type { Endpoint } from './endpoint.js';
import type { IncomingRequest } from './incoming-request.js';
import { DEADLINE_PASSED, NOT_ANSWERED, overloaded, STOPPING, tooLarge, WRONG_DEADLINE } from './problems.js';

const UNANSWERED_CHECK_EVERY_MS = 1_000;
/** Finished places at the front of the line are given back to memory in pieces of this size. */
const COMPACT_FROM = 1_024;

/**
 * Decides when the work on a request begins: in order of arrival, as many at once as the bounds allow. All that begin
 * in one turn of the event loop and belong to one endpoint begin together.
 */
export class Admission {
  readonly #bounds: ServingBounds;
  readonly #onFault: (fault: unknown) => void;
  readonly #begun = new Set<IncomingRequest>();
  readonly #rate = new CompletionRate();
  readonly #unanswered: NodeJS.Timeout;
  /** The line: what is before `#next` has been begun or refused. */
  #line: (IncomingRequest | undefined)[] = [];
  #next = 0;
  #bytesWaiting = 0;
  #scheduled = false;
  #open = true;
  #idle: (() => void)[] = [];

  constructor(bounds: ServingBounds, onFault: (fault: unknown) => void) {
    this.#bounds = bounds;
    this.#onFault = onFault;
    this.#unanswered = setInterval(this.#endUnanswered, UNANSWERED_CHECK_EVERY_MS);
    this.#unanswered.unref();
  }

  get waiting(): number {
    return this.#line.length - this.#next;
  }

  get inFlight(): number {
    return this.#begun.size;
  }

  /** Takes a request into the line, or refuses it at once. */
  arrive(request: IncomingRequest): void {
    request.endpoint.countRequest();
    const refusal = this.#refusal(request.bytes.byteLength);
    if (refusal !== undefined) {
      request.respondProblem(refusal);
      return;
    }
    this.#bytesWaiting += request.bytes.byteLength;
    this.#line.push(request);
    this.#schedule();
  }

  /** Called by each request once, when it was answered. */
  ended(request: IncomingRequest, refusal: Problem | undefined): void {
    const processingMs = request.stage === 'begun' ? performance.now() - request.begunAtMs : 0;
    request.stage = 'ended';
    request.endpoint.countAnswer(processingMs, refusal);
    if (!this.#begun.delete(request)) return;
    this.#rate.count();
    if (this.waiting > 0) this.#schedule();
    else if (this.#begun.size === 0) this.#tellIdle();
  }

  fault(fault: unknown): void {
    this.#onFault(fault);
  }

  /** Resolves when nothing waits and nothing is under way, or when `withinMs` are over. True when all was done. */
  async idle(withinMs: number): Promise<boolean> {
    if (this.#isIdle()) return true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#idle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    return this.#isIdle();
  }

  /** Refuses what comes from now on, and answers what is left as not done. */
  close(): void {
    this.#open = false;
    clearInterval(this.#unanswered);
    for (const request of this.#line.splice(0)) request?.respondProblem(STOPPING);
    this.#next = 0;
    this.#bytesWaiting = 0;
    for (const request of [...this.#begun]) request.respondProblem(NOT_ANSWERED);
  }

  #refusal(bytes: number): Problem | undefined {
    const { messageBytesMax, messagesInFlightMax, messagesWaitingMax, bytesWaitingMax } = this.#bounds;
    if (!this.#open) return STOPPING;
    if (bytes > messageBytesMax) return tooLarge(bytes, messageBytesMax);
    const free = messagesInFlightMax - this.#begun.size;
    const full = this.waiting >= messagesWaitingMax + free || this.#bytesWaiting + bytes > bytesWaitingMax;
    return full ? overloaded(this.#rate.msFor(this.waiting)) : undefined;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After the turn's reads, so that all that has arrived by then begins together.
    setImmediate(this.#begin);
  }

  readonly #begin = (): void => {
    this.#scheduled = false;
    const atMs = performance.now();
    const endpoints: Endpoint[] = [];
    while (this.#next < this.#line.length && this.#begun.size < this.#bounds.messagesInFlightMax) {
      const request = this.#line[this.#next];
      this.#line[this.#next++] = undefined;
      if (request === undefined) continue;
      this.#bytesWaiting -= request.bytes.byteLength;
      const refusal = lateness(request);
      if (refusal !== undefined) {
        request.respondProblem(refusal);
        continue;
      }
      request.stage = 'begun';
      request.begunAtMs = atMs;
      this.#begun.add(request);
      if (request.endpoint.batch.push(request) === 1) endpoints.push(request.endpoint);
    }
    this.#compact();
    this.#rate.mark(atMs);
    for (const endpoint of endpoints) carryOut(endpoint, this.#onFault);
    if (this.#isIdle()) this.#tellIdle();
  };

  #compact(): void {
    if (this.#next === this.#line.length) {
      this.#line.length = 0;
      this.#next = 0;
    } else if (this.#next >= COMPACT_FROM) {
      this.#line.splice(0, this.#next);
      this.#next = 0;
    }
  }

  readonly #endUnanswered = (): void => {
    const beforeMs = performance.now() - this.#bounds.answerWithinMaxMs;
    for (const request of this.#begun) {
      if (request.begunAtMs > beforeMs) return;
      request.respondProblem(NOT_ANSWERED);
    }
  };

  #isIdle(): boolean {
    return this.waiting === 0 && this.#begun.size === 0;
  }

  #tellIdle(): void {
    for (const told of this.#idle.splice(0)) told();
  }
}

function lateness(request: IncomingRequest): Problem | undefined {
  const { deadlineMs } = request;
  if (deadlineMs === undefined) return undefined;
  if (Number.isNaN(deadlineMs)) return WRONG_DEADLINE;
  return deadlineMs <= Date.now() ? DEADLINE_PASSED : undefined;
}
