import {
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  eventTypeFilter,
  type EventStoreDBClient,
  type Position as StorePosition,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { Doorbell } from '../doorbell.js';
import type { FollowedBatch, Position, StoredEntry } from '../port.js';
import { ENTRY_EVENT_TYPE } from './append.js';
import { isForGood, readFault } from './faults.js';
import { storedEntry } from './reads.js';

const BATCH_ENTRIES_MAX = 256;
const BATCH_BYTES_MAX = 4 * 1024 * 1024;
/** Events that the client keeps ready; beyond them the server waits. */
const BUFFERED_EVENTS = 64;
/** Times the server's search window of 32 events: so often it says how far it has looked. */
const CHECKPOINT_INTERVAL = 100;
const FIRST_DELAY_MS = 20;
const DELAY_MS_MAX = 5_000;
const IDLE_MS = 60_000;

/** One subscription to all streams, from its first event to its end: it never comes back by itself. */
class FollowedSubscription {
  readonly #doorbell = new Doorbell();
  readonly #subscription: AllStreamSubscription;
  #fault = new Error('the subscription ended');
  #hasEnded = false;
  #isCaughtUp = false;
  #checkpoint: Position | undefined;

  constructor(client: EventStoreDBClient, after: StorePosition | undefined, prefix: string) {
    const options = {
      checkpointInterval: CHECKPOINT_INTERVAL,
      checkpointReached: (_subscription: unknown, { commit }: StorePosition): void => {
        this.#checkpoint = commit;
        this.#doorbell.ring();
      },
    };
    const filter =
      prefix === ''
        ? eventTypeFilter({ prefixes: [ENTRY_EVENT_TYPE], ...options })
        : streamNameFilter({ prefixes: [prefix], ...options });
    this.#subscription = client.subscribeToAll(
      { fromPosition: after ?? START, filter },
      { highWaterMark: BUFFERED_EVENTS },
    );
    const end = (fault?: Error): void => {
      if (!this.#hasEnded && fault !== undefined) this.#fault = fault;
      this.#hasEnded = true;
      this.#doorbell.ring();
    };
    this.#subscription
      .on('readable', () => this.#doorbell.ring())
      .on('caughtUp', () => {
        this.#isCaughtUp = true;
        this.#doorbell.ring();
      })
      .on('error', end)
      .once('end', () => end())
      .once('close', () => end());
  }

  /**
   * What has come since the last call, once there is something to tell; undefined when `signal` aborted.
   *
   * @throws what ended the subscription.
   */
  async next(toldCaughtUp: boolean, signal: AbortSignal): Promise<FollowedBatch | undefined> {
    while (!signal.aborted) {
      const entries = this.#take();
      const isEmpty = this.#subscription.readableLength === 0;
      const last = entries.at(-1)?.position;
      // A checkpoint speaks of everything before it, part of which may still wait to be taken.
      const checkpoint = isEmpty ? this.#checkpoint : undefined;
      if (isEmpty) this.#checkpoint = undefined;
      const position = checkpoint !== undefined && checkpoint > (last ?? 0n) ? checkpoint : last;
      const caughtUp = isEmpty && this.#isCaughtUp;
      if (position !== undefined || (caughtUp && !toldCaughtUp)) return { entries, position, caughtUp };
      if (this.#hasEnded) throw this.#fault;
      await this.#doorbell.wait(IDLE_MS, signal);
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#subscription.on('error', () => undefined);
    await this.#subscription.unsubscribe().catch(() => undefined);
    this.#subscription.destroy();
  }

  #take(): StoredEntry[] {
    const entries: StoredEntry[] = [];
    for (let bytes = 0; entries.length < BATCH_ENTRIES_MAX && bytes < BATCH_BYTES_MAX;) {
      const resolved = this.#subscription.read() as AllStreamResolvedEvent | null;
      if (resolved === null) break;
      if (resolved.event === undefined) continue;
      const entry = storedEntry(resolved.event);
      entries.push(entry);
      bytes += entry.bytes.byteLength;
    }
    return entries;
  }
}

/**
 * Follows all streams with a prefix, over as many subscriptions as it takes, each from where the one before ended.
 *
 * @param onFault told why a subscription ended; a new one is made after a delay that grows while none succeeds.
 * @throws LedgerUnavailable when the server refuses for good, for example because this user may not read.
 */
export async function* followEntries(
  client: EventStoreDBClient,
  after: Position | undefined,
  prefix: string,
  signal: AbortSignal,
  onFault: (fault: unknown) => void,
): AsyncGenerator<FollowedBatch> {
  const pause = new Doorbell();
  let position = after;
  let toldCaughtUp = false;
  let delayMs = FIRST_DELAY_MS;
  while (!signal.aborted) {
    // What is written in one append has one position for commit and prepare; nothing else is written here.
    const from = position === undefined ? undefined : { commit: position, prepare: position };
    const subscription = new FollowedSubscription(client, from, prefix);
    try {
      for (let batch = await subscription.next(toldCaughtUp, signal); batch !== undefined;) {
        position = batch.position ?? position;
        toldCaughtUp = batch.caughtUp;
        delayMs = FIRST_DELAY_MS;
        yield { ...batch, position };
        batch = await subscription.next(toldCaughtUp, signal);
      }
    } catch (fault) {
      if (isForGood(fault)) throw readFault('all streams', fault);
      onFault(fault);
    } finally {
      await subscription.close();
    }
    await pause.wait(delayMs, signal);
    delayMs = Math.min(2 * delayMs, DELAY_MS_MAX);
  }
}
