import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory of one spec's own, empty at first. */
export interface ScratchDirectory {
  readonly path: string;
  /** A path inside the directory. */
  join(...names: string[]): string;
  /** Deletes the directory with all that is in it. A second call does nothing. */
  remove(): Promise<void>;
}

/** Makes a directory that nobody else uses. Whoever calls this also calls `remove()`. */
export async function createScratchDirectory(): Promise<ScratchDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'exchequer-'));
  return {
    path,
    join: (...names) => join(path, ...names),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Runs `use` with a scratch directory and deletes it afterwards, also when `use` fails. */
export async function withScratchDirectory<Result>(
  use: (directory: ScratchDirectory) => Promise<Result>,
): Promise<Result> {
  const directory = await createScratchDirectory();
  try {
    return await use(directory);
  } finally {
    await directory.remove();
  }
}
