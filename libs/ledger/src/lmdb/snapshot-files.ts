import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldOf } from '../caught.js';
import { LedgerUnavailable } from '../errors.js';
import type { Snapshot } from '../port.js';
import { snapshotHash } from '../snapshot-hash.js';

const FORMAT_VERSION = 1;
const FILE_NAME_CHARACTERS_MAX = 200;
const HEADER_BYTES_MAX = 512;
/** A half-written file of this age belongs to no save that is still under way. */
const ABANDONED_AFTER_MS = 10 * 60_000;

interface Header {
  readonly formatVersion: number;
  readonly revision: number;
  readonly bytes: number;
  readonly sha256: string;
}

function fileName(stream: string): string {
  const readable = encodeURIComponent(stream);
  const fits = readable.length <= FILE_NAME_CHARACTERS_MAX;
  return `${fits ? readable : createHash('sha256').update(stream).digest('hex')}.snapshot`;
}

/**
 * Snapshots as files beside the entries, one a stream. Plain files rather than records of the entries' database: tens of
 * megabytes there would hold its writer lock, and their pages would be copied and freed for nothing.
 *
 * A file is written beside its final name and renamed, and carries a hash of its bytes: what a crash left half-written is
 * never taken for a snapshot. It is not flushed, since losing it costs time alone.
 */
export class SnapshotFiles {
  #saves = 0;

  constructor(readonly directory: string) {}

  async save(stream: string, { revision, bytes }: Snapshot): Promise<void> {
    const path = join(this.directory, fileName(stream));
    const unfinished = `${path}.${String(process.pid)}-${String((this.#saves += 1))}.tmp`;
    const header: Header = {
      formatVersion: FORMAT_VERSION,
      revision,
      bytes: bytes.byteLength,
      sha256: await snapshotHash(bytes),
    };
    try {
      await mkdir(this.directory, { recursive: true });
      if (this.#saves === 1) await this.#removeAbandoned();
      await writeFile(unfinished, [Buffer.from(`${JSON.stringify(header)}\n`), bytes]);
      await rename(unfinished, path);
    } catch (cause) {
      await rm(unfinished, { force: true }).catch(() => undefined);
      throw new LedgerUnavailable(`cannot save the snapshot of ${stream} at ${path}`, { cause });
    }
  }

  /** The snapshot, or undefined when there is none that is whole. */
  async load(stream: string): Promise<Snapshot | undefined> {
    const path = join(this.directory, fileName(stream));
    let file: Buffer;
    try {
      file = await readFile(path);
    } catch (cause) {
      if (fieldOf(cause, 'code') === 'ENOENT') return undefined;
      throw new LedgerUnavailable(`cannot load the snapshot of ${stream} from ${path}`, { cause });
    }
    const headerEnd = file.subarray(0, HEADER_BYTES_MAX).indexOf('\n');
    const header = headerEnd < 0 ? undefined : readHeader(file.toString('utf8', 0, headerEnd));
    const bytes = file.subarray(headerEnd + 1);
    if (header?.bytes !== bytes.byteLength || header.sha256 !== (await snapshotHash(bytes))) return undefined;
    return { revision: header.revision, bytes };
  }

  async #removeAbandoned(): Promise<void> {
    for (const name of await readdir(this.directory)) {
      if (!name.endsWith('.tmp')) continue;
      const path = join(this.directory, name);
      const changedAtMs = await stat(path).then(
        (found) => found.mtimeMs,
        () => Number.POSITIVE_INFINITY,
      );
      if (changedAtMs < Date.now() - ABANDONED_AFTER_MS) await rm(path, { force: true });
    }
  }
}

function readHeader(text: string): Header | undefined {
  try {
    const header = JSON.parse(text) as Partial<Header> | null;
    const fits =
      header?.formatVersion === FORMAT_VERSION &&
      Number.isSafeInteger(header.revision) &&
      typeof header.bytes === 'number' &&
      typeof header.sha256 === 'string';
    return fits ? (header as Header) : undefined;
  } catch {
    return undefined;
  }
}
