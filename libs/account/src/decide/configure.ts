import { currencyId, type CurrencyId, type NodeId } from '@exchequer/kernel';
import type { Configure } from '../commands.js';
import { evolve } from '../evolve/evolve.js';
import type { Fact, StatedPricesSet } from '../facts.js';
import { faultOfLimits } from '../limits/limit-changes.js';
import { faultOfNotices } from '../lots/fault-of-notices.js';
import { faultOfOutcomes } from '../outcomes/fault-of-outcomes.js';
import { faultOfOverage } from '../overage/fault-of-overage.js';
import { faultOfPools, poolRuleChanges } from '../pools/pool-changes.js';
import { isRefusal, refuse, type Refusal } from '../refusal.js';
import { faultOfModelKinds, modelKindChanges } from '../rules/model-kinds.js';
import { ruleChanges } from '../rules/rule-changes.js';
import { sectionsOf } from '../rules/rule-sets.js';
import { pricesIn, textOfPrices } from '../rules/stated-prices.js';
import { AccountState } from '../state/account-state.js';
import { archiveChanges } from '../tree/archive.js';
import { plannedTree } from '../tree/planned-tree.js';
import { drawBlueprint } from '../tree/blueprint.js';
import { openingOf } from '../tree/find-node.js';
import { placeChanges, poolingChanges, spendingChanges } from '../tree/node-changes.js';
import { faultOfRates, permissionChanges } from '../tree/permission-changes.js';
import { openingFor } from '../tree/opening.js';
import type { Decision, Moment } from './decision.js';
import { pausesBy } from './pause-by-limit.js';

/** Brings the named nodes to their stated form, or refuses and changes nothing. What is so already brings no facts. */
export function configure(state: AccountState, command: Configure, moment: Moment): Decision {
  if (state.opening !== undefined) return changes(state, command, moment);
  const opened = openingFor(command);
  if (isRefusal(opened)) return opened;
  const fresh = new AccountState();
  evolve(fresh, opened, moment.at);
  const rest = changes(fresh, command, moment);
  return isRefusal(rest) ? rest : [opened, ...rest];
}

function changes(state: AccountState, command: Configure, moment: Moment): Decision {
  const opening = openingOf(state);
  if (isRefusal(opening)) return opening;
  const blueprint = drawBlueprint(state, opening.root.id, command);
  if (isRefusal(blueprint)) return blueprint;
  const fault = faultOfModelKinds(command) ?? faultOfMoney(state, command, opening.root.id, moment);
  if (fault !== undefined) return fault;
  const rules = ruleChanges(state, command, blueprint, moment);
  if (isRefusal(rules)) return rules;
  const archived = archiveChanges(state, opening, blueprint, command.archive);
  if (isRefusal(archived)) return archived;
  const facts: readonly Fact[] = [
    ...currencyChanges(state, command),
    ...modelKindChanges(state, command),
    ...statedPriceChanges(state, command),
    ...rules.sets,
    ...placeChanges(state, blueprint),
    ...poolingChanges(state, blueprint),
    ...command.nodes.flatMap((policy) => [
      ...(rules.stated.get(policy.node) ?? []),
      ...spendingChanges(state, policy),
      ...permissionChanges(state.nodes.get(policy.node), policy),
      ...poolRuleChanges(state.nodes.get(policy.node), policy),
    ]),
    ...rules.others,
  ];
  return [...facts, ...pausesBy(state, facts, plannedTree(state, blueprint, command.archive)), ...archived];
}

function currencyChanges(state: AccountState, { currencies }: Configure): readonly Fact[] {
  return currencies
    .filter(({ currency, display }) => state.currencies.get(currency)?.display !== display)
    .map(({ currency, display }) => ({ type: 'CurrencyDeclared', currency, display }));
}

/** Stated prices are given whole; without any price there are none. */
function statedPriceChanges(state: AccountState, { statedPrices }: Configure): readonly StatedPricesSet[] {
  if (statedPrices === undefined) return [];
  const prices = pricesIn(statedPrices).length === 0 ? undefined : statedPrices;
  if (textOfPrices(prices) === textOfPrices(state.statedPrices)) return [];
  return [{ type: 'StatedPricesSet', ...(prices !== undefined && { prices }) }];
}

function faultOfMoney(
  state: AccountState,
  command: Configure,
  root: NodeId,
  { calendar }: Moment,
): Refusal | undefined {
  const declared = new Set([...state.currencies.keys(), ...command.currencies.map(({ currency }) => currency)]);
  const isDeclared = (currency: CurrencyId): boolean => declared.has(currency);
  for (const { kind, path, stated } of sectionsOf(command))
    for (const [index, { name, limits }] of (stated ?? []).entries()) {
      const set = { node: `${kind}/${name}`, limits };
      const fault = faultOfLimits(set, `${path}.${kind === 'tier' ? String(index) : name}`, isDeclared, calendar);
      if (fault !== undefined) return fault;
    }
  for (const [name, { currency }] of pricesIn(command.statedPrices))
    if (!isDeclared(currency))
      return refuse(
        'Malformed',
        `The currency ${currency} of the stated price of ${name} is not declared.`,
        'unpriced',
      );
  for (const [index, policy] of command.nodes.entries()) {
    const path = `nodes.${String(index)}`;
    const fault =
      faultOfLimits(policy, path, isDeclared, calendar) ??
      faultOfRates(policy, path) ??
      faultOfPools(policy, path, root, isDeclared) ??
      faultOfOverage(policy, path, isDeclared);
    if (fault !== undefined) return fault;
    for (const currency of Object.keys(policy.ownKey ?? {}))
      if (!isDeclared(currencyId(currency)))
        return refuse(
          'Malformed',
          `The currency ${currency} of the own keys of ${policy.node} is not declared.`,
          `${path}.ownKey`,
        );
    const faultOfTerms = faultOfOutcomes(policy, path) ?? faultOfNotices(policy, path);
    if (faultOfTerms !== undefined) return faultOfTerms;
    for (const { currency } of policy.estimate?.by === 'fixed' ? policy.estimate.amounts : [])
      if (!isDeclared(currency))
        return refuse(
          'Malformed',
          `The currency ${currency} of the estimate of ${policy.node} is not declared.`,
          `${path}.estimate`,
        );
  }
  return undefined;
}
