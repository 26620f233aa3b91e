import { HEADERS, problem, type Problem } from '@exchequer/contracts';
import type { Msg } from '@nats-io/transport-node';
import type { Admission } from './admission.js';
import type { BusRequest } from './bus-request.js';
import type { Endpoint } from './endpoint.js';
import { problemBody, problemHeaders } from './problem-headers.js';

const NOT_PARSED = Symbol('not parsed');
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

type Stage = 'waiting' | 'begun' | 'ended';

/** One request from its arrival to its answer. */
export class IncomingRequest implements BusRequest {
  stage: Stage = 'waiting';
  /** When its work began, on the clock that never goes back; milliseconds. */
  begunAtMs = 0;
  readonly bytes: Uint8Array;
  readonly endpoint: Endpoint;
  readonly #message: Msg;
  readonly #admission: Admission;
  #body: unknown = NOT_PARSED;

  constructor(message: Msg, endpoint: Endpoint, admission: Admission) {
    this.#message = message;
    this.endpoint = endpoint;
    this.#admission = admission;
    this.bytes = message.data;
  }

  get subject(): string {
    return this.#message.subject;
  }

  get tokens(): readonly string[] {
    return this.#message.subject.split('.');
  }

  get lastToken(): string {
    const { subject } = this.#message;
    return subject.slice(subject.lastIndexOf('.') + 1);
  }

  get answered(): boolean {
    return this.stage === 'ended';
  }

  /** NaN when the header is there and says no instant. */
  get deadlineMs(): number | undefined {
    const text = this.header(HEADERS.deadline);
    return text === undefined ? undefined : Number(text);
  }

  header(name: string): string | undefined {
    return this.#message.headers?.get(name) || undefined;
  }

  body(): unknown {
    if (this.#body === NOT_PARSED) this.#body = this.#parse();
    return this.#body;
  }

  respond(body: Uint8Array | string): void {
    if (this.stage === 'ended') return;
    try {
      this.#message.respond(body);
    } catch (thrown) {
      this.#admission.fault(thrown);
      this.respondProblem(problem('Unavailable', 'The answer is too large to be sent; ask for less at once.'));
      return;
    }
    this.#admission.ended(this, undefined);
  }

  respondProblem(refusal: Problem): void {
    if (this.stage === 'ended') return;
    this.#message.respond(problemBody(refusal), { headers: problemHeaders(refusal) });
    this.#admission.ended(this, refusal);
  }

  #parse(): unknown {
    try {
      const text = utf8.decode(this.bytes);
      const body = JSON.parse(text) as unknown;
      if (!text.includes(PROTOTYPE_KEY) || !hasPrototypeKey(body)) return body;
      this.respondProblem(problem('Malformed', `The body has a field ${PROTOTYPE_KEY}; no field may have this name.`));
      return undefined;
    } catch (thrown) {
      this.respondProblem(problem('Malformed', malformedSentence(thrown)));
      return undefined;
    }
  }
}

/** A field of this name means another thing to some of those who read an object; a schema would leave it out silently. */
const PROTOTYPE_KEY = '__proto__';

function hasPrototypeKey(body: unknown): boolean {
  const within: unknown[] = [body];
  for (let value = within.pop(); value !== undefined; value = within.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, PROTOTYPE_KEY)) return true;
    for (const inner of Object.values(value)) if (typeof inner === 'object') within.push(inner);
  }
  return false;
}

// The parser's own sentence repeats parts of the body, which may hold secrets.
const malformedSentence = (thrown: unknown): string =>
  thrown instanceof SyntaxError
    ? 'The body is not JSON; send one JSON object.'
    : 'The body is not UTF-8; send JSON in UTF-8.';
