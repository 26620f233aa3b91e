import type { BalanceReply, LotReply } from '@exchequer/contracts';
import { accountPath } from './account-data.js';
import { amountView } from './amount-view.js';
import { ApiProblem, getJson } from './api.js';
import { byId, element } from './dom.js';
import { showLimits } from './limit-bar.js';
import { clockTime, wholeTime } from './moments.js';

type DisplayOf = (currency: string) => number;

/** Opens one node: what it can spend and from whom, its limits, its lots. */
export async function openNode(account: string, node: string, displayOf: DisplayOf): Promise<void> {
  const panel = byId<HTMLDialogElement>('node');
  const title = element('h2', { id: 'node-title' }, node);
  const close = element('button', { type: 'button', class: 'more', autofocus: '' }, 'Close');
  close.addEventListener('click', () => {
    panel.close();
  });
  panel.replaceChildren(element('div', { class: 'heading' }, title, close), element('p', { class: 'note' }, 'Asking…'));
  if (!panel.open) panel.showModal();
  const content = await contentOf(account, node, displayOf);
  panel.replaceChildren(element('div', { class: 'heading' }, title, close), ...content);
  close.focus();
}

async function contentOf(account: string, node: string, displayOf: DisplayOf): Promise<readonly Node[]> {
  try {
    const balance = await getJson<BalanceReply>(`${accountPath(account)}/balance`, { node });
    return [...spendableOf(balance, displayOf), ...limitsOf(balance, displayOf), ...lotsOf(balance, displayOf)];
  } catch (fault) {
    if (!(fault instanceof ApiProblem)) throw fault;
    return [element('p', { class: 'notice stop' }, fault.message)];
  }
}

function spendableOf(
  { spendable, spendableIfCritical = {}, fundingPath }: BalanceReply,
  displayOf: DisplayOf,
): readonly Node[] {
  const amounts = Object.entries(spendable).map(([currency, amount]) =>
    element('p', {}, amountView(amount, displayOf(currency), currency)),
  );
  const critical = Object.entries(spendableIfCritical).map(([currency, amount]) =>
    element('p', { class: 'note' }, 'Critical work: ', amountView(amount, displayOf(currency), currency)),
  );
  const path = fundingPath.length === 0 ? 'Nobody pays for it.' : `Paid by ${fundingPath.join(', then ')}.`;
  return [
    element('h3', {}, 'Can spend now, limits aside'),
    ...amounts,
    ...critical,
    element('p', { class: 'note' }, path),
  ];
}

function limitsOf({ limits }: BalanceReply, displayOf: DisplayOf): readonly Node[] {
  if (limits.length === 0) return [];
  const place = element('div', { class: 'limits' });
  showLimits(place, limits, displayOf);
  return [element('h3', {}, 'Its own limits'), place];
}

const LOT_HEADS = [
  ['Layer', ''],
  ['Available', 'number'],
  ['Held', 'number'],
  ['Spent', 'number'],
  ['Expires', ''],
] as const;

function lotsOf({ lots }: BalanceReply, displayOf: DisplayOf): readonly Node[] {
  if (lots.length === 0)
    return [element('h3', {}, 'Lots'), element('p', { class: 'note' }, 'It has no credits of its own.')];
  const head = LOT_HEADS.map(([word, kind]) => element('th', { scope: 'col', class: kind }, word));
  return [
    element('h3', {}, 'Lots, in the order in which they are drawn'),
    element(
      'div',
      { class: 'scroller' },
      element(
        'table',
        {},
        element('thead', {}, element('tr', {}, ...head)),
        element('tbody', {}, ...lots.map((lot) => lotRow(lot, displayOf(lot.currency)))),
      ),
    ),
  ];
}

function lotRow(lot: LotReply, display: number): HTMLElement {
  const number = (text: string): HTMLElement => element('td', { class: 'number' }, amountView(text, display));
  const expires =
    lot.expiresAt === undefined
      ? 'never'
      : element('time', { title: expiryTitle(lot.expiresAt, lot.noticeAt) }, clockTime(lot.expiresAt, Date.now()));
  return element(
    'tr',
    { title: `${lot.lot} of ${lot.grant}` },
    element('th', { scope: 'row' }, lot.layer, element('span', { class: 'kind' }, ` ${lot.currency}`)),
    number(lot.available),
    number(lot.held),
    number(lot.spent),
    element('td', {}, expires),
  );
}

const expiryTitle = (expiresAt: string, noticeAt: string | undefined): string =>
  noticeAt === undefined ? wholeTime(expiresAt) : `${wholeTime(expiresAt)}; notice of it ${wholeTime(noticeAt)}`;
