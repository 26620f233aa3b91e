import {
  scopeIn,
  type ConfigureBody,
  type EstimateBody,
  type LimitBody,
  type NodeBody,
  type RateBody,
  type RuleSetBody,
  type ThresholdBody,
  type TierBody,
} from '@exchequer/contracts';
import type { LimitStatement, NodeStatement, Policy, SetStatements, TierStatement } from './policy-schema.js';
import type { MoneyText } from './money-text.js';
import type { ThresholdStatement } from './threshold-text.js';

/** A policy as one atomic step of its account. */
export function toConfigure(policy: Policy, id: string): ConfigureBody {
  return {
    id,
    ...(policy.currencies !== undefined && { currencies: policy.currencies }),
    nodes: Object.entries(policy.nodes ?? {}).map(([node, stated]) => nodeOf(node, stated ?? {})),
    ...(policy.archive !== undefined && { archive: policy.archive }),
    ...(policy.roles !== undefined && { roles: setsOf(policy.roles) }),
    ...(policy.groups !== undefined && { groups: setsOf(policy.groups) }),
    ...(policy.defaults !== undefined && { defaults: setsOf(policy.defaults) }),
    ...(policy.tiers !== undefined && { tiers: policy.tiers.map(tierOf) }),
    ...(policy.modelKinds !== undefined && { modelKinds: policy.modelKinds }),
    ...(policy.unpriced !== undefined && { unpriced: policy.unpriced }),
  };
}

const tierOf = ({ name, paid, age, limits }: TierStatement): TierBody => ({
  name,
  ...(paid !== undefined && { paid }),
  ...(age !== undefined && { ageMs: age }),
  limits: (limits ?? []).map(limitOf),
});

const setsOf = (sets: SetStatements): Record<string, RuleSetBody> =>
  Object.fromEntries(Object.entries(sets).map(([name, set]) => [name, { limits: (set?.limits ?? []).map(limitOf) }]));

const nodeOf = (
  id: string,
  {
    kind,
    parent,
    pooling,
    limits,
    roles,
    groups,
    precedence,
    overrides,
    overage,
    captureBeyond,
    models,
    features,
    observe,
    rates,
    estimate,
    ownKey,
    refunds,
    expiryNotice,
    outcomes,
    ...stated
  }: NodeStatement,
): NodeBody => ({
  id,
  ...(kind !== undefined && { kind }),
  ...(parent !== undefined && { parent }),
  ...(pooling !== undefined && { pooling }),
  limits: (limits ?? []).map(limitOf),
  ...(roles !== undefined && { roles }),
  ...(groups !== undefined && { groups }),
  ...(precedence !== undefined && { precedence }),
  ...(overrides !== undefined && {
    overrides: overrides.map(({ limit, amount, until }) => ({ limit, ...amount, until })),
  }),
  overage: overageOf(overage),
  ...(captureBeyond !== undefined && { captureBeyond }),
  ...((models !== undefined || features !== undefined) && {
    entitlements: { ...(models !== undefined && { models }), ...(features !== undefined && { features }) },
  }),
  ...(observe === true && { observe }),
  ...(estimate !== undefined && { estimate: estimateOf(estimate) }),
  ...(ownKey !== undefined && { ownKey: ownKeyOf(ownKey) }),
  ...(refunds !== undefined && { refunds: refundsOf(refunds) }),
  ...(expiryNotice !== undefined && { expiryNoticeMs: expiryNotice }),
  ...(outcomes !== undefined && {
    outcomes: outcomes.map(({ within, ...rule }) => ({ ...rule, withinMs: within })),
  }),
  ...(rates !== undefined && { rates: rates.map(rateOf) }),
  ...poolsOf(stated),
});

/** By currency what is stated by rule. */
function poolsOf({ reserve, borrowMax, lendMax }: NodeStatement): Pick<NodeBody, 'pools'> {
  const stated = { reserve: amountsOf(reserve), borrowMax: amountsOf(borrowMax), lendMax: amountsOf(lendMax) };
  const currencies = new Set(Object.values(stated).flatMap((amounts) => Object.keys(amounts)));
  if (currencies.size === 0) return {};
  const inCurrency = (currency: string) =>
    Object.fromEntries(
      Object.entries(stated).flatMap(([rule, { [currency]: most }]) => (most === undefined ? [] : [[rule, most]])),
    );
  return { pools: Array.from(currencies, (currency) => ({ currency, ...inCurrency(currency) })) };
}

const rateOf = ({
  model,
  models,
  requests,
  tokens,
  then,
  slow,
}: NonNullable<NodeStatement['rates']>[number]): RateBody => ({
  ...(model !== undefined && { models: [model] }),
  ...(models !== undefined && { models }),
  ...(requests !== undefined && { requests }),
  ...(tokens !== undefined && { tokens }),
  ...(then !== undefined && { then }),
  ...(slow !== undefined && { slowMs: slow }),
});

const overageOf = (stated: NodeStatement['overage']): NonNullable<NodeBody['overage']> =>
  Object.fromEntries(
    (stated ?? []).map(({ limit: { currency, amount }, ...terms }) => [
      currency,
      Object.keys(terms).length === 0 ? amount : { limit: amount, ...terms },
    ]),
  );

const amountsOf = (stated: NodeStatement['reserve']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (stated === undefined ? [] : Array.isArray(stated) ? stated : [stated]).map(
      ({ currency, amount }: MoneyText): [string, string] => [currency, amount],
    ),
  );

const estimateOf = (estimate: NonNullable<NodeStatement['estimate']>): EstimateBody =>
  typeof estimate === 'object' && 'fixed' in estimate ? { fixed: amountsOf(estimate.fixed) } : estimate;

const refundsOf = ({ grace }: NonNullable<NodeStatement['refunds']>): NonNullable<NodeBody['refunds']> =>
  grace === undefined ? { expired: 'breakage' } : { expired: 'new-lot', graceMs: grace };

const ownKeyOf = (stated: NonNullable<NodeStatement['ownKey']>): NonNullable<NodeBody['ownKey']> =>
  Object.fromEntries(
    Object.entries(stated).map(([currency, charge]) => [currency, typeof charge === 'string' ? charge : charge.fee]),
  );

const limitOf = ({ name, amount, window, usedAtStart, ...stated }: LimitStatement): LimitBody => ({
  name,
  amount: amount.amount,
  currency: amount.currency,
  window,
  ...scopeOf(stated),
  ...conductOf(stated),
  ...(usedAtStart !== undefined && { usedAtStart: usedAtStart.amount }),
});

const conductOf = ({
  mode,
  throttle,
  then,
  slow,
  blocks,
  thresholds,
  pauses,
  pace,
}: Partial<LimitStatement>): Partial<LimitBody> => ({
  ...(mode !== undefined && { mode }),
  ...(throttle !== undefined && { throttle: { fromShare: throttle.from, delayMaxMs: throttle.delay } }),
  ...(then !== undefined && { then }),
  ...(slow !== undefined && { slowMs: slow }),
  ...(blocks !== undefined && { blocks }),
  ...(thresholds !== undefined && { thresholds: thresholds.map(thresholdOf) }),
  ...(pauses !== undefined && { pauses: { ...pauses, at: thresholdOf(pauses.at) } }),
  ...(pace !== undefined && { pace: { aheadMs: pace.ahead ?? 0 } }),
});

const thresholdOf = (threshold: ThresholdStatement): ThresholdBody => {
  if ('share' in threshold) return threshold;
  return 'used' in threshold ? { used: threshold.used.amount } : { left: threshold.left.amount };
};

function scopeOf(stated: Omit<LimitStatement, 'name' | 'amount' | 'window'>): Pick<LimitBody, 'scope'> {
  const scope = scopeIn(stated);
  return Object.keys(scope).length === 0 ? {} : { scope };
}
