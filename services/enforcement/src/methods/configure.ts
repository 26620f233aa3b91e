import {
  AccountState,
  changesOf,
  decide,
  isRefusal,
  type Configure,
  type Entitlements,
  type EstimatePolicy,
  type LimitConduct,
  type LimitPolicy,
  type LimitRule,
  type NameRule,
  type NodePolicy,
  type PoolRule,
  type RateRule,
  type StatedPrice,
  type StatedPrices,
  type RuleSetPolicy,
  type TierPolicy,
} from '@exchequer/account';
import {
  configureSchema,
  parseInstant,
  RATE_SLOW_MS,
  scopeIn,
  type ConfigureBody,
  type ConfigureReply,
  type EntitlementsBody,
  type EstimateBody,
  type LimitBody,
  type NodeBody,
  type PoolRuleBody,
  type RateBody,
  type RuleLimitBody,
  type RuleSetBody,
  type StatedPricesBody,
  type TierBody,
} from '@exchequer/contracts';
import {
  accountId,
  currencyId,
  formatAmount,
  limitName,
  nodeId,
  parseAmount,
  parseLimitAmount,
  type CurrencyId,
} from '@exchequer/kernel';
import { formatPosition } from '@exchequer/replica';
import { refusalReply } from '../edge/refusal-reply.js';
import { instant, linesOf } from '../edge/wire.js';
import type { Accepted, Glimpse } from '../host/decided.js';
import type { Reply } from '../host/work.js';
import type { CommandMethod, QueryMethod } from './method.js';
import { thresholdsOf } from './thresholds-of.js';

/** Brings the named nodes to their stated form in one step. */
export const configureMethod: CommandMethod<ConfigureBody, undefined> = {
  is: 'command',
  name: 'configure',
  schema: configureSchema,
  idOf: (body) => body.id,
  prepare: (body, { account }) => ({ command: configureOf(account, body), asked: undefined }),
  replier: { accepted: configuredReply, refused: ({ refusal }) => refusalReply(refusal) },
  asksInstead: (body) => (body.dryRun === true ? planMethod : undefined),
};

/** As {@link configureMethod} with `dryRun`: shows what would change, and changes nothing. */
const planMethod: QueryMethod<ConfigureBody> = {
  is: 'query',
  name: 'configure',
  schema: configureSchema,
  prepare: (body) => body,
  answer: planReply,
};

function planReply(body: ConfigureBody, { account, state, moment, last }: Glimpse): Reply {
  const decision = decide(state, configureOf(account, body), moment);
  if (isRefusal(decision)) return refusalReply(decision);
  const planned: ConfigureReply = {
    changes: changesOf(state, decision),
    decidedAt: instant(moment.at),
    position: formatPosition(account, last),
  };
  return planned;
}

function configuredReply(decided: Accepted): ConfigureReply {
  return {
    // Told from the facts alone, so that a repeat says the same: without what was before.
    changes: changesOf(new AccountState(), decided.facts),
    decidedAt: instant(decided.decidedAt),
    position: formatPosition(decided.account, decided.first),
    ...(decided.repeated && { repeated: true }),
  };
}

const configureOf = (account: string, body: ConfigureBody): Configure => ({
  type: 'configure',
  account: accountId(account),
  currencies: Object.entries(body.currencies ?? {}).map(([currency, { display }]) => ({
    currency: currencyId(currency),
    display,
  })),
  nodes: (body.nodes ?? []).map(nodeOf),
  archive: (body.archive ?? []).map(nodeId),
  ...(body.roles !== undefined && { roles: ruleSetsOf(body.roles) }),
  ...(body.groups !== undefined && { groups: ruleSetsOf(body.groups) }),
  ...(body.defaults !== undefined && { defaults: ruleSetsOf(body.defaults) }),
  ...(body.tiers !== undefined && { tiers: body.tiers.map(tierOf) }),
  ...(body.modelKinds !== undefined && {
    modelKinds: Object.entries(body.modelKinds).map(([kind, models]) => ({ kind, models })),
  }),
  ...(body.unpriced !== undefined && { statedPrices: statedPricesOf(body.unpriced) }),
});

const statedPricesOf = ({ meters = {}, request }: StatedPricesBody): StatedPrices => ({
  meters: Object.fromEntries(Object.entries(meters).map(([meter, price]) => [meter, statedPriceOf(price)])),
  ...(request !== undefined && { request: statedPriceOf(request) }),
});

const statedPriceOf = ({ price, currency }: NonNullable<StatedPricesBody['request']>): StatedPrice => ({
  price,
  currency: currencyId(currency),
});

const tierOf = ({ name, paid, ageMs, limits = [] }: TierBody): TierPolicy => ({
  name,
  ...(paid !== undefined && { paid: { currency: currencyId(paid.currency), amount: parseAmount(paid.amount) } }),
  ...(ageMs !== undefined && { ageMs }),
  limits: limits.map(ruleOf),
});

const ruleSetsOf = (sets: Readonly<Record<string, RuleSetBody>>): readonly RuleSetPolicy[] =>
  Object.entries(sets).map(([name, { limits }]) => ({ name, limits: limits.map(ruleOf) }));

const nodeOf = (body: NodeBody): NodePolicy => ({
  node: nodeId(body.id),
  ...(body.kind !== undefined && { kind: body.kind }),
  ...(body.parent !== undefined && { parent: nodeId(body.parent) }),
  ...(body.pooling !== undefined && { pooling: body.pooling }),
  limits: (body.limits ?? []).map(limitOf),
  ...(body.roles !== undefined && { roles: body.roles }),
  ...(body.groups !== undefined && { groups: body.groups }),
  ...(body.precedence !== undefined && { precedence: body.precedence }),
  ...(body.overrides !== undefined && {
    overrides: body.overrides.map(({ limit, amount, currency, until }) => ({
      limit: limitName(limit),
      currency: currencyId(currency),
      amount: parseLimitAmount(amount),
      until: parseInstant(until),
    })),
  }),
  overage: Object.entries(body.overage ?? {}).map(([currency, stated]) => overageOf(currencyId(currency), stated)),
  ...(body.captureBeyond !== undefined && { captureBeyond: body.captureBeyond }),
  ...(body.ownKey !== undefined && { ownKey: body.ownKey }),
  ...(body.refunds !== undefined && { refunds: body.refunds }),
  ...(body.expiryNoticeMs !== undefined && { expiryNoticeMs: body.expiryNoticeMs }),
  ...(body.outcomes !== undefined && { outcomes: body.outcomes }),
  ...(body.estimate !== undefined && { estimate: estimateIn(body.estimate) }),
  ...(body.entitlements !== undefined && { entitlements: entitlementsOf(body.entitlements) }),
  ...(body.observe === true && { observe: true }),
  ...(body.rates !== undefined && { rates: body.rates.map(rateOf) }),
  ...(body.pools !== undefined && { pools: body.pools.map(poolRuleOf) }),
});

const poolRuleOf = ({ currency, reserve, borrowMax, lendMax }: PoolRuleBody): PoolRule => ({
  currency: currencyId(currency),
  ...(reserve !== undefined && { reserve: parseAmount(reserve) }),
  ...(borrowMax !== undefined && { borrowMax: parseAmount(borrowMax) }),
  ...(lendMax !== undefined && { lendMax: parseAmount(lendMax) }),
});

const rateOf = ({ models, requests, tokens, then, slowMs = RATE_SLOW_MS }: RateBody): RateRule => ({
  ...(models !== undefined && { models }),
  ...(requests !== undefined && { requests }),
  ...(tokens !== undefined && { tokens }),
  ...(then !== undefined && { then }),
  ...(then === 'slow' && { slowMs }),
});

const entitlementsOf = ({ models, features }: EntitlementsBody): Entitlements => ({
  ...(models !== undefined && { models: nameRuleOf(models) }),
  ...(features !== undefined && { features: nameRuleOf(features) }),
});

const nameRuleOf = ({ allow, deny }: NonNullable<EntitlementsBody['models']>): NameRule => ({
  ...(allow !== undefined && { allow }),
  ...(deny !== undefined && { deny }),
});

const limitOf = ({ usedAtStart, ...rule }: LimitBody): LimitPolicy => ({
  ...ruleOf(rule),
  ...(usedAtStart !== undefined && { usedAtStart: parseAmount(usedAtStart) }),
});

function ruleOf(body: RuleLimitBody): LimitRule {
  const { name, currency, amount, window, scope, pace } = body;
  return {
    name: limitName(name),
    currency: currencyId(currency),
    amount: parseLimitAmount(amount),
    window,
    ...(scope !== undefined && { scope: scopeIn(scope) }),
    ...(pace !== undefined && { pace }),
    ...conductOf(body),
  };
}

/** What a limit does beside refusing what goes beyond it, which is so anyway. */
const conductOf = ({ mode, throttle, then, slowMs, blocks, ...stated }: RuleLimitBody): LimitConduct => ({
  ...(mode !== undefined && mode !== 'hard' && { mode }),
  ...(throttle !== undefined && {
    throttle: { fromShare: formatAmount(parseAmount(throttle.fromShare)), delayMs: throttle.delayMaxMs },
  }),
  ...(then !== undefined && then !== 'refuse' && { then }),
  ...(slowMs !== undefined && { slowMs }),
  ...(blocks !== undefined && { blocks }),
  ...thresholdsOf(stated),
});

const estimateIn = (body: EstimateBody): EstimatePolicy => {
  if (body === 'max') return { by: 'max' };
  return 'fixed' in body ? { by: 'fixed', amounts: linesOf(body.fixed) } : { by: 'quantile', quantile: body.quantile };
};

/** A rate of 1 is none. */
function overageOf(
  currency: CurrencyId,
  stated: NonNullable<NodeBody['overage']>[string],
): NodePolicy['overage'][number] {
  if (typeof stated === 'string') return { currency, amount: parseAmount(stated) };
  const { rate } = stated;
  return {
    currency,
    amount: parseAmount(stated.limit),
    ...(stated.for !== undefined && { for: stated.for }),
    ...(rate !== undefined && rate !== '1' && { rate }),
  };
}
