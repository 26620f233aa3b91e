import { HEADERS } from '@exchequer/contracts';
import type { BusMessage, MessageHeaders } from './message.js';

/** The answer to a request: the service's, be it a result or a refusal. */
export class BusReply {
  readonly #message: BusMessage;

  constructor(message: BusMessage) {
    this.#message = message;
  }

  get bytes(): Uint8Array {
    return this.#message.data;
  }

  /** Absent when the answer has none; most have none. */
  get headers(): MessageHeaders | undefined {
    return this.#message.headers;
  }

  /** The code of a refusal; absent when the request was carried out. */
  get errorCode(): string | undefined {
    return this.#header(HEADERS.errorCode);
  }

  /** The sentence of a refusal. */
  get errorMessage(): string | undefined {
    return this.#header(HEADERS.error);
  }

  /** The body, parsed. @throws SyntaxError when it is not JSON. */
  json(): unknown {
    const { data } = this.#message;
    return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8'));
  }

  #header(name: string): string | undefined {
    return this.#message.headers?.get(name) || undefined;
  }
}
