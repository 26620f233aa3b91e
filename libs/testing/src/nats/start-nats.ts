import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { createScratchDirectory } from '../scratch-directory.js';
import { findNatsServer } from './find-nats-server.js';

/** How long a server may take to accept its first client. */
const READY_WITHIN_MS = 10_000;
/** How long a server may take to end by itself before it is killed. */
const STOP_WITHIN_MS = 5_000;
/** Another process may take the port between its choice and its use: so many ports are tried. */
const PORTS_TRIED_MAX = 3;
const LOG_CHARACTERS_KEPT = 4_000;

export interface NatsOptions {
  /** Lines added to the server's configuration file, for example `mappings` or `authorization`. */
  readonly configuration?: string;
  /** The server to run; found by itself when not given. */
  readonly program?: string;
}

export interface RunningNats {
  /** `nats://127.0.0.1:<port>`. Stays the same over restarts. */
  readonly url: string;
  readonly port: number;
  /** The process, or undefined while the server is down. */
  readonly pid: number | undefined;
  /** Ends the server and deletes what JetStream kept. */
  stop(): Promise<void>;
  /** Ends the server as a crash would (SIGKILL). What JetStream kept stays; `restart()` brings it back. */
  kill(): Promise<void>;
  /** Ends the server if it runs, in good order, and starts it on the same port with the same data. */
  restart(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

/** True once the server greets a client, which it does when it is ready and not before. */
const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', (bytes) => {
      resolve(bytes.toString().startsWith('INFO '));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });

async function launch(program: string, configurationFile: string, port: number): Promise<ChildProcess> {
  const child = spawn(program, ['--config', configurationFile], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let log = '';
  const keep = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-LOG_CHARACTERS_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => {
    running.delete(child);
    ended ??= `it ended with ${signal ?? `status ${String(code)}`}`;
  });

  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await greets(port))) {
    if (ended !== undefined) throw new Error(`${program} did not start: ${ended}\n${log}`);
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${program} was not ready within ${READY_WITHIN_MS} ms\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return child;
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited;
  clearTimeout(impatience);
}

/**
 * Starts a NATS server with JetStream on a free port of the loopback interface, its data in a scratch directory, and
 * waits until it greets clients. The server never outlives the process that started it.
 *
 * @throws Error that says what to do when there is no server, or what the server said when it did not start.
 */
export async function startNats(options: NatsOptions = {}): Promise<RunningNats> {
  const program = options.program ?? findNatsServer();
  const directory = await createScratchDirectory();
  const configurationFile = directory.join('nats.conf');

  const configure = (port: number): Promise<void> =>
    writeFile(
      configurationFile,
      `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${directory.join('jetstream')}" }\n${options.configuration ?? ''}\n`,
    );

  const startOnSomePort = async (triesLeft: number): Promise<{ port: number; child: ChildProcess }> => {
    const port = await freePort();
    await configure(port);
    try {
      return { port, child: await launch(program, configurationFile, port) };
    } catch (error) {
      if (triesLeft > 1 && String(error).includes('address already in use')) return startOnSomePort(triesLeft - 1);
      await directory.remove();
      throw error;
    }
  };

  const { port, child: first } = await startOnSomePort(PORTS_TRIED_MAX);
  let child: ChildProcess | undefined = first;
  const endChild = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending !== undefined) await end(ending, signal);
  };

  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    get pid() {
      return child?.pid;
    },
    stop: async () => {
      await endChild('SIGTERM');
      await directory.remove();
    },
    kill: () => endChild('SIGKILL'),
    restart: async () => {
      await endChild('SIGTERM');
      child = await launch(program, configurationFile, port);
    },
  };
}
