import { setTimeout as wait } from 'node:timers/promises';
import { isRunning } from '../processes/process-identity.js';
import { readRecord } from './stack-record.js';

/** Processes of a runner that was killed end by themselves; after this they are killed. */
const END_WITHIN_MS = 20_000;
const GONE_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;

/**
 * Waits until every process of the stack that ran on this data before has ended. They end by themselves when their
 * runner is gone, but two stacks at once must not have the same data.
 */
export async function awaitFormerStack(data: string, onWait: () => void): Promise<void> {
  const processes = readRecord(data)?.processes ?? [];
  const alive = (): number[] =>
    processes.flatMap(({ pid, identity }) =>
      pid !== undefined && identity !== undefined && isRunning(pid, identity) ? [pid] : [],
    );
  if (alive().length === 0) return;
  onWait();
  if (await gone(alive, END_WITHIN_MS)) return;
  for (const pid of alive()) process.kill(pid, 'SIGKILL');
  await gone(alive, GONE_WITHIN_MS);
}

async function gone(alive: () => readonly number[], withinMs: number): Promise<boolean> {
  const untilMs = Date.now() + withinMs;
  while (alive().length > 0) {
    if (Date.now() > untilMs) return false;
    await wait(LOOK_EVERY_MS);
  }
  return true;
}
