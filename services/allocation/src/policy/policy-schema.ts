import {
  accountText,
  BLOCKS,
  BOUNDS,
  CAPTURE_BEYOND,
  currencyText,
  entitlementFields,
  instantText,
  kindText,
  LIMIT_MODES,
  LIMIT_THEN,
  limitText,
  modelKindsSchema,
  OTHERWISE,
  OUTCOME_WITHIN_MAX_MS,
  outcomeRuleSchema,
  meterText,
  modelPattern,
  nodeText,
  POOLING_MODES,
  PRECEDENCES,
  RATE_THEN,
  scopeFields,
  setText,
} from '@exchequer/contracts';
import { SECOND_MS } from '@exchequer/kernel';
import { z } from 'zod';
import { estimateText, ownKeyText } from './charging-text.js';
import { durationText } from './duration-text.js';
import { limitMoneyText, moneyList, moneyText, priceOfOne } from './money-text.js';
import { overageText } from './overage-text.js';
import { rateText } from './rate-text.js';
import { partText } from './share-text.js';
import { inOtherCurrency, thresholdFields } from './threshold-text.js';
import { lengthText, windowText } from './window-text.js';

/** What the policy file of the design has and this release does not enforce. Refused by name: a rule that is read and not kept would be a lie. */
const notYet = (what: string) =>
  z.undefined({ error: () => `${what} not supported by this release; remove this` }).optional();

/** A limit as it is stated anywhere. */
const ruleShape = z.strictObject({
  name: limitText,
  amount: limitMoneyText,
  window: windowText,
  mode: z.enum(LIMIT_MODES).optional(),
  throttle: z.strictObject({ from: partText, delay: durationText }).optional(),
  then: z.enum(LIMIT_THEN, { error: () => 'takes refuse, spill, slow or cheaper-model' }).optional(),
  slow: durationText.optional(),
  blocks: z.enum(BLOCKS).optional(),
  pace: z.strictObject({ ahead: durationText.optional() }).optional(),
  ...thresholdFields,
  ...scopeFields,
});

/** Thresholds that are amounts are in the currency of their limit. */
const inOneCurrency = (stated: z.infer<typeof ruleShape>, context: z.core.$RefinementCtx): void => {
  for (const path of inOtherCurrency(stated, stated.amount.currency))
    context.addIssue({ code: 'custom', path: [...path], message: 'is in another currency than the limit' });
};

/** A limit as sets of limits state it. */
const ruleSchema = ruleShape.superRefine(inOneCurrency);

const limitSchema = ruleShape
  .extend({ usedAtStart: moneyText.optional() })
  .superRefine(inOneCurrency)
  .refine(({ amount, usedAtStart }) => usedAtStart === undefined || usedAtStart.currency === amount.currency, {
    path: ['usedAtStart'],
    error: 'is in another currency than the limit',
  });

/** Another amount for one of the node's limits, until an instant. */
const overrideSchema = z.strictObject({ limit: limitText, amount: limitMoneyText, until: instantText });

const setSchema = z.strictObject({ limits: z.array(ruleSchema).max(32).optional() });

/** `model` is short for one name in `models`. */
const rateSchema = z
  .strictObject({
    model: modelPattern.optional(),
    models: z.array(modelPattern).min(1).max(64).optional(),
    requests: rateText.optional(),
    tokens: rateText.optional(),
    then: z.enum(RATE_THEN, { error: () => 'takes refuse, spill, slow or cheaper-model' }).optional(),
    /** With `then: slow`: the longest delay. A minute when not given. */
    slow: durationText.optional(),
  })
  .refine(({ requests, tokens }) => requests !== undefined || tokens !== undefined, 'takes requests, tokens or both')
  .refine(({ model, models }) => model === undefined || models === undefined, 'takes model or models, not both');

/** A step of trust: what must have been paid for all grants, and how old the account must be. */
const tierSchema = z.strictObject({
  name: setText,
  paid: moneyText.optional(),
  age: lengthText.optional(),
  limits: z.array(ruleSchema).max(32).optional(),
});

const graceText = durationText.refine(
  (ms) => ms >= BOUNDS.refundGraceMinMs && ms <= BOUNDS.refundGraceMaxMs,
  'takes a grace from 1m to 366d',
);

/** What becomes of a refund to a lot that has expired: `{ expired: new-lot, grace: 30d }`. */
const refundsSchema = z
  .strictObject({
    expired: z.enum(['breakage', 'new-lot'], { error: () => 'takes breakage or new-lot' }),
    grace: graceText.optional(),
  })
  .refine(
    ({ expired, grace }) => (expired === 'new-lot') === (grace !== undefined),
    'takes a grace with new-lot, such as 30d, and none with breakage',
  );

const noticeText = durationText.refine(
  (ms) => ms >= BOUNDS.expiryNoticeMinMs && ms <= BOUNDS.expiryNoticeMaxMs,
  'takes a notice from 1m to 366d',
);

/** Tasks that are charged by their outcome. */
const outcomeStatement = z.strictObject({
  taskTypes: outcomeRuleSchema.shape.taskTypes,
  charge: outcomeRuleSchema.shape.charge,
  within: durationText.refine(
    (ms) => ms >= SECOND_MS && ms <= OUTCOME_WITHIN_MAX_MS,
    'takes from a second to 35 days, such as 72h',
  ),
  otherwise: z.enum(OTHERWISE, { error: () => 'takes return or charge' }).default('return'),
});

/** Prices for one unit of a meter, and for each call: `0.00001 usd`. */
const statedPricesSchema = z.strictObject({
  meters: z
    .record(meterText, priceOfOne)
    .refine((meters) => !('requests' in meters), 'states a price of requests; state it as "request"')
    .refine((meters) => Object.keys(meters).length <= 64, 'states prices of more than 64 meters')
    .optional(),
  request: priceOfOne.optional(),
});

/** A node as a policy file states it. A node without anything stands there to be there: `project/chat:`. */
const nodeSchema = z.strictObject({
  kind: z.string().optional(),
  parent: nodeText.optional(),
  pooling: z.enum(POOLING_MODES).optional(),
  limits: z.array(limitSchema).max(32).optional(),
  roles: z.array(setText).max(16).optional(),
  groups: z.array(setText).max(16).optional(),
  precedence: z.enum(PRECEDENCES).optional(),
  overrides: z.array(overrideSchema).max(32).optional(),
  overage: overageText.optional(),
  captureBeyond: z.enum(CAPTURE_BEYOND).optional(),
  estimate: estimateText.optional(),
  /** By currency, of calls with the caller's own key: `{ usd: waived, credit: { fee: 5% }, action: { fee: 1 } }`. */
  ownKey: z.record(currencyText, ownKeyText).optional(),
  refunds: refundsSchema.optional(),
  /** How long before its credits expire: `[30d, 7d, 1d]`; `[]` where nobody is to be told. A day is 24 hours. */
  expiryNotice: z
    .array(noticeText)
    .max(BOUNDS.expiryNoticesMax, `has more than ${String(BOUNDS.expiryNoticesMax)} notices`)
    .refine((lengths) => new Set(lengths).size === lengths.length, 'states the same notice twice')
    .optional(),
  /** `[{ taskTypes: [ticket], charge: [resolved], within: 72h, otherwise: return }]`. */
  outcomes: z.array(outcomeStatement).max(32).optional(),
  ...entitlementFields,
  /** The rules of this node and of all under it refuse nothing; what they would refuse is recorded. */
  observe: z.boolean().optional(),
  rates: z.array(rateSchema).max(16).optional(),
  /** Kept in its pool for it and all under it, in each month. */
  reserve: moneyList.optional(),
  /** The most that it and all under it may draw from above, and the most that those under it may draw from it. */
  borrowMax: moneyList.optional(),
  lendMax: moneyList.optional(),
});

/** Digits after the point that a currency is shown with. */
const displayDigits = z
  .int({ error: () => 'takes a whole number from 0 to 9' })
  .min(0)
  .max(9);

export const policySchema = z.strictObject({
  account: accountText,
  currencies: z.record(currencyText, z.strictObject({ display: displayDigits })).optional(),
  nodes: z.record(nodeText, nodeSchema.nullable()).optional(),
  /** Nodes that leave. */
  archive: z.array(nodeText).optional(),
  /** Sets of limits by name: a section that stands here is the whole of its kind, a set without anything has no limits. */
  roles: z.record(setText, setSchema.nullable()).optional(),
  groups: z.record(setText, setSchema.nullable()).optional(),
  /** Limits by kind of node, for nodes that have none of that name. */
  defaults: z.record(kindText, setSchema.nullable()).optional(),
  /** Lowest first. The whole ladder; `[]` to have none. */
  tiers: z.array(tierSchema).max(32).optional(),
  /** Models that may stand for one another, cheapest first: `chat: [gpt-4o-nano, gpt-4o-mini, gpt-4o]`. The whole of them. */
  modelKinds: modelKindsSchema.optional(),
  /** What usage without a price is held and charged at, until its price comes. The whole of it; `{}` to have none. */
  unpriced: statedPricesSchema.optional(),
  plans: notYet('plans are'),
  alerts: z
    .undefined({
      error: () =>
        'alerts are not delivered by this release; state thresholds: [50%, 100%] on the limit, which the ledger tells of',
    })
    .optional(),
});

export type Policy = z.infer<typeof policySchema>;
export type NodeStatement = NonNullable<NonNullable<Policy['nodes']>[string]>;
export type SetStatements = NonNullable<Policy['roles']>;
export type TierStatement = NonNullable<Policy['tiers']>[number];
export type LimitStatement = NonNullable<NodeStatement['limits']>[number];
