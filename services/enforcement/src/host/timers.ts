import { setTimeout as waitFor } from 'node:timers/promises';

/** How a process waits. Handed in, so that a simulation can let a day pass in no time. */
export interface Timers {
  /** Resolves after so many milliseconds, or as soon as the signal aborts. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Calls again and again, until what it gives back is called. Keeps no process alive. */
  readonly every: (ms: number, run: () => void) => () => void;
}

/** The timers of the process itself. */
export const PROCESS_TIMERS: Timers = {
  wait: (ms, signal) => waitFor(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};
