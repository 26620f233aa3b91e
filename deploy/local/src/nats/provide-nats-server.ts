import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StackFault } from '../stack/stack.js';
import { fetchFromDebian } from './fetch-debian-package.js';

const PROGRAM = 'nats-server';
/** Where Debian puts servers; not on everybody's PATH. */
const SYSTEM_DIRECTORIES = ['/usr/local/bin', '/usr/local/sbin', '/usr/bin', '/usr/sbin'];

export interface NatsServerSearch {
  /** The stack's data: a fetched server is kept below it, in `bin`. */
  readonly data: string;
  /** Told before a fetch begins. */
  readonly onFetch: () => void;
  readonly signal?: AbortSignal | undefined;
  /** Its PATH is searched; that of this process when not given. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly systemDirectories?: readonly string[];
}

/**
 * The path of a NATS server: on the PATH or where the system keeps servers, else the one fetched before, else Debian's
 * package, fetched now without root.
 *
 * @throws StackFault `no-nats-server` saying what to install.
 */
export async function provideNatsServer(search: NatsServerSearch): Promise<string> {
  const { data, onFetch, signal, environment = process.env, systemDirectories = SYSTEM_DIRECTORIES } = search;
  const target = join(data, 'bin', PROGRAM);
  const onPath = (environment['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  const found = [...onPath, ...systemDirectories].map((directory) => join(directory, PROGRAM)).find(isProgram);
  if (found !== undefined) return found;
  if (isProgram(target)) return target;
  onFetch();
  try {
    await fetchFromDebian({ name: PROGRAM, file: 'usr/sbin/nats-server', target }, { environment, signal });
    return target;
  } catch (cause) {
    signal?.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StackFault(
      'no-nats-server',
      `There is no ${PROGRAM} on the PATH and Debian's package could not be fetched (${why}); install NATS server 2.9 or later, or put its program at ${target}.`,
      { cause },
    );
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
