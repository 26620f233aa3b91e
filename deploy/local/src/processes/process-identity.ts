import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const PS_WITHIN_MS = 2_000;
/** Of `/proc/<pid>/stat` behind the program's name: its state, and its start in ticks since the machine's boot. */
const STATE = 0;
const START_TICKS = 19;

/**
 * What tells a process from every other that ever had its id: when it began. Undefined when there is none by that id.
 *
 * Read from `/proc` where there is one, else asked of `ps`.
 */
export function processIdentity(pid: number): string | undefined {
  return existsSync('/proc/self/stat') ? fromProc(pid) : fromPs(pid);
}

/** Whether this very process runs, and not a later one with its id. */
export const isRunning = (pid: number, identity: string): boolean => processIdentity(pid) === identity;

function fromProc(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name stands in parentheses and may hold anything, blanks and parentheses too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const isZombie = fields[STATE] === 'Z';
  return isZombie ? undefined : `${bootId()}:${fields[START_TICKS] ?? ''}`;
}

/** Ticks are counted from the boot: the same tick of another boot is another process. */
const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

function fromPs(pid: number): string | undefined {
  try {
    const began = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: PS_WITHIN_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return began.trim() || undefined;
  } catch {
    return undefined;
  }
}
