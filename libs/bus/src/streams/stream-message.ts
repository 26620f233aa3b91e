import type { Msg } from '@nats-io/transport-node';

/** One message of a stream. */
export interface StreamMessage {
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** Its place in the stream, from 1. */
  readonly sequence: number;
  /** How often it was handed out, this time included. */
  readonly deliveries: number;
  header(name: string): string | undefined;
}

const NANOSECONDS_PER_MS = 1_000_000;
const OLD_REPLY_TOKENS = 9;
/** Domain and account, which a server with domains puts before the rest. */
const NEW_REPLY_TOKENS_BEFORE = 2;

/**
 * A message as JetStream delivers it. Its reply subject says what it is:
 * `$JS.ACK.[domain.account.]stream.consumer.deliveries.sequence.place.instant.pending`.
 */
export class DeliveredMessage implements StreamMessage {
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly sequence: number;
  readonly deliveries: number;
  readonly #message: Msg;

  constructor(message: Msg) {
    const tokens = (message.reply ?? '').split('.');
    const first = tokens.length > OLD_REPLY_TOKENS ? 4 + NEW_REPLY_TOKENS_BEFORE : 4;
    this.subject = message.subject;
    this.bytes = message.data;
    this.deliveries = Number(tokens[first]);
    this.sequence = Number(tokens[first + 1]);
    this.#message = message;
  }

  header(name: string): string | undefined {
    return this.#message.headers?.get(name) || undefined;
  }

  acknowledge(): void {
    this.#message.respond('+ACK');
  }

  /** Gives it back, to be handed out again after `delayMs`. */
  giveBack(delayMs: number): void {
    this.#message.respond(delayMs === 0 ? '-NAK' : `-NAK ${JSON.stringify({ delay: delayMs * NANOSECONDS_PER_MS })}`);
  }
}
