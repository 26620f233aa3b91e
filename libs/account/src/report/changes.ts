import { formatAmount, formatLength, type CurrencyId, type NodeId } from '@exchequer/kernel';
import type {
  Entitlements,
  EstimatePolicy,
  Fact,
  LimitConductChanged,
  NodePaused,
  NodeRulesSet,
  PoolRule,
  RateRule,
  RuleName,
  Tier,
} from '../facts.js';
import { ratesIn } from '../state/rate-state.js';
import { textOfPrices } from '../rules/stated-prices.js';
import { textOfOutcomes } from '../outcomes/outcome-rule.js';
import { termsOf, textOfTerms } from '../overage/overage-terms.js';
import { textOfOwnKey } from '../tree/own-key.js';
import { textOfExpiryNotice } from '../lots/expiry-notice.js';
import { textOfRefunds } from '../tree/refunds.js';
import { limitsText, limitText, textOfConduct, thresholdText } from './limit-text.js';
import type { AccountState } from '../state/account-state.js';

/** One line of what a policy changes. */
export interface Change {
  readonly action: 'add' | 'change' | 'remove';
  readonly subject: string;
  readonly from?: string;
  readonly to?: string;
}

/** What the facts of a `configure` change, against the state before them. */
export const changesOf = (state: AccountState, facts: readonly Fact[]): readonly Change[] =>
  facts.flatMap((fact) => changeOf(state, fact) ?? []);

const money = (amount: bigint, currency: CurrencyId): string => `${formatAmount(amount)} ${currency}`;

function changeOf(state: AccountState, fact: Fact): Change | undefined {
  switch (fact.type) {
    case 'AccountOpened':
      return { action: 'add', subject: `account ${fact.account}`, to: `root ${fact.root}` };
    case 'CurrencyDeclared': {
      const before = state.currencies.get(fact.currency);
      const to = `${String(fact.display)} digits`;
      return before === undefined
        ? { action: 'add', subject: `currency ${fact.currency}`, to }
        : { action: 'change', subject: `currency ${fact.currency}`, from: `${String(before.display)} digits`, to };
    }
    case 'NodeAdded':
      return { action: 'add', subject: `node ${fact.node}`, to: `${fact.kind} under ${fact.parent}, ${fact.pooling}` };
    case 'NodeRestored':
      return { action: 'add', subject: `node ${fact.node}`, to: 'restored' };
    case 'NodeArchived':
      return { action: 'remove', subject: `node ${fact.node}` };
    case 'NodeMoved':
      return {
        action: 'change',
        subject: `parent of ${fact.node}`,
        ...before(state.nodes.get(fact.node)?.parent?.id),
        to: fact.parent,
      };
    case 'NodeKindChanged':
      return {
        action: 'change',
        subject: `kind of ${fact.node}`,
        ...before(state.nodes.get(fact.node)?.kind),
        to: fact.kind,
      };
    case 'PoolingChanged':
      return {
        action: 'change',
        subject: `pooling of ${fact.node}`,
        ...before(state.nodes.get(fact.node)?.pooling),
        to: fact.pooling,
      };
    case 'CreditsTransferred':
      return { action: 'change', subject: 'credits', to: `${String(fact.moves.length)} lots move to their pools` };
    case 'LimitSet':
      return {
        action: 'add',
        subject: `limit ${fact.limit} of ${fact.node}`,
        to: `${limitText(fact)}${by(fact.rule)}`,
      };
    case 'LimitAmountChanged': {
      const limit = state.nodes.get(fact.node)?.limits.find((candidate) => candidate.name === fact.limit);
      const to = limit === undefined ? formatAmount(fact.amount) : money(fact.amount, limit.currency);
      return {
        action: 'change',
        subject: `limit ${fact.limit} of ${fact.node}`,
        ...before(limit === undefined ? undefined : `${money(limit.amount, limit.currency)}${by(limit.rule)}`),
        to: `${to}${by(fact.rule)}`,
      };
    }
    case 'LimitConductChanged':
      return {
        action: 'change',
        subject: `conduct of limit ${fact.limit} of ${fact.node}`,
        ...before(conductBefore(state, fact)),
        to: textOfConduct(fact),
      };
    case 'LimitRemoved':
      return { action: 'remove', subject: `limit ${fact.limit} of ${fact.node}` };
    case 'ModelKindSet': {
      const models = state.modelKinds.get(fact.kind);
      return {
        action: models === undefined ? 'add' : 'change',
        subject: `models of kind ${fact.kind}`,
        ...before(models?.join(', ')),
        to: fact.models.join(', '),
      };
    }
    case 'ModelKindRemoved':
      return { action: 'remove', subject: `models of kind ${fact.kind}` };
    case 'ThresholdCrossed':
    case 'ThresholdRecovered':
      return {
        action: 'change',
        subject: `threshold ${thresholdText(fact.threshold)} of limit ${fact.limit} of ${fact.node}`,
        to: fact.type === 'ThresholdCrossed' ? 'crossed' : 'no longer crossed',
      };
    case 'NodePaused':
      return { action: 'change', subject: `node ${fact.node}`, to: pausedText(fact) };
    case 'RuleSetDefined':
      return {
        action: state.ruleSets.has(fact.set) ? 'change' : 'add',
        subject: fact.set,
        ...before(setBefore(state, fact.set)),
        to: limitsText(fact.limits),
      };
    case 'RuleSetRemoved':
      return { action: 'remove', subject: fact.set };
    case 'NodeRulesSet':
      return {
        action: 'change',
        subject: `rules of ${fact.node}`,
        ...before(rulesBefore(state, fact.node)),
        to: rulesText(fact),
      };
    case 'LimitOverridden':
      return {
        action: 'change',
        subject: `override of limit ${fact.limit} of ${fact.node}`,
        to: `${money(fact.amount, fact.currency)} until ${new Date(fact.until).toISOString()}`,
      };
    case 'OverrideEnded':
      return { action: 'remove', subject: `override of limit ${fact.limit} of ${fact.node}` };
    case 'TiersSet':
      return {
        action: 'change',
        subject: 'tiers',
        ...before(tiersText(state.tier.ladder)),
        to: tiersText(fact.tiers) ?? 'none',
      };
    case 'TierAdvanced':
      return { action: 'change', subject: 'tier', ...before(state.tier.reached), to: fact.tier };
    case 'OverageSet':
      return {
        action: 'change',
        subject: `overage of ${fact.node}`,
        ...before(overageBefore(state, fact.node, fact.currency)),
        to: `${money(fact.limit, fact.currency)}${textOfTerms(fact)}`,
      };
    case 'CaptureBeyondSet':
      return {
        action: 'change',
        subject: `captureBeyond of ${fact.node}`,
        ...before(state.nodes.get(fact.node)?.captureBeyond),
        to: fact.policy ?? 'inherited',
      };
    case 'PoolRulesSet':
      return {
        action: 'change',
        subject: `pool rules of ${fact.node} in ${fact.currency}`,
        ...before(poolText(state.nodes.get(fact.node)?.pools?.get(fact.currency)?.rule)),
        to: poolText(fact) ?? 'none',
      };
    case 'EntitlementsSet':
      return {
        action: 'change',
        subject: `entitlements of ${fact.node}`,
        ...before(entitlementsText(state.nodes.get(fact.node)?.entitlements?.stated ?? {})),
        to: entitlementsText(fact) ?? 'inherited',
      };
    case 'RatesSet':
      return {
        action: 'change',
        subject: `rates of ${fact.node}`,
        ...before(ratesText(state.nodes.get(fact.node)?.rates?.stated ?? [])),
        to: ratesText(fact.rates) ?? 'none',
      };
    case 'ObserveSet':
      return {
        action: 'change',
        subject: `rules of ${fact.node}`,
        to: fact.observe ? 'observed: they refuse nothing' : 'enforced',
      };
    case 'EstimateSet':
      return {
        action: 'change',
        subject: `estimate of ${fact.node}`,
        ...before(estimateText(state.nodes.get(fact.node)?.estimate)),
        to: estimateText(fact.policy) ?? 'inherited',
      };
    case 'OwnKeySet':
      return {
        action: 'change',
        subject: `charges of own keys of ${fact.node}`,
        ...before(textOfOwnKey(state.nodes.get(fact.node)?.ownKey)),
        to: textOfOwnKey(fact.policy) ?? 'inherited',
      };
    case 'OutcomesSet':
      return {
        action: 'change',
        subject: `tasks charged by their outcome of ${fact.node}`,
        ...before(textOfOutcomes(state.nodes.get(fact.node)?.outcomes)),
        to: textOfOutcomes(fact.rules) ?? 'inherited',
      };
    case 'RefundsSet':
      return {
        action: 'change',
        subject: `refunds of ${fact.node} to lots that have expired`,
        ...before(textOfRefunds(state.nodes.get(fact.node)?.refunds)),
        to: textOfRefunds(fact.policy) ?? 'inherited',
      };
    case 'ExpiryNoticeSet':
      return {
        action: 'change',
        subject: `notice before lots of ${fact.node} expire`,
        ...before(textOfExpiryNotice(state.nodes.get(fact.node)?.expiryNoticeMs)),
        to: textOfExpiryNotice(fact.beforeMs) ?? 'inherited',
      };
    case 'StatedPricesSet':
      return {
        action: 'change',
        subject: 'prices of usage without a price',
        ...before(textOfPrices(state.statedPrices)),
        to: textOfPrices(fact.prices) ?? 'none: it is kept apart',
      };
    default:
      return undefined;
  }
}

const pausedText = ({ by, resumesAt }: NodePaused): string => {
  const who = by === 'person' ? 'a person' : `limit ${by.limit}${by.node === undefined ? '' : ` of ${by.node}`}`;
  return `paused by ${who}${resumesAt === undefined ? '' : ` until ${new Date(resumesAt).toISOString()}`}`;
};

/** ` by role/power`; nothing for what a node states itself. */
const by = (rule: string | undefined): string => (rule === undefined ? '' : ` by ${rule}`);

function setBefore({ ruleSets }: AccountState, set: RuleName): string | undefined {
  const limits = ruleSets.get(set);
  return limits === undefined ? undefined : limitsText(limits);
}

const rulesText = ({ roles, groups, precedence }: Pick<NodeRulesSet, 'roles' | 'groups' | 'precedence'>): string =>
  [...roles.map((role) => `role/${role}`), ...groups.map((group) => `group/${group}`), precedence].join(', ');

function rulesBefore(state: AccountState, node: NodeId): string | undefined {
  const rules = state.nodes.get(node)?.rules;
  return rules === undefined ? undefined : rulesText(rules);
}

function poolText(rule: PoolRule | undefined): string | undefined {
  if (rule === undefined) return undefined;
  const names = ['reserve', 'borrowMax', 'lendMax'] as const;
  const told = names.flatMap((name) => {
    const most = rule[name];
    return most === undefined ? [] : [`${name} ${money(most, rule.currency)}`];
  });
  return told.length === 0 ? undefined : told.join(', ');
}

function ratesText(rules: readonly RateRule[]): string | undefined {
  const told = rules.flatMap((rule) =>
    ratesIn(rule).map(({ count, name }) => `${String(count)} ${name}${thenText(rule)}`),
  );
  return told.length === 0 ? undefined : told.join('; ');
}

const thenText = ({ then = 'refuse', slowMs }: RateRule): string =>
  then === 'refuse' ? '' : `, then ${then}${slowMs === undefined ? '' : ` by up to ${formatLength(slowMs)}`}`;

function entitlementsText({ models, features }: Entitlements): string | undefined {
  const parts = [
    ['models allowed', models?.allow],
    ['models denied', models?.deny],
    ['features allowed', features?.allow],
    ['features denied', features?.deny],
  ] as const;
  const told = parts.flatMap(([what, names]) => (names === undefined ? [] : [`${what}: ${names.join(', ')}`]));
  return told.length === 0 ? undefined : told.join('; ');
}

function tiersText(tiers: readonly Tier[]): string | undefined {
  const texts = tiers.map(({ name, paid, ageMs }) => {
    const asked = [
      ...(paid === undefined ? [] : [`${money(paid.amount, paid.currency)} paid`]),
      ...(ageMs === undefined ? [] : [`${formatLength(ageMs)} of age`]),
    ];
    return asked.length === 0 ? name : `${name} from ${asked.join(' and ')}`;
  });
  return texts.length === 0 ? undefined : texts.join(', ');
}

const before = (from: string | undefined): { readonly from?: string } => (from === undefined ? {} : { from });

function overageBefore(state: AccountState, node: Parameters<AccountState['nodes']['get']>[0], currency: CurrencyId) {
  const purse = state.nodes.get(node)?.purses.get(currency);
  return purse && `${money(purse.overageLimit, currency)}${textOfTerms(termsOf(purse))}`;
}

function estimateText(policy: EstimatePolicy | undefined): string | undefined {
  if (policy === undefined || policy.by === 'max') return policy?.by;
  if (policy.by === 'quantile') return `quantile ${String(policy.quantile)}`;
  return `fixed ${policy.amounts.map((one) => money(one.amount, one.currency)).join(', ')}`;
}

function conductBefore(state: AccountState, { node, limit: name }: LimitConductChanged): string | undefined {
  const limit = state.nodes.get(node)?.limits.find((candidate) => candidate.name === name);
  return limit === undefined ? undefined : textOfConduct(limit.conduct);
}
