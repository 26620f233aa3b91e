import type { RecordedEvent } from './event-log.js';
import { type ReadResp, shared, streams } from './protocol.js';

const { ReadResp: Response } = streams;
/** .NET counts time in units of 100 ns; the client only divides them. */
const TICKS_PER_MS = 10_000n;

/** One event as the protocol shows it. */
export function eventResponse(event: RecordedEvent): ReadResp {
  const recorded = new Response.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(event.id))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(event.stream)))
    .setStreamRevision(String(event.revision))
    .setCommitPosition(String(event.position))
    .setPreparePosition(String(event.position))
    .setCustomMetadata(event.metadata)
    .setData(event.data);
  recorded.getMetadataMap().set('type', event.type);
  recorded.getMetadataMap().set('content-type', event.contentType);
  recorded.getMetadataMap().set('created', String(BigInt(event.createdAtMs) * TICKS_PER_MS));
  return new Response().setEvent(new Response.ReadEvent().setEvent(recorded).setCommitPosition(String(event.position)));
}
