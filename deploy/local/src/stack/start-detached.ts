import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DetachedMessage } from './detached-runner.js';
import { environmentOf } from './service-plan.js';
import { claimFault } from './stack-record.js';
import { StackFault, type StackAddresses, type StackOptions } from './stack.js';

/** The built runner, also when this file runs from its source. */
const RUNNER = fileURLToPath(new URL('../../dist/stack/detached-runner.js', import.meta.url));

/** A stack that another process owns. */
export interface DetachedStack {
  /** The runner's process; `stopStack` ends it. */
  readonly pid: number;
  readonly addresses: StackAddresses;
}

/**
 * Starts the local stack under a process in the background, and resolves when every service is ready. The stack
 * outlives the caller; its runner writes to `<data>/logs/runner.log`.
 *
 * @throws StackFault as `startStack`; nothing is left running then.
 */
export async function startDetached({ settings, demo, onProgress, signal }: StackOptions): Promise<DetachedStack> {
  const fault = claimFault(settings.data);
  if (fault !== undefined) throw fault;
  signal?.throwIfAborted();
  const logPath = join(settings.data, 'logs', 'runner.log');
  mkdirSync(dirname(logPath), { recursive: true });
  const log = openSync(logPath, 'a');
  const child = spawn(process.execPath, [RUNNER, demo ? 'demo' : 'no-demo'], {
    cwd: settings.data,
    env: { ...process.env, ...environmentOf(settings) },
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  const cut = (): void => void child.kill('SIGTERM');
  signal?.addEventListener('abort', cut, { once: true });
  try {
    return await new Promise<DetachedStack>((resolve, reject) => {
      child.once('error', (cause) => {
        reject(new StackFault('not-started', `The runner could not be started (${cause.message}).`, { cause }));
      });
      child.once('exit', () => {
        reject(new StackFault('not-started', `The runner ended before the stack was ready; see ${logPath}.`));
      });
      child.on('message', (message) => {
        // Only the runner writes to its channel.
        const said = message as DetachedMessage;
        if (said.type === 'event') onProgress?.(said.event);
        else if (said.type === 'failed') reject(new StackFault(said.code, said.message));
        else resolve({ pid: child.pid ?? 0, addresses: said.addresses });
      });
    });
  } finally {
    signal?.removeEventListener('abort', cut);
    if (child.connected) child.disconnect();
    child.unref();
  }
}
