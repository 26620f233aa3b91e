import type { Problem } from '@exchequer/contracts';
import type { EndpointReport } from '../service/endpoint-report.js';
import type { BusContext, BusRequest } from './bus-request.js';
import type { IncomingRequest } from './incoming-request.js';

/**
 * What does the work of an endpoint. `each` gets one parsed body and returns the reply; `batch` gets all requests that
 * began in one turn of the event loop and answers each of them itself, now or later.
 */
export type EndpointWork =
  | { readonly kind: 'each'; readonly handle: (body: unknown, context: BusContext) => Promise<unknown> }
  | { readonly kind: 'batch'; readonly handle: (requests: readonly BusRequest[]) => Promise<unknown> };

export interface EndpointDefinition {
  readonly name: string;
  /** The subject, with * for the parts that vary. */
  readonly pattern: string;
  /** Undefined: every instance gets every message. */
  readonly queue: string | undefined;
  readonly work: EndpointWork;
}

/** A subject that is served, and the count of what happened on it. */
export class Endpoint {
  /** Begun in this turn, not handed over yet. */
  batch: IncomingRequest[] = [];
  #requests = 0;
  #errors = 0;
  #processingMs = 0;
  #lastError: Problem | undefined;

  constructor(readonly definition: EndpointDefinition) {}

  countRequest(): void {
    this.#requests++;
  }

  countAnswer(processingMs: number, refusal: Problem | undefined): void {
    this.#processingMs += processingMs;
    if (refusal === undefined) return;
    this.#errors++;
    this.#lastError = refusal;
  }

  report(): EndpointReport {
    const { name, pattern, queue } = this.definition;
    const newest = this.#lastError;
    return {
      name,
      subject: pattern,
      queueGroup: queue,
      requests: this.#requests,
      errors: this.#errors,
      lastError: newest === undefined ? '' : `${newest.code}: ${newest.message}`,
      processingMs: this.#processingMs,
    };
  }
}

/** `credits.v1.balance.*` → `credits-v1-balance`: a name that may stand in a `$SRV` answer. */
export const endpointName = (pattern: string): string =>
  pattern
    .split('.')
    .filter((token) => token !== '*' && token !== '>')
    .join('-')
    .replace(/[^A-Za-z0-9_-]/g, '_');
