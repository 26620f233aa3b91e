import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';

const STOP_WITHIN_MS = 10_000;
const TRY_EVERY_MS = 50;
const TRIES_MAX = 200;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a server, and waits until it can be spoken to. It ends with this process at the latest. */
export async function startServer(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
  speak: () => Promise<void>,
): Promise<{ stop(): Promise<void> }> {
  const child = spawn(program, args, { ...options, stdio: 'ignore' });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await exited;
    clearTimeout(impatience);
  };
  for (let tries = 1; ; tries++)
    try {
      await speak();
      return { stop };
    } catch (cause) {
      if (tries === TRIES_MAX || child.exitCode !== null) {
        await stop();
        throw new Error(`${program} does not answer`, { cause });
      }
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
    }
}
