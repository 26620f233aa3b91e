import type { StackEvent } from '../stack/stack.js';
import { describeEvent } from './describe-event.js';

const BAR_WIDTH = 30;
/** A line that is written over is written no more often. */
const REDRAW_EVERY_MS = 100;
/** Where lines cannot be written over, progress is told at each of so many parts. */
const PARTS = 4;

export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Writes what happens to a stack for people: lines, and a bar that moves where the terminal can show one. */
export function terminalProgress(terminal: Terminal): (event: StackEvent) => void {
  let drawnAtMs = 0;
  let partsTold = 0;
  let isDrawn = false;
  const wipe = (): void => {
    if (isDrawn) terminal.write('\r\u001b[2K');
    isDrawn = false;
  };
  const progress = ({ what, done, total }: Extract<StackEvent, { type: 'progress' }>): void => {
    if (terminal.isTTY === true) {
      const isLast = done >= total;
      if (!isLast && Date.now() - drawnAtMs < REDRAW_EVERY_MS) return;
      drawnAtMs = Date.now();
      terminal.write(`\r\u001b[2K${what} ${bar(done, total)} ${String(done)} of ${String(total)}${isLast ? '\n' : ''}`);
      isDrawn = !isLast;
      return;
    }
    const parts = total === 0 ? PARTS : Math.floor((done * PARTS) / total);
    if (parts > partsTold) terminal.write(`${what}: ${String(done)} of ${String(total)}\n`);
    partsTold = done >= total ? 0 : parts;
  };
  return (event) => {
    if (event.type === 'progress') {
      progress(event);
      return;
    }
    wipe();
    const text = describeEvent(event);
    if (text !== undefined) terminal.write(`${text}\n`);
  };
}

function bar(done: number, total: number): string {
  const full = total === 0 ? BAR_WIDTH : Math.min(BAR_WIDTH, Math.floor((done * BAR_WIDTH) / total));
  return `[${'='.repeat(full)}${' '.repeat(BAR_WIDTH - full)}]`;
}
