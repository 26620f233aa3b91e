import { copyFile, chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../processes/system-code.js';
import { runProgram, type ProgramOptions } from './run-program.js';

const LISTS_WITHIN_MS = 180_000;
const DOWNLOAD_WITHIN_MS = 180_000;
const UNPACK_WITHIN_MS = 30_000;

export interface PackageFile {
  /** A Debian package, as `nats-server`. */
  readonly name: string;
  /** The file in it, as `usr/sbin/nats-server`. */
  readonly file: string;
  /** Where that file goes. */
  readonly target: string;
}

/**
 * Takes one program out of a Debian package, without root and without installing anything: downloads the package with
 * the system's lists, or with lists of its own where the system has none, and unpacks it.
 *
 * @throws Error with what the last program said, when apt or dpkg is missing or the package cannot be had.
 */
export async function fetchFromDebian(
  { name, file, target }: PackageFile,
  options: Pick<ProgramOptions, 'environment' | 'signal'>,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const work = await mkdtemp(`${target}.fetch-`);
  try {
    await download(name, { ...options, cwd: work });
    const archive = (await readdir(work)).find((entry) => entry.endsWith('.deb'));
    if (archive === undefined) throw new Error(`apt-get downloaded no package ${name}`);
    const unpacked = join(work, 'unpacked');
    await runProgram('dpkg', ['-x', archive, unpacked], { ...options, cwd: work, withinMs: UNPACK_WITHIN_MS });
    const copy = join(work, 'program');
    await copyFile(join(unpacked, file), copy);
    await chmod(copy, 0o755);
    await rename(copy, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(name: string, options: Omit<ProgramOptions, 'withinMs'> & { cwd: string }): Promise<void> {
  const bounded = { ...options, withinMs: DOWNLOAD_WITHIN_MS };
  try {
    await runProgram('apt-get', ['download', name], bounded);
  } catch (fault) {
    if (options.signal?.aborted === true || isMissing(fault)) throw fault;
    const own = await ownLists(options.cwd);
    await runProgram('apt-get', [...own, 'update'], { ...options, withinMs: LISTS_WITHIN_MS });
    await runProgram('apt-get', [...own, 'download', name], bounded);
  }
}

/** Options with which apt keeps its lists and caches in a directory of ours, where it needs no root. */
async function ownLists(work: string): Promise<readonly string[]> {
  const lists = join(work, 'lists');
  const cache = join(work, 'cache');
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
  return ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${cache}`, '-o', 'Debug::NoLocking=1'];
}

const isMissing = (fault: unknown): boolean => fault instanceof Error && systemCode(fault.cause) === 'ENOENT';
