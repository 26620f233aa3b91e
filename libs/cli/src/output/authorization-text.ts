import type { AuthorizationReply, LimitReply } from '@exchequer/contracts';
import { amountsText } from './money-text.js';
import { sourcesText } from './sources-text.js';
import { filledTable } from './text-table.js';

/** A decision as people read it: the verdict, from where, and every limit that was told. */
export function authorizationText(reply: AuthorizationReply): string {
  return [
    verdict(reply),
    ...estimate(reply),
    ...marketCost(reply),
    ...unpriced(reply),
    ...card(reply),
    ...sourcesText(reply.sources ?? []),
    ...chain(reply.chain ?? []),
    ...alternatives(reply),
    ...spilled(reply),
    ...observed(reply),
  ].join('\n');
}

function verdict(reply: AuthorizationReply): string {
  const { decision, hold, amounts, message, decisionId, repeated } = reply;
  const again = repeated === true ? ' (decided before; nothing new was done)' : '';
  if (decision === 'denied') {
    const named = decisionId === undefined ? '' : ` as ${decisionId}`;
    return `${decision}${named}: ${amountsText(amounts)} asked. ${message ?? reply.code ?? ''}`;
  }
  const held = hold === undefined ? '' : `, held as ${hold.id} until ${hold.expiresAt}`;
  const heed = message === undefined ? '' : `. ${message}`;
  return `${decision}: ${amountsText(amounts)}${held}${heed}${again}`;
}

function estimate({ estimate: made }: AuthorizationReply): string[] {
  if (made === undefined) return [];
  if (made.by === 'fixed') return ['Estimated: a fixed amount for every call, by the policy.'];
  const share = `${String(Math.round((made.quantile ?? 0) * 1_000) / 10)} %`;
  return [
    `Estimated: ${share} of ${String(made.calls)} settled calls put out at most ${String(made.outputTokens)} tokens.`,
  ];
}

const marketCost = ({ marketCost: cost }: AuthorizationReply): string[] =>
  cost === undefined ? [] : [`With an own key: ${amountsText(cost)} at market prices.`];

const unpriced = (reply: AuthorizationReply): string[] =>
  reply.unpriced === true
    ? ['There is no price: this is at the stated prices of the account, until a price comes.']
    : [];

function chain(list: readonly LimitReply[]): string[] {
  if (list.length === 0) return [];
  const rows = list.map((line) => [
    `${line.node}/${line.limit}`,
    line.amount ?? '',
    line.used ?? '',
    line.held ?? '',
    line.remaining,
    line.currency,
    line.mode === undefined ? '' : modeOf(line),
    line.resetsAt ?? '',
    line.rule ?? '',
  ]);
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [{ title: 'limit' }, right('amount'), right('used'), right('held'), right('remaining')];
  const further = [{ title: '' }, { title: 'mode' }, { title: 'resets' }, { title: 'rule' }];
  return ['', filledTable([...columns, ...further], rows).trimEnd()];
}

const card = ({ card: name }: AuthorizationReply): string[] => (name === undefined ? [] : [`Rate card: ${name}.`]);

const spilled = ({ spilled: list = [] }: AuthorizationReply): string[] =>
  list.map(({ node, rate }) => `\nBeyond the rate ${rate} of ${node}: it passes into credits.`);

const observed = ({ observed: list = [] }: AuthorizationReply): string[] =>
  list.map(
    ({ code, node, limit, rate }) =>
      `\nOnly observed: ${node}${limit === undefined ? '' : `/${limit}`}${rate === undefined ? '' : ` (${rate})`} would have refused it (${code}).`,
  );

/** How a limit treats what goes beyond it, and how far that has gone. */
const modeOf = ({ mode = 'hard', then, released, overrun, currency }: LimitReply): string =>
  [
    then === undefined ? mode : `${mode}, then ${then}`,
    ...(released === undefined ? [] : [`${released} ${currency} released`]),
    ...(overrun === undefined ? [] : [`${overrun} ${currency} beyond`]),
  ].join('; ');

const alternatives = ({ alternatives: list = [] }: AuthorizationReply): string[] =>
  list.map((one) => `\n${amountsText(one.amounts)}${one.kind === 'model' ? ` with ${one.model}` : ''} would pass.`);
