/** Why a process should end. */
export type StopReason = 'SIGTERM' | 'SIGINT' | 'parent-gone';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const SIGNAL_STATUS = { SIGTERM: 143, SIGINT: 130 } as const;

/**
 * Resolves when the process is asked to stop: by a signal, or because the process that started it with an IPC channel
 * is gone. A second signal ends the process at once.
 */
export function stopRequest(): Promise<StopReason> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of SIGNALS)
      process.on(signal, () => {
        if (asked) process.exit(SIGNAL_STATUS[signal]);
        asked = true;
        resolve(signal);
      });
    if (process.connected)
      process.once('disconnect', () => {
        resolve('parent-gone');
      });
  });
}
