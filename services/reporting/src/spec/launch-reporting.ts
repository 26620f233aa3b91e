import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { argumentsForTypeScript } from '@exchequer/testing';

/** The service as a process of its own. */
export interface ReportingProcess {
  readonly process: ChildProcess;
  /** Resolves when it is ready; rejects with what it complained of when it ends before. */
  readonly ready: Promise<void>;
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** What it wrote to the standard error. */
  readonly complaint: () => string;
}

export function launchReporting(cwd: string, environment: Readonly<Record<string, string>>): ReportingProcess {
  const child = spawn(process.execPath, argumentsForTypeScript(new URL('../main.ts', import.meta.url)), {
    cwd,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const ended = once(child, 'exit').then(([status, signal]) => (status ?? signal) as number | string);
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message: { readonly type?: string }) => {
      if (message.type === 'ready') resolve();
    });
    void ended.then((status) => {
      reject(new Error(`it ended with ${String(status)}: ${complaint}`));
    });
  });
  ready.catch(() => undefined);
  return { process: child, ready, ended, complaint: () => complaint };
}
