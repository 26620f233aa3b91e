import type { LimitReply } from '@exchequer/contracts';
import { element, reconcile, write, type Keyed } from './dom.js';
import { showNotes } from './limit-notes.js';
import { amountText, isZero, nanoUnits, percentOf } from './money.js';
import { clockTime, timeUntil, wholeTime } from './moments.js';

type Level = 'far' | 'near' | 'full';
/** As it stands, or as it stood when something was decided. */
type When = 'live' | 'then';

/** What stands where a limit lets everything pass. */
const UNLIMITED = 'unlimited';

/** One limit as words over a bar: used, under way, left, and when it comes back; below it what else is to be known of it. */
const limitBar = (displayOf: (currency: string) => number, when: When): Keyed<LimitReply, HTMLElement> => ({
  keyOf: ({ node, limit, currency }) => `${node} ${limit} ${currency}`,
  make: () =>
    element(
      'div',
      { class: 'limit' },
      element(
        'div',
        { class: 'limit-words' },
        element('span', { class: 'left' }),
        element('span', { class: 'resets' }),
      ),
      element(
        'div',
        { class: 'meter', 'aria-hidden': 'true' },
        element('span', { class: 'used' }),
        element('span', { class: 'under-way' }),
      ),
      element('div', { class: 'limit-notes' }),
    ),
  update: (bar, limit) => {
    const { amount = '0', used = '0', held = '0', remaining, currency, resetsAt } = limit;
    const show = (text: string): string => amountText(text, displayOf(currency));
    const isUnlimited = amount === UNLIMITED;
    bar.dataset['level'] = isUnlimited ? 'far' : levelOf(remaining, amount);
    const underWay = isZero(held) ? '' : `, ${show(held)} under way`;
    const [words, resets, usedPart, heldPart] = bar.querySelectorAll<HTMLElement>('.left, .resets, .used, .under-way');
    const notes = bar.querySelector<HTMLElement>('.limit-notes');
    if (words === undefined || resets === undefined || usedPart === undefined || heldPart === undefined) return;
    if (notes !== null) showNotes(notes, limit, displayOf(currency));
    const left = isUnlimited ? UNLIMITED : `${show(remaining)} of ${show(amount)} left`;
    write(words, `${limit.limit}: ${left}${underWay}`);
    words.title = `${show(used)} ${currency} used`;
    showReset(resets, resetsAt, when);
    const usedPercent = isUnlimited ? 0 : percentOf(used, amount);
    usedPart.style.width = `${String(usedPercent)}%`;
    heldPart.style.width = `${String(isUnlimited ? 0 : Math.min(100 - usedPercent, percentOf(held, amount)))}%`;
  },
});

/** Brings the limits of a node in line with what it has. */
export function showLimits(
  place: HTMLElement,
  limits: readonly LimitReply[],
  displayOf: (currency: string) => number,
  when: When = 'live',
): void {
  reconcile(place, limits, limitBar(displayOf, when));
}

function showReset(target: HTMLElement, resetsAt: string | undefined, when: When): void {
  if (resetsAt === undefined) {
    write(target, '');
    return;
  }
  const nowMs = Date.now();
  write(target, `resets ${when === 'live' ? timeUntil(resetsAt, nowMs) : clockTime(resetsAt, nowMs)}`);
  target.title = `${clockTime(resetsAt, nowMs)}: ${wholeTime(resetsAt)}`;
}

/** Near from nine tenths on. */
function levelOf(remaining: string, amount: string): Level {
  if (isZero(remaining)) return 'full';
  return nanoUnits(remaining) * 10n <= nanoUnits(amount) ? 'near' : 'far';
}
