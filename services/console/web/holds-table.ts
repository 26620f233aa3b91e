import type { OpenHoldReply } from '@exchequer/contracts';
import { amountView } from './amount-view.js';
import { byId, element, reconcile, write } from './dom.js';
import { timeUntil, wholeTime } from './moments.js';

const HEADS = [
  ['Payer', ''],
  ['Held', 'number'],
  ['Ends', ''],
] as const;

/** The newest open holds. */
export function showHolds(
  holds: readonly OpenHoldReply[],
  openHolds: number,
  displayOf: (currency: string) => number,
): void {
  const place = byId('holds');
  write(
    byId('holds-note'),
    openHolds > holds.length ? `newest ${String(holds.length)} of ${openHolds.toLocaleString()}` : '',
  );
  if (holds.length === 0) {
    place.replaceChildren(
      element(
        'p',
        { class: 'empty' },
        'No call is under way. A hold appears here when a request is authorized, and leaves when it is settled.',
      ),
    );
    return;
  }
  reconcile(rowsIn(place), holds, {
    keyOf: ({ hold }) => hold,
    make: (hold) => makeRow(hold, displayOf),
    update: (row, { expiresAt }) => {
      const ends = row.querySelector<HTMLElement>('time');
      if (ends === null) return;
      ends.dataset['until'] = expiresAt;
      ends.title = wholeTime(expiresAt);
      write(ends, timeUntil(expiresAt, Date.now()));
    },
  });
}

/** Lets what is shown as a time left go on. */
export function tick(nowMs: number): void {
  for (const ends of document.querySelectorAll<HTMLElement>('time[data-until]'))
    write(ends, timeUntil(ends.dataset['until'] ?? '', nowMs));
}

function rowsIn(place: HTMLElement): Element {
  const known = place.querySelector('tbody');
  if (known !== null) return known;
  const rows = element('tbody');
  const head = HEADS.map(([word, kind]) => element('th', { scope: 'col', class: kind }, word));
  place.replaceChildren(
    element(
      'table',
      {},
      element('caption', { class: 'unseen' }, 'Open holds, the newest first'),
      element('thead', {}, element('tr', {}, ...head)),
      rows,
    ),
  );
  return rows;
}

function makeRow(hold: OpenHoldReply, displayOf: (currency: string) => number): HTMLTableRowElement {
  const amounts = Object.entries(hold.amounts).map(([currency, amount]) =>
    element('div', {}, amountView(amount, displayOf(currency), currency)),
  );
  const also = hold.nodes.filter((node) => node !== hold.payer);
  const about = [hold.model ?? '', also.length === 0 ? '' : `with ${also.join(', ')}`].filter((part) => part !== '');
  return element(
    'tr',
    { title: `${hold.hold}, placed ${wholeTime(hold.placedAt)}` },
    element('th', { scope: 'row' }, hold.payer, element('span', { class: 'kind' }, about.join(' '))),
    element('td', { class: 'number' }, ...amounts),
    element('td', { class: 'short' }, element('time', { datetime: hold.expiresAt })),
  );
}
