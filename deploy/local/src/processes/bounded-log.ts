import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file that has grown beyond this is put aside as `<file>.1`, in place of the one before it. */
export const LOG_BYTES_MAX = 4 * 1024 * 1024;

/**
 * The log of one process: a file and the one before it, together never above twice {@link LOG_BYTES_MAX} and a chunk.
 *
 * A log that cannot be written must not end what it tells of: what gets lost is counted, and said as soon as there is
 * room again.
 */
export class BoundedLog {
  #file: number | undefined;
  #bytes = 0;
  #lostBytes = 0;
  #lostBecause = '';

  constructor(
    readonly path: string,
    private readonly bytesMax = LOG_BYTES_MAX,
  ) {}

  write(chunk: string | Uint8Array): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    try {
      if (this.#lostBytes > 0) {
        this.#append(Buffer.from(`(${String(this.#lostBytes)} bytes of this log are lost: ${this.#lostBecause})\n`));
        this.#lostBytes = 0;
      }
      this.#append(bytes);
    } catch (fault) {
      this.#lostBytes += bytes.byteLength;
      this.#lostBecause = fault instanceof Error ? fault.message : String(fault);
      this.close();
    }
  }

  /** The last lines that were written, oldest first; none when there is no log. */
  lastLines(count: number): readonly string[] {
    return [`${this.path}.1`, this.path]
      .flatMap((path) => textOf(path).split('\n'))
      .filter((line) => line !== '')
      .slice(-count);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #append(bytes: Uint8Array): void {
    let file = this.#open();
    if (this.#bytes > 0 && this.#bytes + bytes.byteLength > this.bytesMax) {
      this.close();
      renameSync(this.path, `${this.path}.1`);
      file = this.#open();
    }
    this.#bytes += writeSync(file, bytes);
  }

  #open(): number {
    if (this.#file === undefined) {
      mkdirSync(dirname(this.path), { recursive: true });
      this.#file = openSync(this.path, 'a');
      this.#bytes = fstatSync(this.#file).size;
    }
    return this.#file;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
