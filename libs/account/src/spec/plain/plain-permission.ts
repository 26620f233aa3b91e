import type { NodePolicy } from '../../commands.js';
import type { EstimatePolicy, Fact, NameRule } from '../../facts.js';
import type { PlainAccount } from './plain-account.js';
import { fact, told } from './plain-decision.js';

/** Who may use what, whether rules are merely observed, and rates, as stated. */
export function permissionChanges(account: PlainAccount, { node, entitlements, observe, rates = [] }: NodePolicy) {
  const before = account.counted.nodes.find(({ id }) => id === node);
  const { models, features } = entitlements ?? {};
  const facts: Fact[] = [];
  const was = before?.entitlements ?? {};
  if (ruleText(was.models) !== ruleText(models) || ruleText(was.features) !== ruleText(features))
    facts.push(fact({ type: 'EntitlementsSet', node, ...told({ models, features }) }));
  if ((before?.observe ?? false) !== (observe === true))
    facts.push(fact({ type: 'ObserveSet', node, observe: observe === true }));
  const ratesBefore = account.nodes.find(({ id }) => id === node)?.rates ?? [];
  if (JSON.stringify(ratesBefore) !== JSON.stringify(rates)) facts.push(fact({ type: 'RatesSet', node, rates }));
  return facts;
}

/** The order of the names says nothing. */
const ruleText = (rule: NameRule | undefined): string =>
  rule === undefined ? '' : `${listText(rule.allow)} but ${listText(rule.deny)}`;

const listText = (names: readonly string[] | undefined): string =>
  names === undefined ? 'nothing said' : [...names].sort().join();

/** Whether a node states a rate twice: of the same unit, period and models. */
export function statesRateTwice({ rates = [] }: NodePolicy): boolean {
  const names = rates.flatMap(({ models, requests, tokens }) =>
    [requests && `requests ${requests.per}`, tokens && `tokens ${tokens.per}`].flatMap((rate) =>
      rate === undefined ? [] : [`${rate} ${listText(models)}`],
    ),
  );
  return new Set(names).size < names.length;
}

export const estimateText = (policy: EstimatePolicy | undefined): string => {
  if (policy?.by === 'quantile') return `quantile ${String(policy.quantile)}`;
  if (policy?.by !== 'fixed') return String(policy?.by);
  return policy.amounts
    .map(({ currency, amount }) => `${currency} ${String(amount)}`)
    .sort()
    .join();
};
