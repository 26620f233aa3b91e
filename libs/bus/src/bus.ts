import { createInbox, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import type { BusEvent, BusListener } from './bus-event.js';
import type { BusMessage, HeaderRecord } from './message.js';
import { outgoingHeaders } from './outgoing-headers.js';

export interface SubscribeOptions {
  /** Of all subscribers with the same queue name one gets each message. */
  readonly queue?: string;
}

export interface PublishOptions {
  readonly reply?: string;
  readonly headers?: HeaderRecord;
}

/** Messages go to the handler as they come, many in one turn of the event loop, until it is stopped. */
export interface BusSubscription {
  readonly subject: string;
  /** Ends the subscription; resolves when the server has confirmed it and all that it had sent was handled. */
  drain(): Promise<void>;
  /** Ends the subscription at once. */
  stop(): void;
}

/** One connection to NATS. Restores itself for as long as it is not closed, its subscriptions included. */
export class Bus {
  /** Resolves when the connection has ended for good, with the error if one ended it. */
  readonly closed: Promise<Error | undefined>;
  readonly #listeners = new Set<BusListener>();
  readonly #inboxPrefix: string;
  #connected = true;
  #closing: Promise<void> | undefined;

  constructor(
    /** For the other parts of this lib; nobody else touches the vendor's client. */
    readonly nats: NatsConnection,
    readonly name: string,
    inboxPrefix: string,
    private readonly drainMaxMs: number,
  ) {
    this.#inboxPrefix = inboxPrefix;
    this.closed = nats.closed().then((error) => {
      this.#connected = false;
      const ended = error instanceof Error ? error : undefined;
      this.#tell({ type: 'closed', error: ended });
      return ended;
    });
    void this.#watch();
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** The server as `host:port`. */
  get server(): string {
    return this.nats.getServer();
  }

  /** The most bytes that the server takes in one message, headers included. */
  get messageBytesMax(): number {
    return this.nats.info?.max_payload ?? 1024 * 1024;
  }

  /** A subject that only this connection's user may listen on. */
  newInbox(): string {
    return createInbox(this.#inboxPrefix);
  }

  /** Hears of disconnects, reconnects, faults and the end. Returns what stops it. */
  listen(listener: BusListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Sends without waiting; lost when there is no connection. */
  publish(subject: string, body: Uint8Array | string, options: PublishOptions = {}): void {
    const { reply, headers } = options;
    this.nats.publish(subject, body, {
      ...(reply === undefined ? {} : { reply }),
      ...(headers === undefined ? {} : { headers: outgoingHeaders(headers) }),
    });
  }

  /**
   * Calls `handle` for each message. What it throws is reported as a fault: it must not reach the vendor's reader,
   * which would stop reading for good.
   */
  subscribe(subject: string, options: SubscribeOptions, handle: (message: BusMessage) => void): BusSubscription {
    return this.subscribeRaw(subject, options, handle);
  }

  /** As {@link subscribe}, with the vendor's message, for the other parts of this lib. */
  subscribeRaw(subject: string, options: SubscribeOptions, handle: (message: Msg) => void): BusSubscription {
    const subscription = this.nats.subscribe(subject, {
      ...options,
      callback: (error, message) => {
        try {
          if (error === null) handle(message);
          else this.#tell({ type: 'fault', error });
        } catch (thrown) {
          this.#tell({ type: 'fault', error: asError(thrown) });
        }
      },
    });
    return handleOf(subject, subscription);
  }

  /** Resolves when the server has seen everything that was sent before. */
  flush(): Promise<void> {
    return this.nats.flush();
  }

  /** Ends subscriptions, lets what has arrived be handled, sends what is left, and closes; within a bound. */
  close(): Promise<void> {
    this.#closing ??= this.#drainAndClose();
    return this.#closing;
  }

  async #drainAndClose(): Promise<void> {
    if (this.nats.isClosed()) return;
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.drainMaxMs)));
    const drained = this.#connected ? this.nats.drain().catch(() => undefined) : Promise.resolve();
    await Promise.race([drained, bound]);
    clearTimeout(timer);
    await this.nats.close();
    await this.closed;
  }

  async #watch(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (status.type === 'disconnect') {
        this.#connected = false;
        this.#tell({ type: 'disconnected', server: status.server });
      } else if (status.type === 'reconnect') {
        this.#connected = true;
        this.#tell({ type: 'reconnected', server: status.server });
      } else if (status.type === 'error') {
        this.#tell({ type: 'fault', error: status.error });
      }
    }
  }

  #tell(event: BusEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

const handleOf = (subject: string, subscription: Subscription): BusSubscription => ({
  subject,
  drain: () => (subscription.isClosed() ? Promise.resolve() : subscription.drain()),
  stop: () => {
    subscription.unsubscribe();
  },
});
