import { countText } from '../output/money-text.js';
import { textTable } from '../output/text-table.js';
import type { ReplayDocument } from './replay.js';
import type { RefusalGroup } from './tally.js';

/** A play as people read it. */
export function playText(document: ReplayDocument): string {
  const { events, settled, duplicates, unpriced, allowed, refused, seconds } = document;
  const facts = [
    `${countText(events)} calls played in ${seconds.toFixed(1)} s: ${countText(settled)} settled`,
    duplicates > 0 ? `${countText(duplicates)} settled before` : '',
    unpriced > 0 ? `${countText(unpriced)} without a price` : '',
    allowed !== undefined && refused !== undefined && refused > 0
      ? `${countText(allowed)} allowed and ${countText(refused)} refused`
      : '',
  ];
  return [
    `${facts.filter((fact) => fact !== '').join(', ')}.`,
    ...(settled > 0 ? ['', modelsTable(document)] : []),
    ...refusalLines(document),
    '',
    analyticsLine(document),
  ]
    .join('\n')
    .trimEnd();
}

function modelsTable({ byModel, settled, contextTokens, generatedTokens, usd }: ReplayDocument): string {
  const rows = Object.entries(byModel).map(([model, sums]) => [
    model,
    countText(sums.calls),
    countText(sums.contextTokens),
    countText(sums.generatedTokens),
    sums.usd,
  ]);
  const total = ['all', countText(settled), countText(contextTokens), countText(generatedTokens), usd];
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [{ title: 'model' }, right('calls'), right('context'), right('generated'), right('usd')];
  return textTable(columns, rows.length === 1 ? rows : [...rows, total]).trimEnd();
}

const refusalLines = ({ refusals = [] }: ReplayDocument): readonly string[] =>
  refusals.length === 0 ? [] : ['', ...refusals.map(refusalLine)];

function refusalLine({ code, node, limit, currency, resetsAt, count, firstRow }: RefusalGroup): string {
  const what = limit === undefined ? `the funds of ${node ?? 'the payer'}` : `the limit ${limit} of ${node ?? ''}`;
  const resets = resetsAt === undefined ? '' : `, which resets at ${resetsAt}`;
  return `${countText(count)} refused by ${what} in ${currency ?? 'all currencies'}${resets} (${code}), the first at row ${countText(firstRow)}.`;
}

function analyticsLine({ clickhouse }: ReplayDocument): string {
  if (clickhouse?.agrees === true) return 'ClickHouse has the same sums.';
  return '';
}
