import type { LimitReply, ThresholdReply } from '@exchequer/contracts';
import { element, reconcile, write, type Keyed } from './dom.js';
import { amountText, decimalText, nanoUnits } from './money.js';

/** Something to know of a limit beside what is left of it. */
export interface LimitNote {
  readonly text: string;
  /** A threshold that the present window has crossed. */
  readonly isCrossed: boolean;
}

/** What a limit does other than to refuse, and which of its thresholds are crossed: `alert`, `crossed 50%`, `not yet 90%`. */
export function limitNotes(limit: LimitReply, display: number): readonly LimitNote[] {
  const { mode = 'hard', then, thresholds = [] } = limit;
  const parts = [...(mode === 'hard' ? [] : [mode]), ...(then === undefined ? [] : [`then ${then}`])];
  const conduct = parts.length === 0 ? [] : [{ text: parts.join(', '), isCrossed: false }];
  const marks = thresholds.map((threshold) => ({
    text: `${threshold.crossed ? 'crossed' : 'not yet'} ${markOf(threshold, limit.currency, display)}`,
    isCrossed: threshold.crossed,
  }));
  return [...conduct, ...marks];
}

/** Brings the notes under a limit in line with it. */
export function showNotes(place: HTMLElement, limit: LimitReply, display: number): void {
  const notes = limitNotes(limit, display);
  place.hidden = notes.length === 0;
  reconcile(place, notes, NOTE);
}

const NOTE: Keyed<LimitNote, HTMLElement> = {
  keyOf: ({ text }) => text,
  make: () => element('span'),
  update: (made, { text, isCrossed }) => {
    write(made, text);
    made.classList.toggle('crossed', isCrossed);
  },
};

function markOf({ share, used, left }: ThresholdReply, currency: string, display: number): string {
  if (share !== undefined) return `${decimalText(nanoUnits(share) * 100n)}%`;
  const amount = `${amountText(used ?? left ?? '0', display)} ${currency}`;
  return used === undefined ? `${amount} left` : `${amount} used`;
}
