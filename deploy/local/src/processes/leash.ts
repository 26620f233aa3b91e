/**
 * Runs a program that knows nothing of IPC, and ends it when whoever started this process is gone:
 * `node leash.js <program> <argument>…`. It tells its parent the program's process id.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How long the program may take to end by itself before it is killed. */
const STOP_WITHIN_MS = 8_000;
const NOT_STARTED = 127;

/** What the leash tells the process that holds it. */
export interface LeashMessage {
  readonly type: 'started';
  readonly pid: number;
}

const [, , program = '', ...given] = process.argv;
const child = spawn(program, given, { stdio: ['ignore', 'inherit', 'inherit'] });

child.once('error', (fault) => {
  process.stderr.write(`${program} cannot be started: ${fault.message}\n`);
  process.exit(NOT_STARTED);
});
child.once('spawn', () => {
  if (child.pid !== undefined) process.send?.({ type: 'started', pid: child.pid } satisfies LeashMessage);
});
child.once('exit', (status, signal) => {
  process.exit(status ?? 128 + constants.signals[signal ?? 'SIGKILL']);
});

let isEnding = false;
const end = (): void => {
  if (isEnding) return;
  isEnding = true;
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS).unref();
};
process.on('disconnect', end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
