import type { DecisionRow, DecisionsReply, RefusalCount } from '@exchequer/contracts';
import { accountPath } from './account-data.js';
import { ApiProblem, getJson } from './api.js';
import { byId, element, reconcile, write } from './dom.js';
import { explain } from './explanation.js';
import { amountText } from './money.js';
import { clockTime, wholeTime } from './moments.js';
import { showSegments } from './segments.js';

const SHOWN_FIRST = 20;
const SHOWN_MORE = 50;
/** The most that one answer of the reports has. */
const SHOWN_MAX = 1_000;
const REASONS_SHOWN = 4;

const VERDICT_WORDS: Readonly<Record<string, string>> = {
  allowed: 'Allowed',
  partial: 'In part',
  throttled: 'Slowed',
  denied: 'Refused',
};

const REASON_WORDS: Readonly<Record<string, string>> = { InsufficientCredits: 'for want of credits' };

/** The newest decisions of an account, each with its explanation when it is opened. */
export class DecisionsList {
  readonly #more = element('button', { type: 'button', class: 'more' }, 'Show more');
  #shown = SHOWN_FIRST;
  #verdict = '';
  #rows: readonly DecisionRow[] = [];
  #counts: Readonly<Record<string, number>> = {};

  constructor(
    private readonly account: string,
    private readonly displayOf: (currency: string) => number,
    private readonly askAgain: () => void,
  ) {
    this.#showVerdicts();
    this.#more.hidden = true;
    byId('decisions').after(this.#more);
    this.#more.addEventListener('click', () => {
      this.#shown = Math.min(this.#shown + SHOWN_MORE, SHOWN_MAX);
      this.askAgain();
    });
  }

  /** Loads and shows. What is shown stays when it fails. @throws ApiProblem */
  async refresh(): Promise<void> {
    const query = { limit: String(this.#shown), ...(this.#verdict !== '' && { decision: this.#verdict }) };
    try {
      const reply = await getJson<DecisionsReply>(`${accountPath(this.account)}/decisions`, query);
      this.#show(reply);
    } catch (fault) {
      this.#showFault(fault);
      throw fault;
    }
  }

  #show({ decisions, counts, refusals, leftOut }: DecisionsReply): void {
    const place = byId('decisions');
    this.#counts = counts;
    this.#showVerdicts();
    showReasons(refusals, leftOut);
    this.#more.hidden = decisions.length < this.#shown || this.#shown === SHOWN_MAX;
    place.querySelector(':scope > p')?.remove();
    if (decisions.length === 0) {
      place.replaceChildren(
        element(
          'p',
          { class: 'empty' },
          'Nothing was decided yet. Every authorization appears here, allowed or refused, with the reason.',
        ),
      );
      return;
    }
    this.#rows = [...decisions, ...this.#stillRead(place, decisions)];
    reconcile(place, this.#rows, {
      keyOf: ({ decisionId }) => decisionId,
      make: (row) => this.#make(row),
      update: (made, { decidedAt }) => {
        const time = made.querySelector('time');
        if (time !== null) write(time, clockTime(decidedAt, Date.now()));
      },
    });
  }

  /** What somebody has open stays at the end of the list, also when newer decisions have pushed it out. */
  #stillRead(place: HTMLElement, newest: readonly DecisionRow[]): readonly DecisionRow[] {
    const listed = new Set(newest.map(({ decisionId }) => decisionId));
    const opened = new Set(
      [...place.querySelectorAll<HTMLElement>('details[open]')].map(({ dataset }) => dataset['key']),
    );
    return this.#rows.filter(({ decisionId }) => opened.has(decisionId) && !listed.has(decisionId));
  }

  #make(row: DecisionRow): HTMLDetailsElement {
    const amounts = Object.entries(row.amounts).map(
      ([currency, amount]) => `${amountText(amount, this.displayOf(currency))} ${currency}`,
    );
    const what = row.message === '' ? row.model : row.message;
    const place = element('div', { class: 'explanation' });
    const made = element(
      'details',
      { class: 'decision' },
      element(
        'summary',
        {},
        element('time', { datetime: row.decidedAt, title: wholeTime(row.decidedAt) }),
        element(
          'span',
          { class: 'verdict', 'data-verdict': row.decision },
          VERDICT_WORDS[row.decision] ?? row.decision,
        ),
        element('span', { class: 'who' }, row.payer),
        element('span', { class: 'what', title: what }, what),
        element('span', { class: 'number' }, amounts.join(', ')),
      ),
      place,
    );
    made.addEventListener('toggle', () => {
      if (made.open && place.childElementCount === 0) void explain(this.account, row, place, this.displayOf);
    });
    return made;
  }

  #showVerdicts(): void {
    const { allowed = 0, partial = 0, throttled = 0, denied = 0 } = this.#counts;
    const all = allowed + partial + throttled + denied;
    const word = (text: string, count: number): string => (count === 0 ? text : `${text} ${count.toLocaleString()}`);
    const choices = [
      ['', word('All', all)],
      ['allowed', word('Allowed', allowed)],
      ['denied', word('Refused', denied)],
    ] as const;
    showSegments(byId('verdicts'), choices, this.#verdict, (chosen) => {
      this.#verdict = chosen;
      this.#showVerdicts();
      this.askAgain();
    });
  }

  #showFault(fault: unknown): void {
    const place = byId('decisions');
    const why = fault instanceof ApiProblem ? fault.message : 'Something went wrong on this page.';
    const said = `Decisions cannot be shown right now, retrying. ${why}`;
    const known = place.querySelector(':scope > p');
    if (known !== null) write(known, said);
    else place.prepend(element('p', { class: 'empty' }, said));
  }
}

/** What refuses most. */
function showReasons(refusals: readonly RefusalCount[], leftOut: number): void {
  const place = byId('refusals');
  if (refusals.length === 0) {
    place.replaceChildren();
    return;
  }
  const list = place.querySelector('ul') ?? element('ul', { class: 'refused-by', 'aria-label': 'What refuses most' });
  if (list.parentElement === null) place.replaceChildren(list);
  reconcile(list, refusals.slice(0, REASONS_SHOWN), {
    keyOf: ({ code, node, limit, currency }) => `${code} ${node} ${limit} ${currency}`,
    make: () => element('li'),
    update: (item, { code, node, limit, count, resetsAt }) => {
      const by = limit === '' ? `${REASON_WORDS[code] ?? `for ${code}`} at ${node}` : `by ${limit} of ${node}`;
      const resets = resetsAt === null ? '' : `, resets ${clockTime(resetsAt, Date.now())}`;
      write(item, `${count.toLocaleString()} refused ${by}${resets}`);
    },
  });
  const counted = place.querySelector(':scope > p') ?? place.appendChild(element('p', { class: 'note' }));
  write(
    counted,
    leftOut === 0 ? '' : `${leftOut.toLocaleString()} of them came too fast to be kept one by one; they are counted.`,
  );
}
