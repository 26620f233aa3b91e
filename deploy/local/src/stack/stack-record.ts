import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isRunning, processIdentity } from '../processes/process-identity.js';
import { systemCode } from '../processes/system-code.js';
import { NATS_PROCESS, SERVICES, StackFault } from './stack.js';

const PID_FILE = 'stack.pid';
const RECORD_FILE = 'stack.json';

const recordSchema = z.object({
  startedAtMs: z.number(),
  state: z.enum(['starting', 'up']),
  addresses: z.object({ nats: z.string(), http: z.string(), data: z.string() }),
  processes: z.array(
    z.object({
      name: z.enum([NATS_PROCESS, ...SERVICES]),
      state: z.enum(['starting', 'ready', 'down', 'stopping', 'stopped']),
      restarts: z.number(),
      pid: z.number().optional(),
      /** When that process began, so that a later one with its id is not taken for it. */
      identity: z.string().optional(),
    }),
  ),
});

/** What a runner writes beside its data, for whoever asks about the stack or must clean up behind it. */
export type StackRecord = z.infer<typeof recordSchema>;

export interface Runner {
  readonly pid: number;
  readonly identity: string;
}

/** The runner that has this data, or undefined when none does. A file that a dead runner left behind counts as none. */
export function currentRunner(data: string): Runner | undefined {
  const runner = claimedBy(data);
  return runner !== undefined && isRunning(runner.pid, runner.identity) ? runner : undefined;
}

/** What the runner of this data last wrote, alive or not. Undefined when there is nothing, or nothing readable. */
export function readRecord(data: string): StackRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(join(data, RECORD_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Replaces the record as a whole: a reader never sees half of one. */
export function writeRecord(data: string, record: StackRecord): void {
  const path = join(data, RECORD_FILE);
  writeFileSync(`${path}.new`, JSON.stringify(record, null, 1));
  renameSync(`${path}.new`, path);
}

/**
 * Takes this data for this process.
 *
 * @throws StackFault `already-running` when a stack runs on it.
 */
export function claim(data: string): void {
  mkdirSync(data, { recursive: true });
  for (;;) {
    const fault = claimFault(data);
    if (fault !== undefined) throw fault;
    rmSync(join(data, PID_FILE), { force: true });
    if (wrotePid(data)) return;
  }
}

/** Why this data cannot be claimed, or undefined. */
export function claimFault(data: string): StackFault | undefined {
  const runner = currentRunner(data);
  if (runner === undefined) return undefined;
  const what = `A stack runs on ${data} already (process ${String(runner.pid)})`;
  return new StackFault(
    'already-running',
    `${what}; end it by exchequer down, or set EXCHEQUER_DATA to another directory.`,
  );
}

/** Gives the data back. */
export function release(data: string): void {
  rmSync(join(data, RECORD_FILE), { force: true });
  rmSync(join(data, PID_FILE), { force: true });
}

function wrotePid(data: string): boolean {
  try {
    const line = `${String(process.pid)} ${processIdentity(process.pid) ?? ''}\n`;
    writeFileSync(join(data, PID_FILE), line, { flag: 'wx' });
    return true;
  } catch (fault) {
    if (systemCode(fault) === 'EEXIST') return false;
    throw fault;
  }
}

function claimedBy(data: string): Runner | undefined {
  try {
    const [, pid, identity] = /^(\d+) (.+)\n$/.exec(readFileSync(join(data, PID_FILE), 'utf8')) ?? [];
    return pid === undefined || identity === undefined ? undefined : { pid: Number(pid), identity };
  } catch {
    return undefined;
  }
}
