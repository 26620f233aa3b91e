import type { AccountData } from './account-data.js';
import { amountView } from './amount-view.js';
import { byId, element, fill, reconcile } from './dom.js';
import { sumOf } from './money.js';

interface Figure {
  readonly name: string;
  readonly hint: string;
  readonly value: Node | string;
}

/** The account at a glance, in one currency. */
export function showSummary({ about, nodes, isCut }: AccountData, currency: string, display: number): void {
  const balances = nodes.flatMap((node) => node.balances.filter((one) => one.currency === currency));
  const root = nodes[0]?.balances.find((one) => one.currency === currency);
  const available = sumOf(balances.map((one) => one.available));
  const owed = sumOf(balances.map((one) => one.owed));
  const figures: Figure[] = [
    {
      name: isCut ? 'Available in the nodes shown' : 'Available',
      hint: 'In lots, free to spend',
      value: amountView(available, display, currency),
    },
    { name: 'Held', hint: 'Set aside for calls under way', value: amountView(root?.held ?? '0', display, currency) },
    { name: 'Spent', hint: 'Since the account began', value: amountView(root?.spent ?? '0', display, currency) },
    ...(owed === '0' ? [] : [{ name: 'Owed', hint: 'Beyond all funds', value: amountView(owed, display, currency) }]),
    { name: 'Open holds', hint: 'Calls under way', value: about.openHolds.toLocaleString() },
    { name: 'Nodes', hint: 'Of the account', value: about.nodes.toLocaleString() },
  ];
  reconcile(byId('figures'), figures, {
    keyOf: ({ name }) => name,
    make: ({ name, hint }) => element('div', { title: hint }, element('dt', {}, name), element('dd')),
    update: (made, { value }) => {
      const place = made.querySelector('dd');
      if (place !== null) fill(place, value);
    },
  });
}
