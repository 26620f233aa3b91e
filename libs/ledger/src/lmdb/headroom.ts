import { closeSync, fdatasyncSync, fstatSync, openSync, writeSync } from 'node:fs';

/** Zeros written at once: one commit in many pays for the flush of so much more. */
const STEP_BYTES = 256 * 1024;
/** Below this much room the next step is due. */
const ROOM_BYTES_MIN = 64 * 1024;
/** What a commit may take beyond its entries: pages of the trees that it copies. A guess on the high side. */
const TREE_BYTES_PER_COMMIT = 16 * 1024;

/** A commit that adds more is not sped up: its zeros would have to be written first, and cost what they spare. */
const COMMIT_BYTES_SPED_UP = 32 * 1024;

const ZEROS = Buffer.alloc(STEP_BYTES);

/**
 * Keeps written zeros behind the end of the data, ahead of the commits: to flush into blocks that exist costs a fifth less
 * than to flush while the file grows. The zeros themselves are flushed along with the next commit.
 *
 * They are appended (`O_APPEND`): the system puts them behind whatever was written by then, by whichever process, so they
 * can never lie over data.
 */
export class Headroom {
  readonly #descriptor: number;
  #roomBytes = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'a');
  }

  /** Waits until everything that was written to the file is on the disk. */
  flush(): void {
    fdatasyncSync(this.#descriptor);
  }

  /**
   * To be called after each commit. Never fails.
   *
   * @param entryBytes what the commit added.
   * @param usedBytes says how much of the file is in use; asked only when room may be short.
   */
  noteCommit(entryBytes: number, usedBytes: () => number): void {
    if (entryBytes > COMMIT_BYTES_SPED_UP) return;
    this.#roomBytes -= entryBytes + TREE_BYTES_PER_COMMIT;
    if (this.#roomBytes > 0) return;
    try {
      this.#roomBytes = fstatSync(this.#descriptor).size - usedBytes();
      if (this.#roomBytes < ROOM_BYTES_MIN) this.#roomBytes += writeSync(this.#descriptor, ZEROS);
    } catch {
      // Room is a matter of speed alone, and the commit before this is stored: where the disk is full, the next commit that
      // needs room says so.
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
