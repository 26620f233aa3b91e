import { createHash } from 'node:crypto';
import { CommandMemory, restoreState, storeState, type StoredMemory, type StoredState } from '@exchequer/account';
import type { Snapshot } from '@exchequer/ledger';
import { LearnedOutput, type StoredSketch } from '@exchequer/rating';
import type { FactAddress } from './position.js';
import { Replica } from './replica.js';

const FORMAT_VERSION = 3;
const HASH_BYTES = 32;
const LENGTH_BYTES = 4;

interface Header {
  readonly formatVersion: number;
  readonly stream: string;
  readonly revision: number;
  readonly hash: string;
  readonly newestAt: number;
  readonly last: FactAddress;
  readonly stateBytes: number;
  readonly learned: readonly StoredSketch[];
  readonly memory: readonly (Omit<StoredMemory, 'begunAt' | 'lastAt' | 'current' | 'previous'> & {
    /** Null for −∞, which JSON cannot say. */
    readonly begunAt: number | null;
    readonly lastAt: number | null;
    readonly currentBytes: number;
    readonly previousBytes: number;
  })[];
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const bytesOf = (cells: Uint32Array): Uint8Array => new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength);

/** A replica as bytes: a header, the state as JSON, the memory's tables as they are, and a hash over all. */
export function encodeSnapshot(replica: Replica): Snapshot {
  const state = Buffer.from(JSON.stringify(storeState(replica.state)));
  const memory = replica.memory.export();
  const header: Header = {
    formatVersion: FORMAT_VERSION,
    stream: replica.stream,
    revision: replica.revision,
    hash: replica.hash,
    newestAt: replica.newestAt,
    last: replica.last,
    stateBytes: state.byteLength,
    learned: replica.learned.export(),
    memory: memory.map(({ begunAt, lastAt, current, previous, ...plain }) => ({
      ...plain,
      begunAt: finite(begunAt),
      lastAt: finite(lastAt),
      currentBytes: current.byteLength,
      previousBytes: previous.byteLength,
    })),
  };
  const head = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(head.byteLength);
  const tables = memory.flatMap(({ current, previous }) => [bytesOf(current), bytesOf(previous)]);
  const body = Buffer.concat([length, head, state, ...tables]);
  return { revision: replica.revision, bytes: Buffer.concat([body, sha256(body)]) };
}

const finite = (at: number): number | null => (Number.isFinite(at) ? at : null);

/** The replica that a snapshot holds, or undefined when it cannot be used: another version, another stream, damaged. */
export function decodeSnapshot(stream: string, { bytes }: Snapshot, tableIdsMax?: number): Replica | undefined {
  if (bytes.byteLength < LENGTH_BYTES + HASH_BYTES) return undefined;
  const body = bytes.subarray(0, bytes.byteLength - HASH_BYTES);
  if (!sha256(body).equals(bytes.subarray(bytes.byteLength - HASH_BYTES))) return undefined;
  const reader = new Reader(body);
  const header = JSON.parse(reader.text(reader.length())) as Header;
  if (header.formatVersion !== FORMAT_VERSION || header.stream !== stream) return undefined;
  const state = restoreState(JSON.parse(reader.text(header.stateBytes)) as StoredState);
  if (state === undefined) return undefined;
  const memory = header.memory.map(({ begunAt, lastAt, currentBytes, previousBytes, ...plain }): StoredMemory => {
    const current = reader.cells(currentBytes);
    return {
      ...plain,
      begunAt: begunAt ?? Number.NEGATIVE_INFINITY,
      lastAt: lastAt ?? Number.NEGATIVE_INFINITY,
      current,
      previous: reader.cells(previousBytes),
    };
  });
  const replica = new Replica(stream, state, new CommandMemory(memory, tableIdsMax), new LearnedOutput(header.learned));
  replica.revision = header.revision;
  replica.hash = header.hash;
  replica.newestAt = header.newestAt;
  replica.last = header.last;
  return replica;
}

/** Takes one part after the other out of a snapshot's body. */
class Reader {
  private offset = 0;

  constructor(private readonly body: Uint8Array) {}

  length(): number {
    return Buffer.from(this.take(LENGTH_BYTES)).readUInt32LE();
  }

  text(bytes: number): string {
    return Buffer.from(this.take(bytes)).toString('utf8');
  }

  cells(bytes: number): Uint32Array {
    // A copy: the slots must lie on a boundary of four bytes, and outlive the snapshot.
    return new Uint32Array(Uint8Array.from(this.take(bytes)).buffer);
  }

  private take(bytes: number): Uint8Array {
    this.offset += bytes;
    return this.body.subarray(this.offset - bytes, this.offset);
  }
}
