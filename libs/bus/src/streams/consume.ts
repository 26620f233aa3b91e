import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Bus } from '../bus.js';
import { StreamsUnavailable } from '../errors.js';
import { streamManager } from './ensure-stream.js';
import { PullRequests } from './pull-requests.js';
import type { DeliveredMessage, StreamMessage } from './stream-message.js';

const ACKNOWLEDGE_WITHIN_MS = 30_000;
const RETRY_MIN_MS = 250;
const RETRY_MAX_MS = 30_000;
const RESUME_AFTER_MS = 500;
/**
 * So many batches may be out of the stream and not acknowledged, over all processes that share the durable, those
 * included that failed and wait to come again. A process by itself never holds more than one.
 */
const BATCHES_UNACKNOWLEDGED_MAX = 16;

export interface ConsumeOptions {
  readonly stream: string;
  /** The consumer's name in the server, which remembers how far it has come. Several processes may share one. */
  readonly durable: string;
  /** Only messages of these subjects; all when absent. */
  readonly filter?: string;
  /** The most messages that the handler gets at once. */
  readonly batchMax: number;
  /** A batch that takes longer is handed out again. */
  readonly acknowledgeWithinMs?: number;
  /**
   * Does what is to be done for these messages, in the order of the stream; its success acknowledges them all. When it
   * fails they all come again, after a delay that doubles up to half a minute. So it must bear repeats, and it must
   * not fail for a message that never will succeed, but put that aside.
   */
  readonly handler: (batch: readonly StreamMessage[]) => Promise<void>;
  /** Hears why a batch failed, or why the stream cannot be read at the moment. Reading goes on. */
  readonly onFault: (fault: unknown) => void;
}

/** A running reader of a stream. */
export interface StreamConsumer {
  /** Takes no more, lets the batch in hand end, and gives back at once what was not begun. Takes a second at most beyond that. */
  drain(): Promise<void>;
}

/** Reads a stream batch by batch, one batch at a time, until it is drained. Outlives restarts of the server. */
export function consume(bus: Bus, options: ConsumeOptions): StreamConsumer {
  return new BatchConsumer(bus, options);
}

class BatchConsumer implements StreamConsumer {
  readonly #bus: Bus;
  readonly #options: ConsumeOptions;
  readonly #ended: Promise<void>;
  #draining = false;
  #wake: () => void = () => undefined;

  constructor(bus: Bus, options: ConsumeOptions) {
    this.#bus = bus;
    this.#options = options;
    void bus.closed.then(() => {
      this.#stop();
    });
    this.#ended = this.#run();
  }

  async drain(): Promise<void> {
    this.#stop();
    await this.#ended;
  }

  #stop(): void {
    this.#draining = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    const running = (): boolean => !this.#draining;
    while (running()) {
      try {
        await this.#prepare();
        await this.#read();
      } catch (fault) {
        if (running()) this.#options.onFault(fault);
      }
      if (running()) await this.#pause(RESUME_AFTER_MS);
    }
  }

  async #prepare(): Promise<void> {
    const { stream, durable, filter, batchMax, acknowledgeWithinMs = ACKNOWLEDGE_WITHIN_MS } = this.#options;
    const manager = await streamManager(this.#bus);
    await manager.consumers.add(stream, {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(acknowledgeWithinMs),
      max_ack_pending: BATCHES_UNACKNOWLEDGED_MAX * batchMax,
      ...(filter === undefined ? {} : { filter_subject: filter }),
    });
  }

  async #read(): Promise<void> {
    const { stream, durable, batchMax } = this.#options;
    const pulls = new PullRequests(this.#bus, stream, durable, batchMax, () => {
      this.#wake();
    });
    try {
      while (!this.#draining) {
        if (pulls.arrived.length > 0) await this.#handle(pulls.arrived.splice(0, batchMax));
        else if (pulls.open) await this.#woken();
        else if (pulls.missing)
          throw new StreamsUnavailable(`The stream ${stream} has no consumer ${durable} any more.`);
        else pulls.ask();
      }
      while (pulls.open) await this.#woken();
    } finally {
      pulls.close();
      for (const message of pulls.arrived) message.giveBack(0);
    }
  }

  async #handle(messages: readonly DeliveredMessage[]): Promise<void> {
    try {
      await this.#options.handler(messages);
    } catch (fault) {
      this.#options.onFault(fault);
      for (const message of messages) message.giveBack(retryAfterMs(message.deliveries));
      return;
    }
    for (const message of messages) message.acknowledge();
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** When a batch comes again that failed: 250 ms after the first time, doubled each time. */
export const retryAfterMs = (deliveries: number): number =>
  Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(deliveries - 1, 16));
