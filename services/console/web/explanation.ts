import type { AuthorizationReply, DecisionRow, ExplainReply, LimitReply } from '@exchequer/contracts';
import { accountPath } from './account-data.js';
import { amountView } from './amount-view.js';
import { ApiProblem, getJson } from './api.js';
import { element } from './dom.js';
import { showLimits } from './limit-bar.js';
import { amountText } from './money.js';
import { clockTime, wholeTime } from './moments.js';

type DisplayOf = (currency: string) => number;

/** Shows why a decision came out as it did: the account is folded back to that place, and it is decided again. */
export async function explain(
  account: string,
  row: DecisionRow,
  place: HTMLElement,
  displayOf: DisplayOf,
): Promise<void> {
  place.replaceChildren(element('p', { class: 'note' }, 'Reading the ledger…'));
  try {
    const path = `${accountPath(account)}/decisions/${encodeURIComponent(row.decisionId)}`;
    const { decision, then } = await getJson<ExplainReply>(path);
    place.replaceChildren(...explanationOf(decision, then, row, displayOf));
  } catch (fault) {
    if (!(fault instanceof ApiProblem)) throw fault;
    const said = row.message === '' ? [] : [element('p', { class: 'sentence' }, row.message)];
    place.replaceChildren(
      ...said,
      element('p', { class: 'note' }, `The full explanation is not there: ${fault.message}`),
    );
  }
}

function explanationOf(
  decision: AuthorizationReply,
  then: ExplainReply['then'],
  row: DecisionRow,
  displayOf: DisplayOf,
): readonly Node[] {
  const parts: Node[] = [element('p', { class: 'sentence' }, sentenceOf(decision, row, displayOf))];
  if (then !== undefined)
    parts.push(
      element(
        'p',
        { class: 'note' },
        `The answer of then was another: ${then.decision}, ${amountsText(then.amounts ?? {}, displayOf)}. ${then.message ?? ''}`.trimEnd(),
      ),
    );
  const alternatives = decision.alternatives ?? [];
  for (const { amounts } of alternatives)
    parts.push(element('p', {}, `What would pass now: ${amountsText(amounts, displayOf)}.`));
  for (const { code, node, limit } of decision.observed ?? []) {
    const rule = limit === undefined ? node : `the limit ${limit} of ${node}`;
    parts.push(element('p', {}, `Only observed: ${rule} would have refused it (${code}).`));
  }
  const chain = decision.chain ?? [];
  if (chain.length > 0) parts.push(heading('Every limit on the way'), chainTable(chain, decision, displayOf));
  const sources = decision.sources ?? [];
  if (sources.length > 0) parts.push(heading('Where it came from'), sourcesTable(sources, displayOf));
  parts.push(factsOf(decision, row));
  return parts;
}

/** One sentence of why. A refusal brings its own. */
function sentenceOf(decision: AuthorizationReply, row: DecisionRow, displayOf: DisplayOf): string {
  if (decision.message !== undefined) return decision.message;
  const amounts = amountsText(decision.amounts, displayOf);
  const from = [...new Set((decision.sources ?? []).map(({ node }) => node))].join(', ');
  if (decision.decision === 'partial' && decision.binding)
    return `${amounts} of what was asked is held for ${row.payer}: ${bindingText(decision, displayOf)}`;
  return `${amounts} is held for ${row.payer}, from ${from === '' ? 'nothing' : from}. ${roomText(decision.chain?.length ?? 0)}`;
}

function roomText(limits: number): string {
  if (limits === 0) return 'No limit is on its way.';
  return limits === 1
    ? 'The one limit on its way had room for it.'
    : `All ${String(limits)} limits on its way had room for it.`;
}

function bindingText({ binding }: AuthorizationReply, displayOf: DisplayOf): string {
  if (!binding || !('remaining' in binding)) return '';
  const left = `${amountText(binding.remaining, displayOf(binding.currency))} ${binding.currency}`;
  return binding.kind === 'limit'
    ? `the limit ${binding.limit ?? ''} of ${binding.node} had ${left} left.`
    : `${binding.node} could spend ${left}.`;
}

const amountsText = (amounts: Readonly<Record<string, string>>, displayOf: DisplayOf): string =>
  Object.entries(amounts)
    .map(([currency, amount]) => `${amountText(amount, displayOf(currency))} ${currency}`)
    .join(' and ');

const heading = (words: string): HTMLElement => element('h3', {}, words);

function chainTable(
  chain: readonly LimitReply[],
  { binding, decision }: AuthorizationReply,
  displayOf: DisplayOf,
): HTMLElement {
  const effect = decision === 'partial' ? ' made it smaller' : ' stopped it';
  const rows = chain.map((limit) => {
    const bar = element('div', { class: 'limits' });
    showLimits(bar, [limit], displayOf, 'then');
    const isBinding = binding?.kind === 'limit' && binding.node === limit.node && binding.limit === limit.limit;
    return element(
      'tr',
      isBinding ? { class: 'binding' } : {},
      element('th', { scope: 'row' }, limit.node, ...(isBinding ? [element('span', { class: 'kind' }, effect)] : [])),
      element('td', {}, bar),
    );
  });
  return element('table', {}, element('tbody', {}, ...rows));
}

function sourcesTable(sources: NonNullable<AuthorizationReply['sources']>, displayOf: DisplayOf): HTMLElement {
  const rows = sources.map(({ node, lot, layer, currency, amount, surcharge }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, node),
      element('td', {}, layer),
      element('td', { class: 'mono' }, lot ?? ''),
      element('td', { class: 'number' }, amountView(amount, displayOf(currency), currency)),
      element('td', {}, surcharge === undefined ? '' : `and ${surcharge} by its rate`),
    ),
  );
  return element('table', {}, element('tbody', {}, ...rows));
}

function factsOf(decision: AuthorizationReply, row: DecisionRow): HTMLElement {
  const facts: (readonly [string, string | undefined])[] = [
    ['Decision', row.decisionId],
    ['Code', decision.code],
    ['Asked for', row.nodes.join(', ')],
    ['Priced by', decision.card],
    ['Comes back', decision.resetsAt === undefined ? undefined : clockTime(decision.resetsAt, Date.now())],
    ['Decided', wholeTime(decision.decidedAt)],
    ['Ledger', decision.position],
  ];
  const told = facts.flatMap(([name, value]) =>
    value === undefined || value === ''
      ? []
      : [element('span', {}, `${name} `, element('span', { class: 'mono' }, value))],
  );
  return element('div', { class: 'facts' }, ...told);
}
