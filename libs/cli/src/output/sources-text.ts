import type { SourceReply } from '@exchequer/contracts';
import { textTable } from './text-table.js';

/** Where amounts come from, as a table below an empty line; nothing where there are none. */
export function sourcesText(list: readonly SourceReply[]): readonly string[] {
  if (list.length === 0) return [];
  const rows = list.map(({ node, layer, lot, amount, currency, surcharge }) => [
    node,
    layer,
    lot ?? '',
    amount,
    surcharge === undefined ? currency : `${currency}, and ${surcharge} by its rate`,
  ]);
  return [
    '',
    textTable(
      [{ title: 'from' }, { title: 'layer' }, { title: 'lot' }, { title: 'amount', align: 'right' }, { title: '' }],
      rows,
    ).trimEnd(),
  ];
}
