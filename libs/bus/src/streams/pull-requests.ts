import type { Msg } from '@nats-io/transport-node';
import type { Bus, BusSubscription } from '../bus.js';
import { DeliveredMessage } from './stream-message.js';

/** A pull request that has brought nothing for so long ends, and is made again. */
const PULL_EXPIRES_MS = 1_000;
/** When the server's word that it has ended does not come, it is given up after so long. */
const PULL_LOST_AFTER_MS = 3_000;
const NANOSECONDS_PER_MS = 1_000_000;
const NO_RESPONDERS_STATUS = 503;

/**
 * Asks a durable consumer for messages, one request at a time, and keeps what comes until it is taken.
 *
 * One at a time, because a request that is still open when its asker goes away costs the next reader a message: server
 * 2.9 hands it to nobody, and it comes again only when it was not acknowledged for long enough.
 */
export class PullRequests {
  /** What has come and was not taken. */
  readonly arrived: DeliveredMessage[] = [];
  readonly #bus: Bus;
  readonly #subject: string;
  readonly #batchMax: number;
  readonly #wake: () => void;
  readonly #answers: BusSubscription;
  readonly #inbox: string;
  readonly #stopListening: () => void;
  #requests = 0;
  #due = 0;
  #lost: NodeJS.Timeout | undefined;
  #missing = false;

  constructor(bus: Bus, stream: string, durable: string, batchMax: number, wake: () => void) {
    this.#bus = bus;
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`;
    this.#batchMax = batchMax;
    this.#wake = wake;
    this.#inbox = `${bus.newInbox()}.`;
    this.#answers = bus.subscribeRaw(`${this.#inbox}*`, {}, (message) => {
      this.#received(message);
    });
    this.#stopListening = bus.listen(({ type }) => {
      // The server that knew of the request is gone, or is another now.
      if (type === 'reconnected' || type === 'closed') this.#over();
    });
  }

  /** Whether a request is under way, so that more may come. */
  get open(): boolean {
    return this.#due > 0;
  }

  /** True when nobody answered: the consumer, or its stream, does not exist. */
  get missing(): boolean {
    return this.#missing;
  }

  ask(): void {
    this.#due = this.#batchMax;
    this.#lost = setTimeout(() => {
      this.#over();
    }, PULL_LOST_AFTER_MS);
    const request = { batch: this.#batchMax, expires: PULL_EXPIRES_MS * NANOSECONDS_PER_MS };
    this.#bus.publish(this.#subject, JSON.stringify(request), { reply: `${this.#inbox}${String(++this.#requests)}` });
  }

  close(): void {
    this.#stopListening();
    this.#answers.stop();
    clearTimeout(this.#lost);
  }

  #received(message: Msg): void {
    // Messages keep their own subject; what the server says of the request comes on the request's.
    if (message.subject.startsWith(this.#inbox)) {
      if (message.subject === `${this.#inbox}${String(this.#requests)}`) this.#ended(message.headers?.code);
      return;
    }
    this.arrived.push(new DeliveredMessage(message));
    this.#due--;
    if (this.#due <= 0) this.#over();
    else this.#wake();
  }

  #ended(status: number | undefined): void {
    this.#missing = status === NO_RESPONDERS_STATUS;
    this.#over();
  }

  #over(): void {
    this.#due = 0;
    clearTimeout(this.#lost);
    this.#wake();
  }
}
