import { randomUUID } from 'node:crypto';
import { type ServerWritableStream, status } from '@grpc/grpc-js';
import { backpressuredWrite } from './backpressured-write.js';
import { eventResponse } from './event-response.js';
import type { EventLog, RecordedEvent } from './event-log.js';
import { type ReadReq, type ReadResp, streams } from './protocol.js';
import { refusal } from './refusal.js';

const { ReadResp: Response } = streams;
/** Events that the server looks at in one step when the request does not say. */
const SEARCH_WINDOW = 32;

type AllOptions = InstanceType<typeof streams.ReadReq.Options.AllOptions>;
type FilterOptions = InstanceType<typeof streams.ReadReq.Options.FilterOptions>;
type Call = ServerWritableStream<ReadReq, ReadResp>;

function matcher(filter: FilterOptions): (event: RecordedEvent) => boolean {
  const byStream = filter.getStreamIdentifier();
  const byType = filter.getEventType();
  const regex = (byStream ?? byType)?.getRegex() ?? '';
  const prefixes = (byStream ?? byType)?.getPrefixList() ?? [];
  const pattern = regex === '' ? undefined : new RegExp(regex);
  return (event) => {
    const text = byStream === undefined ? event.type : event.stream;
    return pattern === undefined ? prefixes.some((prefix) => text.startsWith(prefix)) : pattern.test(text);
  };
}

/** Subscriptions to all streams with a filter: first what is stored, then each event as it comes, until cut off. */
export class Subscriptions {
  readonly #live = new Map<Call, () => void>();

  constructor(readonly log: EventLog) {}

  /** How many there are at this moment. */
  get count(): number {
    return this.#live.size;
  }

  /** Tells every subscription that something was stored. */
  wake(): void {
    for (const wake of this.#live.values()) wake();
  }

  /** Ends every subscription as the server does when it believes that the consumer cannot follow. */
  endAsTooSlow(): void {
    const ended = [...this.#live];
    this.#live.clear();
    for (const [call, wake] of ended) {
      call.emit('error', refusal(status.ABORTED, 'Operation timed out: Consumer too slow to handle event while live'));
      wake();
    }
  }

  async serve(call: Call, from: AllOptions, filter: FilterOptions): Promise<void> {
    const matches = matcher(filter);
    const window = filter.hasMax() ? filter.getMax() : SEARCH_WINDOW;
    const checkpointEvery = window * filter.getCheckpointintervalmultiplier();
    let position = from.hasEnd() ? this.log.lastPosition : BigInt(from.getPosition()?.getCommitPosition() ?? 0);
    let considered = 0;
    let wake = (): void => undefined;
    this.#live.set(call, () => wake());
    call.on('cancelled', () => {
      this.#live.delete(call);
      wake();
    });

    await backpressuredWrite(
      call,
      new Response().setConfirmation(new Response.SubscriptionConfirmation().setSubscriptionId(randomUUID())),
    );
    for (let caughtUp = false; this.#live.has(call);) {
      for (const event of this.log.after(position)) {
        if (!this.#live.has(call)) return;
        position = event.position;
        considered += 1;
        if (matches(event)) await backpressuredWrite(call, eventResponse(event));
        if (considered % checkpointEvery === 0) await backpressuredWrite(call, this.#checkpoint(position));
      }
      if (!caughtUp) await backpressuredWrite(call, new Response().setCaughtUp(new Response.CaughtUp()));
      caughtUp = true;
      if (this.log.lastPosition === position || this.log.after(position).length === 0)
        await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  #checkpoint(position: bigint): ReadResp {
    const checkpoint = new Response.Checkpoint().setCommitPosition(String(position));
    return new Response().setCheckpoint(checkpoint.setPreparePosition(String(position)));
  }
}
