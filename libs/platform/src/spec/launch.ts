import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { argumentsForTypeScript } from '@exchequer/testing';
import type { ReadyMessage } from '../index.js';

/** The greeter as a process of its own. */
export interface Greeter {
  readonly process: ChildProcess;
  /** The next message of this type that it sends. */
  says(type: string): Promise<unknown>;
  readonly ready: Promise<ReadyMessage>;
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** What it has logged so far, parsed. */
  log(): Record<string, unknown>[];
  /** What it has written to the standard error so far. */
  complaint(): string;
}

export function launchGreeter(cwd: string, environment: Record<string, string>, ...wishes: string[]): Greeter {
  const file = new URL('./greeter.ts', import.meta.url);
  const child = spawn(process.execPath, argumentsForTypeScript(file, ...wishes), {
    cwd,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('a pipe was asked for and not given');
  let out = '';
  let complaint = '';
  stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  // Not `close`, which Node keeps back when it was the parent that closed the channel.
  const ended = Promise.all([once(child, 'exit'), once(stdout, 'close'), once(stderr, 'close')]).then(
    ([[status, signal]]) => (status ?? signal) as number | string,
  );
  const says = (type: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      child.on('message', (message: { readonly type: string }) => {
        if (message.type === type) resolve(message);
      });
      void ended.then((status) => {
        reject(new Error(`it ended with ${String(status)}: ${complaint}${out}`));
      });
    });
  const ready = says('ready') as Promise<ReadyMessage>;
  ready.catch(() => undefined);
  return {
    process: child,
    says,
    ready,
    ended,
    log: () =>
      out
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    complaint: () => complaint,
  };
}
