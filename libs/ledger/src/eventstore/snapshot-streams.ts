import { randomUUID } from 'node:crypto';
import { ANY, BACKWARDS, binaryEvent, END, type EventStoreDBClient, type RecordedEvent } from '@eventstore/db-client';
import { LedgerUnavailable } from '../errors.js';
import type { Snapshot } from '../port.js';
import { snapshotHash } from '../snapshot-hash.js';
import { SERVER_DEADLINE_MS } from './append.js';
import type { AppendingClient } from './appending-client.js';
import { bytesOf, collect } from './reads.js';

const CHUNK_EVENT_TYPE = 'exchequer.snapshot-chunk.v1';
/** A chunk and its metadata stay under the server's limit for one append. */
const CHUNK_BYTES = 900_000;
const CHUNKS_MAX = 1_024;

interface ChunkMetadata {
  readonly snapshot: string;
  readonly revision: number;
  readonly index: number;
  readonly count: number;
  /** Of all chunks together. */
  readonly sha256: string;
}

function metadataOf({ metadata }: RecordedEvent): ChunkMetadata | undefined {
  const found = metadata as Partial<ChunkMetadata> | undefined;
  const fits =
    typeof found?.snapshot === 'string' &&
    typeof found.sha256 === 'string' &&
    [found.revision, found.index, found.count].every(Number.isSafeInteger);
  return fits ? (found as ChunkMetadata) : undefined;
}

/**
 * Snapshots as streams beside those of the entries: one event a chunk. The stream is kept short by `$maxCount`; it holds
 * the newest snapshot and room for one that is being written. A snapshot counts when all its chunks are there and fit their
 * hash, so that writers may cross and die half-way.
 */
export class SnapshotStreams {
  /** Events that each stream is known to keep. */
  readonly #kept = new Map<string, number>();

  constructor(
    readonly appending: () => AppendingClient,
    readonly reading: EventStoreDBClient,
    readonly withinMs: number,
  ) {}

  async save(stream: string, { revision, bytes }: Snapshot): Promise<void> {
    const count = Math.max(1, Math.ceil(bytes.byteLength / CHUNK_BYTES));
    if (count > CHUNKS_MAX)
      throw new LedgerUnavailable(
        `the snapshot of ${stream} has ${String(bytes.byteLength)} bytes; the most is ${String(CHUNKS_MAX * CHUNK_BYTES)}`,
      );
    const name = streamOf(stream);
    const what = `the snapshot of ${stream}`;
    const common = { snapshot: randomUUID(), revision, count, sha256: await snapshotHash(bytes) };
    try {
      await this.#keep(name, 2 * count, what);
      for (let index = 0; index < count; index++) {
        const chunk = binaryEvent({
          type: CHUNK_EVENT_TYPE,
          data: bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
          // The client takes bytes for bytes only when they are exactly a Uint8Array.
          metadata: new Uint8Array(Buffer.from(JSON.stringify({ ...common, index } satisfies ChunkMetadata))),
        });
        await this.appending().run(this.withinMs, what, (client) =>
          client.appendToStream(name, chunk, { expectedRevision: ANY, deadline: SERVER_DEADLINE_MS }),
        );
      }
    } catch (cause) {
      this.#kept.delete(name);
      throw new LedgerUnavailable(`cannot save ${what}`, { cause });
    }
  }

  /** The newest snapshot that is whole. */
  async load(stream: string): Promise<Snapshot | undefined> {
    const [newest] = await this.#newestFirst(stream, 1);
    const metadata = newest === undefined ? undefined : metadataOf(newest);
    if (metadata === undefined) return undefined;
    // Behind the newest event there may be the rest of its snapshot and all of the one before.
    const events = await this.#newestFirst(stream, 2 * Math.min(metadata.count, CHUNKS_MAX));
    return newestWhole(events);
  }

  #newestFirst(stream: string, maxCount: number): Promise<RecordedEvent[]> {
    const reading = this.reading.readStream(streamOf(stream), { direction: BACKWARDS, fromRevision: END, maxCount });
    return collect(`the snapshot of ${stream}`, reading, this.withinMs);
  }

  async #keep(name: string, maxCount: number, what: string): Promise<void> {
    if ((this.#kept.get(name) ?? 0) >= maxCount) return;
    await this.appending().run(this.withinMs, what, (client) =>
      client.setStreamMetadata(name, { maxCount }, { deadline: SERVER_DEADLINE_MS }),
    );
    this.#kept.set(name, maxCount);
  }
}

const streamOf = (stream: string): string => `snapshot-${stream}`;

async function newestWhole(events: readonly RecordedEvent[]): Promise<Snapshot | undefined> {
  const snapshots = new Map<string, { metadata: ChunkMetadata; chunks: Map<number, Uint8Array> }>();
  for (const event of events) {
    const metadata = metadataOf(event);
    if (metadata === undefined) continue;
    const found = snapshots.get(metadata.snapshot) ?? { metadata, chunks: new Map<number, Uint8Array>() };
    snapshots.set(metadata.snapshot, found);
    found.chunks.set(metadata.index, bytesOf(event));
  }
  for (const { metadata, chunks } of snapshots.values()) {
    if (chunks.size !== metadata.count) continue;
    const parts = Array.from({ length: metadata.count }, (_, index) => chunks.get(index) ?? new Uint8Array());
    const bytes = Buffer.concat(parts);
    if ((await snapshotHash(bytes)) === metadata.sha256) return { revision: metadata.revision, bytes };
  }
  return undefined;
}
