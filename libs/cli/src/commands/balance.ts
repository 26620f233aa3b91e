import type { BalanceReply, PausedReply } from '@exchequer/contracts';
import { amountsText } from '../output/money-text.js';
import { textTable } from '../output/text-table.js';
import { UsageFault } from '../shell/faults.js';
import { accountOf, example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import { instantOf } from './arguments.js';
import { treeText } from './tree.js';

/** `exchequer balance`. */
export function addBalance(program: Program, shell: Shell): void {
  program
    .command('balance')
    .description('what a node has, from where it may be paid for, and its limits')
    .argument('<node>', 'the node')
    .option('--as-of <instant>', 'as it was then, replayed from the ledger of the settings', instantOf)
    .addHelpText(
      'after',
      example('exchequer balance project/chat', 'exchequer balance project/chat --as-of 2026-11-20T18:00:00Z'),
    )
    .action(async (node, _options, command) => {
      const options = command.optsWithGlobals();
      if (options.asOf !== undefined) await answerAsOf(shell, accountOf(options), node, Date.parse(options.asOf));
      else {
        const reply = await withAccount(options, (client) => client.balance(node));
        shell.answer(reply, () => balanceText(reply));
      }
    });
}

async function answerAsOf(shell: Shell, account: string, node: string, asOf: number): Promise<void> {
  if (asOf > Date.now())
    throw new UsageFault('--as-of names an instant that is still to come; name one that has passed.');
  const { balanceAsOf } = await import('../history/balance-as-of.js');
  const { withSettledLedger } = await import('../history/open-settled-ledger.js');
  const past = await withSettledLedger(({ ledger }) => balanceAsOf(ledger, account, node, asOf));
  shell.answer(past, () => balanceText(past, 'then'));
}

/** A node's line of the tree, its lots in draw-down order, and what its funding path could pay, now or at a past instant. */
export function balanceText(reply: BalanceReply, when: 'now' | 'then' = 'now'): string {
  return [
    treeText([reply]).trimEnd(),
    '',
    ...(reply.paused === undefined ? [] : [pausedText(reply.paused), '']),
    ...entitlementsText(reply.entitlements ?? {}),
    `Spendable ${when}, limits aside: ${amountsText(reply.spendable)}, from ${reply.fundingPath.join(', then ')}.`,
    ...(reply.spendableIfCritical === undefined
      ? []
      : [`Work that is marked critical can spend ${amountsText(reply.spendableIfCritical)}.`]),
    ...(reply.lots.length === 0 ? [] : ['', lotsText(reply.lots).trimEnd()]),
    '',
    ...(when === 'then' && reply.rates !== undefined
      ? ['What its rates had let through by then is in no ledger and cannot be told.']
      : []),
    `As of ${reply.at}, ${reply.position}.`,
  ].join('\n');
}

function pausedText({ by, actor, reason, since, resumesAt }: PausedReply): string {
  const who = by === 'person' ? (actor ?? 'a person') : limitText(by);
  const end = resumesAt === undefined ? '' : `, until ${resumesAt}`;
  return `Paused by ${who} since ${since}${end}${reason === undefined ? '' : `: ${reason}`}.`;
}

const limitText = ({ limit, node }: Exclude<PausedReply['by'], 'person'>): string =>
  node === undefined ? `its limit ${limit}` : `the limit ${limit} of ${node}`;

function entitlementsText({ models, features }: NonNullable<BalanceReply['entitlements']>): string[] {
  const rules = [
    ['Models allowed', models?.allow],
    ['Models denied', models?.deny],
    ['Features allowed', features?.allow],
    ['Features denied', features?.deny],
  ] as const;
  const lines = rules.flatMap(([what, names]) => (names === undefined ? [] : [`${what}: ${names.join(', ')}.`]));
  return lines.length === 0 ? [] : [...lines, ''];
}

/** Notice before the end is a column only where some lot has one to come. */
function lotsText(lots: BalanceReply['lots']): string {
  const isNoticed = lots.some((lot) => lot.noticeAt !== undefined);
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
      ...(isNoticed ? [{ title: 'notice' }] : []),
    ],
    lots.map((lot) => [
      lot.lot,
      lot.layer,
      lot.available,
      lot.held,
      lot.spent,
      lot.currency,
      lot.expiresAt ?? 'never',
      ...(isNoticed ? [lot.noticeAt ?? ''] : []),
    ]),
  );
}
