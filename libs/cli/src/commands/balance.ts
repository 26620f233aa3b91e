import type { BalanceReply } from '@exchequer/contracts';
import { textTable } from '../output/text-table.js';
import { example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import { treeText } from './tree.js';

/** `exchequer balance`. */
export function addBalance(program: Program, shell: Shell): void {
  program
    .command('balance')
    .description('what a node has, from where it may be paid for, and its limits')
    .argument('<node>', 'the node')
    .addHelpText('after', example('exchequer balance project/chat'))
    .action(async (node, _options, command) => {
      const reply = await withAccount(command.optsWithGlobals(), (client) => client.balance(node));
      shell.answer(reply, () => balanceText(reply));
    });
}

/** A node's line of the tree, its lots in draw-down order, and what its funding path could pay. */
export function balanceText(reply: BalanceReply): string {
  const spendable = Object.entries(reply.spendable).map(([currency, amount]) => `${amount} ${currency}`);
  return [
    treeText([reply]).trimEnd(),
    '',
    `Spendable now, limits aside: ${spendable.length === 0 ? 'nothing' : spendable.join(', ')}, from ${reply.fundingPath.join(', then ')}.`,
    ...(reply.lots.length === 0 ? [] : ['', lotsText(reply.lots).trimEnd()]),
    '',
    `As of ${reply.at}, ${reply.position}.`,
  ].join('\n');
}

function lotsText(lots: BalanceReply['lots']): string {
  const right = (title: string) => ({ title, align: 'right' as const });
  return textTable(
    [
      { title: 'lot' },
      { title: 'layer' },
      right('available'),
      right('held'),
      right('spent'),
      { title: '' },
      { title: 'expires' },
    ],
    lots.map((lot) => [lot.lot, lot.layer, lot.available, lot.held, lot.spent, lot.currency, lot.expiresAt ?? 'never']),
  );
}
