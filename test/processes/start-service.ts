import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 15_000;
const LOG_CHARACTERS_KEPT = 20_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export type ServiceName = 'meter' | 'enforcement' | 'allocation' | 'lifecycle' | 'reporting' | 'console';

/** A service in a process of its own, as it is run in production. Never outlives the process that started it. */
export interface ServiceProcess {
  readonly name: ServiceName;
  readonly pid: number;
  /** `host:port` where it answers HTTP, if it does. */
  readonly http: string | null;
  /** The end of what it has written to its log. */
  log(): string;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

/**
 * Starts a built service and waits until it is ready.
 *
 * @param settings variables such as EXCHEQUER_NATS; nothing else of the environment that begins with EXCHEQUER_ is passed on.
 * @throws Error with the end of its log when it does not get ready.
 */
export async function startService(
  name: ServiceName,
  settings: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const main = fileURLToPath(new URL(`../../services/${name}/dist/main.js`, import.meta.url));
  const inherited = Object.entries(process.env).filter(([key]) => !/^(EXCHEQUER_|NODE_OPTIONS$)/.test(key));
  const child = spawn(process.execPath, ['--max-semi-space-size=16', main], {
    env: { ...Object.fromEntries(inherited), ...settings },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let log = '';
  const keep = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-LOG_CHARACTERS_KEPT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const http = await new Promise<string | null>((resolve, reject) => {
    const fail = (why: string): void => {
      child.kill('SIGKILL');
      reject(new Error(`${name} ${why}\n${log}`));
    };
    const impatience = setTimeout(fail, READY_WITHIN_MS, `was not ready within ${String(READY_WITHIN_MS)} ms`);
    child.once('error', ({ message }) => {
      fail(message);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(impatience);
      reject(new Error(`${name} ended with ${signal ?? `status ${String(code)}`}\n${log}`));
    });
    child.once('message', (message: { readonly http?: string | null }) => {
      clearTimeout(impatience);
      resolve(message.http ?? null);
    });
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} has no process`);
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await exited;
    clearTimeout(impatience);
  };
  return { name, pid, http, log: () => log, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}
