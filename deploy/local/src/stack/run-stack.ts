import { terminalProgress, type Terminal } from '../terminal/terminal-progress.js';
import { startStack } from './start-stack.js';
import type { StackEvent, StackOptions } from './stack.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface RunOptions extends Omit<StackOptions, 'signal'> {
  /** Where what happens is written for people when `onProgress` is not given. */
  readonly terminal?: Terminal;
}

/**
 * Runs the local stack in the foreground until Ctrl-C, SIGTERM or SIGHUP, and stops all of it. A second signal changes
 * nothing: every process ends within its bound.
 *
 * @throws StackFault when it does not start.
 */
export async function runStack(options: RunOptions): Promise<void> {
  const { settings, demo, terminal = process.stdout } = options;
  const tell: (event: StackEvent) => void = options.onProgress ?? terminalProgress(terminal);
  const abort = new AbortController();
  const asked = new Promise<void>((resolve) => {
    abort.signal.addEventListener('abort', () => {
      resolve();
    });
  });
  const stop = (): void => {
    if (abort.signal.aborted) return;
    tell({ type: 'step', what: 'stopping' });
    abort.abort();
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    const stack = await startStack({ settings, demo, onProgress: tell, signal: abort.signal });
    await asked;
    await stack.stop();
  } catch (fault) {
    if (!abort.signal.aborted) throw fault;
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
  tell({ type: 'note', text: `Stopped. The data stays in ${settings.data}.` });
}
