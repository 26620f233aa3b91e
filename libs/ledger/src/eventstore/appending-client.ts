import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import { LedgerUnavailable } from '../errors.js';
import { isJudged, mayOutlive } from './faults.js';
import { within } from './time-out.js';

/**
 * Appends on their way at once. What is more than 16 the client queues inside itself, and a connection that breaks then
 * ends the process with an unhandled rejection.
 */
const IN_FLIGHT_MAX = 16;
/** The client's keep-alive finds a dead connection within 20 s; what is silent for longer is never answered. */
const SILENT_AFTER_MS = 30_000;
const DISPOSE_WITHIN_MS = 5_000;

/**
 * The one client of this process that appends.
 *
 * `@eventstore/db-client` keeps the appends of all its clients in one map of its module: when the connection of any of them
 * breaks, those of all are rejected, and an answer that comes later throws out of an event handler and ends the process.
 * Hence one client, which does nothing but append, and a new one only when the old one has nothing in flight.
 *
 * Until a connection has answered once, appends go one at a time: the client opens its stream with the first of them, and
 * others that are sent meanwhile overtake it.
 */
class AppendingClient {
  users = 0;
  #client: EventStoreDBClient | undefined;
  /** Instants at which the appends in flight were sent. */
  readonly #calls = new Map<object, number>();
  #gate: Promise<unknown> = Promise.resolve();
  #wake: (() => void) | undefined;
  #isProven = false;
  #mustRenew = false;

  constructor(
    readonly url: string,
    /** Settles when the client that was used before this one is gone. */
    readonly predecessorGone: Promise<unknown>,
  ) {}

  /**
   * Sends one append, in order of the calls, when there is room for it, and waits for its answer.
   *
   * @throws LedgerUnavailable when it could not be sent in time. NoAnswer, or what the client throws, when it was sent.
   */
  async run<Result>(
    withinMs: number,
    what: string,
    append: (client: EventStoreDBClient) => Promise<Result>,
  ): Promise<Result> {
    const deadlineMs = performance.now() + withinMs;
    const predecessor = this.#gate;
    const sent = predecessor.then(async () => {
      const client = await this.#room(deadlineMs, what);
      return { answer: this.#send(client, append) };
    });
    this.#gate = sent.catch(() => undefined);
    const { answer } = await sent;
    return within(withinMs, what, answer);
  }

  async dispose(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#isProven = false;
    await client?.dispose();
  }

  #send<Result>(client: EventStoreDBClient, append: (client: EventStoreDBClient) => Promise<Result>): Promise<Result> {
    const call = {};
    this.#calls.set(call, performance.now());
    const answer = this.#watch(append(client));
    const settled = (): void => {
      if (this.#calls.delete(call)) this.#wake?.();
    };
    answer.then(settled, settled);
    return answer;
  }

  async #watch<Result>(answer: Promise<Result>): Promise<Result> {
    try {
      const result = await answer;
      this.#isProven = true;
      return result;
    } catch (fault) {
      if (!isJudged(fault)) {
        this.#isProven = false;
        this.#mustRenew ||= mayOutlive(fault);
        // The client takes down what is left of a broken connection in this turn; the next append shall come after that.
        await turnOfEventLoop();
      }
      throw fault;
    }
  }

  /** Waits until one more append may be sent. Only one waits at a time; the others wait for it. */
  async #room(deadlineMs: number, what: string): Promise<EventStoreDBClient> {
    await this.predecessorGone;
    while (!this.#hasRoom()) {
      this.#giveUpTheSilent();
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) throw new LedgerUnavailable(`${what} was not sent: what was sent before is not answered`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    if (this.#mustRenew) {
      await within(DISPOSE_WITHIN_MS, 'the end of a connection', this.dispose()).catch(() => undefined);
      this.#mustRenew = false;
    }
    return (this.#client ??= EventStoreDBClient.connectionString(this.url));
  }

  #hasRoom(): boolean {
    if (this.#mustRenew) return this.#calls.size === 0;
    return this.#calls.size < (this.#isProven ? IN_FLIGHT_MAX : 1);
  }

  /** When nothing that is in flight can be answered any more, its places are free and the connection is given up. */
  #giveUpTheSilent(): void {
    const silentSinceMs = performance.now() - SILENT_AFTER_MS;
    if ([...this.#calls.values()].some((sentAtMs) => sentAtMs > silentSinceMs)) return;
    this.#calls.clear();
    this.#mustRenew = true;
  }
}

export type { AppendingClient };

let current: AppendingClient | undefined;
let retired: Promise<unknown> = Promise.resolve();

/**
 * The appending client of this process, shared by all ledgers of one address. Whoever takes it gives it back.
 *
 * @throws LedgerUnavailable when this process appends to another server at this time.
 */
export function takeAppendingClient(url: string): AppendingClient {
  current ??= new AppendingClient(url, retired);
  if (current.url !== url)
    throw new LedgerUnavailable('this process appends to another EventStoreDB already, and its client allows but one');
  current.users += 1;
  return current;
}

export async function giveBackAppendingClient(client: AppendingClient): Promise<void> {
  client.users -= 1;
  if (client.users > 0 || client !== current) return;
  current = undefined;
  retired = within(DISPOSE_WITHIN_MS, 'the end of a connection', client.dispose()).catch(() => undefined);
  await retired;
}
