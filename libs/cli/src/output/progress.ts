import ora from 'ora';
import type { Sink } from '../shell/shell.js';

/** Work that is over sooner needs no bar. */
const SHOWN_AFTER_MS = 2_000;
const BAR_WIDTH = 24;

/** How far a long piece of work has come, for people who wait for it. */
export interface Progress {
  /** `total` undefined: it is not known how much there is. */
  show(done: number, total: number | undefined, what: string): void;
  /** Takes the bar away. */
  end(): void;
}

const SILENT: Progress = { show: () => undefined, end: () => undefined };

/** A bar on the standard error, once the work takes longer than two seconds; nothing where no person watches. */
export function progressOn(err: Sink): Progress {
  if (err.isTTY !== true) return SILENT;
  const startedAt = performance.now();
  let spinner: ReturnType<typeof ora> | undefined;
  return {
    show: (done, total, what) => {
      if (performance.now() - startedAt < SHOWN_AFTER_MS) return;
      spinner ??= ora({ stream: process.stderr, discardStdin: false }).start();
      spinner.text = progressText(done, total, what);
    },
    end: () => {
      spinner?.stop();
      spinner = undefined;
    },
  };
}

/** `████████░░░░  33 %  6,400 of 19,366 calls`. */
export function progressText(done: number, total: number | undefined, what: string): string {
  if (total === undefined || total <= 0) return `${done.toLocaleString('en-US')} ${what}`;
  const share = Math.min(1, done / total);
  const filled = Math.floor(share * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${bar} ${percent} %  ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${what}`;
}
