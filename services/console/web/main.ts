import { loadAccount, type AccountData } from './account-data.js';
import { ApiProblem } from './api.js';
import { chosenAccount, rememberAccount } from './chosen-account.js';
import { DecisionsList } from './decisions-list.js';
import { byId, element, write } from './dom.js';
import { showHolds, tick } from './holds-table.js';
import { follow } from './live.js';
import { clockTime } from './moments.js';
import { openNode } from './node-panel.js';
import { Refresher } from './refresher.js';
import { showSegments } from './segments.js';
import { announce, showConnection, showNotice } from './status.js';
import { showSummary } from './summary.js';
import { TreeTable } from './tree-table.js';

const ACCOUNT_AT_MOST_EVERY_MS = 700;
const DECISIONS_AT_MOST_EVERY_MS = 1_000;
/** Windows reset and holds expire without anything being said; decisions take a moment to reach the reports. */
const LOOK_EVERY_MS = 15_000;
const REPORTS_LAG_MS = 1_500;
const TICK_MS = 1_000;
const DISPLAY_UNKNOWN = 2;

const account = chosenAccount();
let data: AccountData | undefined;
let currency: string | undefined;
let treePages = 1;

const displayOf = (name: string): number => data?.about.currencies[name]?.display ?? DISPLAY_UNKNOWN;
const tree = new TreeTable(byId('tree'), (node) => void openNode(account, node, displayOf));
const accountView = new Refresher(refreshAccount, ACCOUNT_AT_MOST_EVERY_MS);
const decisions = new DecisionsList(account, displayOf, () => {
  decisionsView.ask();
});
const decisionsView = new Refresher(() => decisions.refresh(), DECISIONS_AT_MOST_EVERY_MS);

async function refreshAccount(): Promise<void> {
  try {
    data = await loadAccount(account, treePages);
  } catch (fault) {
    showAccountFault(fault);
    throw fault;
  }
  rememberAccount(account);
  showNotice(undefined);
  showUnknown(false);
  render(data);
}

function render(shown: AccountData): void {
  const { about, nodes, isCut } = shown;
  const currencies = Object.keys(about.currencies);
  const first = currencies[0] ?? 'usd';
  if (currency === undefined || !currencies.includes(currency)) currency = first;
  if (currencies.length > 1)
    showSegments(
      byId('currencies'),
      currencies.map((name) => [name, name]),
      currency,
      (chosen) => {
        currency = chosen;
        if (data !== undefined) render(data);
      },
    );
  showSummary(shown, currency, displayOf(currency));
  tree.show(nodes, { currency, displayOf });
  showMore(isCut, nodes.length, about.nodes);
  showHolds(about.holds, about.openHolds, displayOf);
  write(byId('as-of'), `As of ${clockTime(about.at, Date.now())}, ${about.position}`);
}

function showMore(isCut: boolean, shown: number, all: number): void {
  const place = byId('nodes-note');
  if (!isCut) {
    write(place, '');
    return;
  }
  const more = element('button', { type: 'button', class: 'more' }, 'Show more');
  more.addEventListener('click', () => {
    treePages += 1;
    accountView.ask();
  });
  place.replaceChildren(`${shown.toLocaleString()} of ${all.toLocaleString()} nodes `, more);
}

function showAccountFault(fault: unknown): void {
  if (!(fault instanceof ApiProblem)) {
    showNotice('Something went wrong on this page; load it again.');
    return;
  }
  if (fault.code !== 'UnknownAccount') {
    const what = fault.code === 'Unreachable' ? 'The console cannot be reached' : 'Enforcement cannot be reached';
    const old = data === undefined ? '' : ' What is shown may be old.';
    showNotice(`${what}, retrying.${old} ${fault.message}`);
    return;
  }
  showNotice(undefined);
  showUnknown(true);
}

/** An account that is not there yet shows how to open it, and nothing of what it does not have. */
function showUnknown(isUnknown: boolean): void {
  const place = byId('unknown');
  if (isUnknown && place.hidden)
    place.replaceChildren(
      `There is no account ${account} yet. A policy file that names it opens it:`,
      element('code', {}, `npx exchequer --account ${account} apply policy.yaml`),
    );
  place.hidden = !isUnknown;
  byId('tree').hidden = isUnknown;
  document.querySelector('main')?.toggleAttribute('data-unknown', isUnknown);
}

function start(): void {
  write(byId('title'), account);
  document.title = `${account} · Exchequer`;
  follow(account, {
    opened: () => {
      showConnection('live');
      accountView.ask();
      decisionsView.ask();
    },
    lost: () => {
      showConnection('lost');
      accountView.ask();
    },
    appended: () => {
      accountView.ask();
      decisionsView.ask(REPORTS_LAG_MS);
    },
    refused: (count, [newest]) => {
      decisionsView.ask(REPORTS_LAG_MS);
      announce(`${String(count)} refused. ${newest?.message ?? ''}`);
    },
  });
  accountView.ask();
  decisionsView.ask();
  setInterval(() => {
    tick(Date.now());
  }, TICK_MS);
  setInterval(() => {
    accountView.ask();
    decisionsView.ask();
  }, LOOK_EVERY_MS);
}

start();
