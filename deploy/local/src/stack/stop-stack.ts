import { setTimeout as wait } from 'node:timers/promises';
import { isRunning } from '../processes/process-identity.js';
import { awaitFormerStack } from './former-stack.js';
import { currentRunner, release } from './stack-record.js';

/** A stop goes in three turns, each bounded by itself; beyond this the runner is killed, and its processes with it. */
const STOP_WITHIN_MS = 55_000;
const LOOK_EVERY_MS = 50;

/** What became of a stack that was to be stopped. */
export type StopOutcome =
  | { readonly outcome: 'not-running' }
  /** `killed`: it did not end within its bound. */
  | { readonly outcome: 'stopped' | 'killed'; readonly pid: number; readonly afterMs: number };

/** Stops the stack that runs on this data, in this process or in another, and waits until all of it has ended. */
export async function stopStack(data: string): Promise<StopOutcome> {
  const runner = currentRunner(data);
  if (runner === undefined) return { outcome: 'not-running' };
  const beganMs = Date.now();
  const { pid, identity } = runner;
  process.kill(pid, 'SIGTERM');
  while (isRunning(pid, identity) && Date.now() < beganMs + STOP_WITHIN_MS) await wait(LOOK_EVERY_MS);
  const killed = isRunning(pid, identity);
  if (killed) {
    process.kill(pid, 'SIGKILL');
    await awaitFormerStack(data, () => undefined);
    release(data);
  }
  return { outcome: killed ? 'killed' : 'stopped', pid, afterMs: Date.now() - beganMs };
}
