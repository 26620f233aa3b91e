import { setTimeout as wait } from 'node:timers/promises';
import { type ServerWritableStream, status } from '@grpc/grpc-js';
import { backpressuredWrite } from './backpressured-write.js';
import { eventResponse } from './event-response.js';
import type { EventLog, RecordedEvent } from './event-log.js';
import type { EventStoreFaults } from './faults.js';
import { type ReadReq, type ReadResp, streamNameOf, streams } from './protocol.js';
import { refusal } from './refusal.js';
import type { Subscriptions } from './subscription.js';

const { ReadResp: Response } = streams;
const { FORWARDS } = streams.ReadReq.Options.ReadDirection;
type StreamOptions = InstanceType<typeof streams.ReadReq.Options.StreamOptions>;

function selection(
  events: readonly RecordedEvent[],
  options: StreamOptions,
  forwards: boolean,
): readonly RecordedEvent[] {
  const from = options.hasRevision() ? Number(options.getRevision()) : undefined;
  if (forwards) return options.hasEnd() ? [] : events.filter((event) => event.revision >= (from ?? 0));
  if (options.hasStart()) return events.slice(0, 1);
  return events.filter((event) => event.revision <= (from ?? Number.POSITIVE_INFINITY)).reverse();
}

async function readStream(
  call: ServerWritableStream<ReadReq, ReadResp>,
  log: EventLog,
  options: StreamOptions,
  forwards: boolean,
  count: number,
): Promise<void> {
  const name = streamNameOf(options.getStreamIdentifier());
  const events = log.stream(name);
  if (events === undefined) {
    const missing = new Response.StreamNotFound().setStreamIdentifier(options.getStreamIdentifier());
    call.write(new Response().setStreamNotFound(missing));
  }
  for (const event of selection(events ?? [], options, forwards).slice(0, count)) {
    if (call.cancelled) return;
    await backpressuredWrite(call, eventResponse(event));
  }
  call.end();
}

/** `Streams.Read`: a stream forwards or backwards, and filtered subscriptions to all streams. */
export const readCall =
  (log: EventLog, faults: EventStoreFaults, subscriptions: Subscriptions) =>
  (call: ServerWritableStream<ReadReq, ReadResp>): void => {
    const options = call.request.getOptions();
    const stream = options?.getStream();
    const all = options?.getAll();
    const filter = options?.getFilter();

    const serve = async (): Promise<void> => {
      if (!faults.isReady) {
        call.emit('error', refusal(status.UNAVAILABLE, 'Server Is Not Ready'));
        return;
      }
      if (faults.slowMs > 0) await wait(faults.slowMs, undefined, { ref: false });
      if (options?.hasSubscription() === true && all !== undefined && filter !== undefined)
        await subscriptions.serve(call, all, filter);
      else if (options?.hasCount() === true && stream !== undefined)
        await readStream(call, log, stream, options.getReadDirection() === FORWARDS, Number(options.getCount()));
      else call.emit('error', refusal(status.UNIMPLEMENTED, 'the double does not read in this way'));
    };
    void serve();
  };
