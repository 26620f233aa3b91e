import type { CurrencyBalance, NodeReply } from '@exchequer/contracts';
import { amountView } from './amount-view.js';
import { element, fill, reconcile } from './dom.js';
import { showLimits } from './limit-bar.js';

/** A tree with more nodes than this begins with its lower part folded. */
const OPEN_NODES_MAX = 150;
const FOLDED_FROM_DEPTH = 2;

const POOLING_WORDS: Readonly<Record<string, string>> = {
  own: 'own credits',
  'own-then-parent': 'own, then pool',
  parent: 'from the pool',
};

export interface TreeOptions {
  readonly currency: string;
  readonly displayOf: (currency: string) => number;
}

/** The nodes as a table that unfolds: what each has, holds and has spent, and how much of its limits is left. */
export class TreeTable {
  readonly #folded = new Set<string>();
  readonly #rows: HTMLTableSectionElement = element('tbody');
  #nodes: readonly NodeReply[] = [];
  #parents: ReadonlySet<string> = new Set();
  #options: TreeOptions | undefined;

  constructor(
    place: HTMLElement,
    private readonly choose: (node: string) => void,
  ) {
    const heads = [
      ['Node', ''],
      ['Available', 'number'],
      ['Held', 'number'],
      ['Spent', 'number'],
      ['Limits', ''],
    ] as const;
    const head = heads.map(([word, kind]) => element('th', { scope: 'col', class: kind }, word));
    place.replaceChildren(
      element(
        'table',
        {},
        element('caption', { class: 'unseen' }, 'Nodes with their credits and limits'),
        element('thead', {}, element('tr', {}, ...head)),
        this.#rows,
      ),
    );
  }

  show(nodes: readonly NodeReply[], options: TreeOptions): void {
    const isFirst = this.#nodes.length === 0;
    this.#nodes = nodes;
    this.#options = options;
    this.#parents = new Set(nodes.flatMap(({ parent }) => parent ?? []));
    if (isFirst && nodes.length > OPEN_NODES_MAX)
      for (const { node, depth } of nodes)
        if (depth >= FOLDED_FROM_DEPTH && this.#parents.has(node)) this.#folded.add(node);
    this.#render();
  }

  #render(): void {
    const options = this.#options;
    if (options === undefined) return;
    reconcile(this.#rows, this.#visible(), {
      keyOf: ({ node }) => node,
      make: (node) => this.#makeRow(node),
      update: (row, node) => {
        this.#updateRow(row, node, options);
      },
    });
  }

  /** Nodes come with their parents before them. */
  #visible(): readonly NodeReply[] {
    const hidden = new Set<string>();
    return this.#nodes.filter(({ node, parent }) => {
      const isHidden = parent !== undefined && (hidden.has(parent) || this.#folded.has(parent));
      if (isHidden) hidden.add(node);
      return !isHidden;
    });
  }

  #makeRow({ node, depth, archived }: NodeReply): HTMLTableRowElement {
    const twist = element('button', { class: 'twist', type: 'button', 'aria-label': `Nodes under ${node}` });
    twist.addEventListener('click', () => {
      if (!this.#folded.delete(node)) this.#folded.add(node);
      this.#render();
    });
    const name = element('button', { class: 'name', type: 'button', title: 'Show its credits' }, node);
    name.addEventListener('click', () => {
      this.choose(node);
    });
    const label = element('div', { class: 'node' }, twist, name, element('span', { class: 'kind' }));
    label.style.setProperty('--depth', String(depth));
    return element(
      'tr',
      archived === true ? { class: 'archived' } : {},
      element('th', { scope: 'row' }, label),
      element('td', { class: 'number' }),
      element('td', { class: 'number' }),
      element('td', { class: 'number' }),
      element('td', {}, element('div', { class: 'limits' })),
    );
  }

  #updateRow(row: HTMLTableRowElement, node: NodeReply, { currency, displayOf }: TreeOptions): void {
    const twist = row.querySelector<HTMLElement>('.twist');
    const isParent = this.#parents.has(node.node);
    if (twist !== null) {
      twist.style.visibility = isParent ? 'visible' : 'hidden';
      twist.setAttribute('aria-expanded', String(!this.#folded.has(node.node)));
    }
    const about = row.querySelector<HTMLElement>('.kind');
    if (about !== null) about.textContent = aboutText(node);
    const balance = node.balances.find((one) => one.currency === currency) ?? NOTHING;
    const [available, held, spent] = row.querySelectorAll<HTMLElement>('.number');
    const display = displayOf(currency);
    if (available !== undefined) fill(available, amountView(balance.available, display));
    if (held !== undefined) fill(held, amountView(balance.held, display));
    if (spent !== undefined) fill(spent, amountView(balance.spent, display));
    const limits = row.querySelector<HTMLElement>('.limits');
    if (limits !== null)
      showLimits(
        limits,
        node.limits.filter((limit) => limit.currency === currency),
        displayOf,
      );
  }
}

const NOTHING: Pick<CurrencyBalance, 'available' | 'held' | 'spent'> = { available: '0', held: '0', spent: '0' };

const aboutText = ({ kind, pooling, paused }: NodeReply): string =>
  [kind, POOLING_WORDS[pooling] ?? pooling, ...(paused === undefined ? [] : ['paused'])].join(', ');
