import {
  ClosedConnectionError,
  DrainingConnectionError,
  PermissionViolationError,
  type Msg,
  type PublishOptions,
} from '@nats-io/transport-node';
import { BusReply } from './bus-reply.js';
import type { Bus, BusSubscription } from './bus.js';
import type { BusEvent } from './bus-event.js';
import {
  BusClosed,
  Disconnected,
  MessageTooLarge,
  NoResponders,
  NotPermitted,
  RequestInvalid,
  RequestTimeout,
  TooManyRequests,
  type RequestFault,
  type RequestOutcome,
} from './errors.js';
import type { HeaderRecord } from './message.js';
import { outgoingHeaders } from './outgoing-headers.js';

const REQUESTS_IN_FLIGHT_MAX = 65_536;
const TIMEOUT_MS = 5_000;
const SWEEP_EVERY_MS = 25;
const NO_RESPONDERS_STATUS = 503;
const TOKEN_RADIX = 36;

export interface RequestClientOptions {
  /** Requests that await an answer at once; one more is rejected with {@link TooManyRequests}. */
  readonly requestsInFlightMax?: number;
  /** For requests that do not say how long they wait. */
  readonly timeoutMs?: number;
}

export interface RequestOptions {
  readonly headers?: HeaderRecord;
  /** Measured to {@link SWEEP_EVERY_MS}: one timer serves all requests. */
  readonly timeoutMs?: number;
}

interface Pending {
  readonly subject: string;
  readonly timeoutMs: number;
  readonly untilMs: number;
  readonly resolve: (reply: BusReply) => void;
  readonly reject: (fault: RequestFault) => void;
}

/**
 * Requests and their answers over one inbox subscription and one timer, however many are under way.
 *
 * Every request ends: with an answer, or with a {@link RequestFault} that says whether it may have been carried out.
 */
export class RequestClient {
  readonly #bus: Bus;
  readonly #inbox: string;
  readonly #answers: BusSubscription;
  readonly #pending = new Map<string, Pending>();
  readonly #requestsInFlightMax: number;
  readonly #timeoutMs: number;
  readonly #stopListening: () => void;
  #requests = 0;
  #sweep: NodeJS.Timeout | undefined;
  #ended: ((outcome: RequestOutcome) => RequestFault) | undefined;

  constructor(bus: Bus, options: RequestClientOptions = {}) {
    this.#bus = bus;
    this.#requestsInFlightMax = options.requestsInFlightMax ?? REQUESTS_IN_FLIGHT_MAX;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#inbox = `${bus.newInbox()}.`;
    this.#answers = bus.subscribeRaw(`${this.#inbox}*`, {}, (message) => {
      this.#answered(message);
    });
    this.#stopListening = bus.listen((event) => {
      this.#heard(event);
    });
  }

  /** Requests that await their answer. */
  get inFlight(): number {
    return this.#pending.size;
  }

  /**
   * Sends a request and resolves with what the service answered, refusals included.
   *
   * @throws RequestFault (as a rejection) when no answer came; its `outcome` says what is known.
   */
  request(subject: string, body: Uint8Array | string, options?: RequestOptions): Promise<BusReply> {
    const refusal = this.#refusalToSend();
    if (refusal !== undefined) return Promise.reject(refusal);
    const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
    const { messageBytesMax } = this.#bus;
    if (bytes.byteLength > messageBytesMax)
      return Promise.reject(new MessageTooLarge(subject, bytes.byteLength, messageBytesMax));
    const token = (this.#requests++).toString(TOKEN_RADIX);
    return new Promise((resolve, reject) => {
      const fault = this.#send(subject, bytes, token, options?.headers);
      if (fault !== undefined) {
        reject(fault);
        return;
      }
      const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
      this.#pending.set(token, { subject, timeoutMs, untilMs: Date.now() + timeoutMs, resolve, reject });
      this.#sweep ??= setTimeout(this.#endLate, SWEEP_EVERY_MS);
    });
  }

  /** Ends every request that is under way as {@link BusClosed}, and takes no more. The bus stays open. */
  close(): void {
    this.#end((outcome) => new BusClosed(outcome));
    this.#answers.stop();
  }

  #refusalToSend(): RequestFault | undefined {
    if (this.#ended !== undefined) return this.#ended('not-sent');
    if (!this.#bus.connected) return new Disconnected('not-sent');
    if (this.#pending.size >= this.#requestsInFlightMax) return new TooManyRequests(this.#requestsInFlightMax);
    return undefined;
  }

  #send(
    subject: string,
    bytes: Uint8Array,
    token: string,
    headers: HeaderRecord | undefined,
  ): RequestFault | undefined {
    try {
      const options: PublishOptions = { reply: this.#inbox + token };
      if (headers !== undefined) options.headers = outgoingHeaders(headers);
      this.#bus.nats.publish(subject, bytes, options);
      return undefined;
    } catch (thrown) {
      return whyNotSent(subject, thrown);
    }
  }

  #answered(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length);
    const pending = this.#pending.get(token);
    if (pending === undefined) return;
    this.#pending.delete(token);
    if (message.data.byteLength === 0 && message.headers?.code === NO_RESPONDERS_STATUS)
      pending.reject(new NoResponders(pending.subject));
    else pending.resolve(new BusReply(message));
  }

  readonly #endLate = (): void => {
    const nowMs = Date.now();
    for (const [token, pending] of this.#pending) {
      if (pending.untilMs > nowMs) continue;
      this.#pending.delete(token);
      pending.reject(new RequestTimeout(pending.subject, pending.timeoutMs));
    }
    this.#sweep = this.#pending.size > 0 ? setTimeout(this.#endLate, SWEEP_EVERY_MS) : undefined;
  };

  #heard(event: BusEvent): void {
    switch (event.type) {
      case 'disconnected':
        this.#rejectAll(new Disconnected('unknown'));
        break;
      case 'closed':
        this.#end((outcome) => new BusClosed(outcome));
        break;
      case 'fault':
        if (event.error instanceof PermissionViolationError) this.#forbidden(event.error);
        break;
      case 'reconnected':
    }
  }

  #forbidden(violation: PermissionViolationError): void {
    const fault = new NotPermitted(violation.subject, { cause: violation });
    if (violation.operation === 'publish') this.#rejectAll(fault, violation.subject);
    else if (violation.subject === this.#answers.subject) this.#end(() => fault);
  }

  #end(fault: (outcome: RequestOutcome) => RequestFault): void {
    this.#ended ??= fault;
    this.#stopListening();
    this.#rejectAll(fault('unknown'));
    clearTimeout(this.#sweep);
    this.#sweep = undefined;
  }

  #rejectAll(fault: RequestFault, subject?: string): void {
    for (const [token, pending] of this.#pending) {
      if (subject !== undefined && pending.subject !== subject) continue;
      this.#pending.delete(token);
      pending.reject(fault);
    }
  }
}

function whyNotSent(subject: string, thrown: unknown): RequestFault {
  if (thrown instanceof ClosedConnectionError || thrown instanceof DrainingConnectionError)
    return new BusClosed('not-sent');
  return new RequestInvalid(subject, { cause: thrown instanceof Error ? thrown : new Error(String(thrown)) });
}
