import type { CorrectedReply, CostReply, LaterCorrectionReply, RenewedReply } from '@exchequer/contracts';
import { amountsText } from './money-text.js';
import { beyondClause } from './settlement-text.js';
import { sourcesText } from './sources-text.js';
import { textTable } from './text-table.js';

/** `4 usd given back`, `1 usd of expired lots forfeited`: what a correction changed. */
export const changesIn = ({
  refunded,
  renewed = [],
  breakage,
  charged,
  beyondOverage,
}: CorrectedReply): readonly string[] => [
  ...(Object.keys(refunded).length === 0 ? [] : [`${amountsText(refunded)} given back`]),
  ...renewed.map(renewedText),
  ...(breakage === undefined ? [] : [`${amountsText(breakage)} of expired lots forfeited`]),
  ...(charged === undefined ? [] : [`${amountsText(charged)} charged in addition${beyondClause(beyondOverage)}`]),
];

const renewedText = ({ lot, node, amounts, expiresAt }: RenewedReply): string =>
  `${amountsText(amounts)} of it in the new lot ${lot} of ${node} until ${expiresAt}`;

/** The corrections of a charge as a table, a row for each, below an empty line. */
export function correctionsText(corrections: readonly LaterCorrectionReply[]): readonly string[] {
  const rows = corrections.map((one) => [
    one.decidedAt,
    one.position,
    one.actor,
    whatOf(one).join('; '),
    amountsText(one.amounts),
    one.reason ?? '',
  ]);
  const columns = ['corrected', 'as of', 'by', 'what', 'comes to', 'reason'].map((title) => ({ title }));
  return ['', textTable(columns, rows).trimEnd()];
}

function whatOf(correction: LaterCorrectionReply): readonly string[] {
  const { forgiven, owed, card, endsWaitForPrice } = correction;
  return [
    ...changesIn(correction),
    ...(forgiven === undefined ? [] : [`${amountsText(forgiven)} owed no more`]),
    ...(owed === undefined ? [] : [`${amountsText(owed)} more owed`]),
    ...(card === undefined ? [] : [`priced by ${card}`]),
    ...(endsWaitForPrice === true ? ['waits for its price no more'] : []),
  ];
}

/** What a charge costs now, and who pays. */
export function costText({ amounts, owed, uncollected, marketCost, sources }: CostReply): readonly string[] {
  const parts = [
    `It costs ${amountsText(amounts)} now`,
    ...(owed === undefined ? [] : [`${amountsText(owed)} owed`]),
    ...(uncollected === undefined ? [] : [`${amountsText(uncollected)} written off`]),
    ...(marketCost === undefined ? [] : [`${amountsText(marketCost)} at market prices, with an own key`]),
  ];
  return ['', `${parts.join('; ')}.`, ...sourcesText(sources)];
}
