import type { Exchequer } from '@exchequer/client';
import type { LimitReply, NodeReply, ThresholdReply, TreeReply } from '@exchequer/contracts';
import { formatAmount, minusFloored, parseAmount } from '@exchequer/kernel';
import { textTable } from '../output/text-table.js';
import { example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';

/** `exchequer tree`. */
export function addTree(program: Program, shell: Shell): void {
  program
    .command('tree')
    .description('nodes with what is available, held and spent, and their limits')
    .option('--under <node>', 'only this node and what is below it')
    .option('--archived', 'archived nodes too')
    .addHelpText('after', example('exchequer tree', 'exchequer tree --under team/research --json'))
    .action(async (_options, command) => {
      const options = command.optsWithGlobals();
      const reply = await withAccount(options, (client) => wholeTree(client, options));
      shell.answer(reply, () => treeText(reply.nodes));
    });
}

/** Every page of a tree as one. Later pages may be newer than the first. */
async function wholeTree(
  client: Exchequer,
  { under, archived }: { readonly under?: string | undefined; readonly archived?: true | undefined },
): Promise<TreeReply> {
  const asked = { ...(under !== undefined && { under }), ...(archived === true && { archived }) };
  const first = await client.tree(asked);
  const nodes = [...first.nodes];
  for (let { next } = first; next !== undefined;) {
    const page = await client.tree({ ...asked, cursor: next });
    nodes.push(...page.nodes);
    next = page.next;
  }
  return { nodes, at: first.at, position: first.position };
}

/** One line for each node and currency, limits below their node. */
export function treeText(nodes: readonly NodeReply[]): string {
  const top = Math.min(...nodes.map(({ depth }) => depth));
  const rows = nodes.flatMap((node) => {
    const indent = '  '.repeat(node.depth - top);
    const name = `${indent}${node.node}${markOf(node)}`;
    const [first, ...others] = node.balances;
    return [
      [name, ...balanceCells(first)],
      ...others.map((balance) => ['', ...balanceCells(balance)]),
      ...sessionRows(node, indent),
      ...poolRows(node, indent),
      ...node.limits.map((limit) => [
        `${indent}  · ${limit.limit}`,
        limit.remaining,
        limit.held ?? '',
        limit.used ?? '',
        limit.currency,
        `of ${limit.amount ?? ''}${byRule(limit.rule)}${crossedText(limit)}${limit.resetsAt === undefined ? '' : `, resets ${limit.resetsAt}`}`,
      ]),
      ...rateRows(node, indent),
    ];
  });
  const right = (title: string) => ({ title, align: 'right' as const });
  return textTable(
    [{ title: 'node' }, right('available'), right('held'), right('spent'), { title: '' }, { title: 'limit' }],
    rows,
  );
}

/** What is kept for a node, and what it may still take from above and give below. */
const poolRows = ({ pools = [] }: NodeReply, indent: string): string[][] =>
  pools.flatMap(({ currency, reserve, kept = '0', borrowMax, lendMax, borrowed, lent, resetsAt }) => {
    const resets = resetsAt === undefined ? '' : `, resets ${resetsAt}`;
    const row = (name: string, left: string, used: string, of: string): string[] => [
      `${indent}  · ${name}`,
      left,
      '',
      used,
      currency,
      `of ${of}${resets}`,
    ];
    return [
      ...(reserve === undefined ? [] : [row('reserve', kept, borrowed, `${reserve} kept in its pool`)]),
      ...(borrowMax === undefined
        ? []
        : [row('borrowMax', left(borrowMax, borrowed), borrowed, `${borrowMax} from above`)]),
      ...(lendMax === undefined ? [] : [row('lendMax', left(lendMax, lent), lent, `${lendMax} to those under it`)]),
    ];
  });

function left(most: string, used: string): string {
  return formatAmount(minusFloored(parseAmount(most), parseAmount(used)));
}

/** What a session has left, in the place of what is available. */
const sessionRows = ({ session }: NodeReply, indent: string): string[][] =>
  Object.entries(session?.left ?? {}).map(([currency, left]) => [
    `${indent}  · reserve`,
    left,
    '',
    '',
    currency,
    `of ${session?.reserve[currency] ?? ''}, ends ${session?.expiresAt ?? ''}`,
  ]);

/** What is left of each rate in the minute, hour or day that runs. */
const rateRows = ({ rates = [] }: NodeReply, indent: string): string[][] =>
  rates.map(({ rate, count, used, then, resetsAt }) => [
    `${indent}  · ${rate}`,
    used === undefined ? '' : String(Math.max(count - used, 0)),
    '',
    used === undefined ? '' : String(used),
    '',
    `of ${String(count)}${then === undefined ? '' : `, then ${then}`}${resetsAt === undefined ? '' : `, resets ${resetsAt}`}`,
  ]);

function markOf({ archived, paused, observed }: NodeReply): string {
  if (archived === true) return ' (archived)';
  const marks = [...(paused === undefined ? [] : ['paused']), ...(observed === true ? ['only observed'] : [])];
  return marks.length === 0 ? '' : ` (${marks.join(', ')})`;
}

/** Where a limit comes from, when not from its node. */
const byRule = (rule = 'personal'): string => (rule === 'personal' ? '' : ` by ${rule}`);

/** The thresholds that the present window has crossed. */
function crossedText({ thresholds = [] }: LimitReply): string {
  const crossed = thresholds.filter((threshold) => threshold.crossed).map(thresholdText);
  return crossed.length === 0 ? '' : `, crossed ${crossed.join(' and ')}`;
}

const thresholdText = ({ share, used, left }: ThresholdReply): string => {
  if (share !== undefined) return `${formatAmount(parseAmount(share) * 100n)}%`;
  return used === undefined ? `${left ?? ''} left` : `${used} used`;
};

const balanceCells = (balance: NodeReply['balances'][number] | undefined): string[] =>
  balance === undefined
    ? ['', '', '', '', '']
    : [
        balance.available,
        balance.held,
        balance.spent,
        balance.currency,
        balance.owed === '0' ? '' : `owes ${balance.owed}`,
      ];
