import { CALENDAR_UNITS } from '@exchequer/kernel';
import { z } from 'zod';
import { outcomeRuleSchema } from './outcomes.js';
import { entitlementsSchema } from './permission.js';
import { poolRuleSchema } from './pools.js';
import { rateSchema } from './rates.js';
import {
  amountsMap,
  amountText,
  decimalText,
  BOUNDS,
  currencyText,
  delayMs,
  idText,
  instantText,
  kindText,
  limitAmountText,
  limitText,
  meterText,
  modelText,
  nodeText,
  tagText,
  tagValueText,
  setText,
} from './primitives.js';
import { LAYERS } from './fund.js';
import { thresholdFields } from './thresholds.js';
import { priceText } from './prices.js';

export const POOLING_MODES = ['own', 'own-then-parent', 'parent'] as const;
export const CAPTURE_BEYOND = ['draw', 'overage', 'cap'] as const;

/** What is owed for each credit of cost that overage pays: from 1 to 100, as an exact decimal. */
export const overageRateText = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,9})?$/, 'takes what is owed for each credit of cost, such as 1.25')
  .pipe(amountText)
  .refine((text) => Number(text) >= 1, 'is below 1: spending beyond the credits cannot cost less than they do')
  .refine((text) => Number(text) <= 100, 'is above 100');

/** The work that overage may be for. */
export const OVERAGE_FOR = ['critical'] as const;

const overageSchema = z.strictObject({
  limit: amountText,
  for: z.enum(OVERAGE_FOR, { error: () => 'takes critical, or nothing for any work' }).optional(),
  rate: overageRateText.optional(),
});

/** What pays: lots of a layer, or overage. */
export const PAYING_LAYERS = [...LAYERS, 'overage'] as const;
export const PRECEDENCES = ['nearest', 'most-permissive', 'most-restrictive'] as const;
const RULE_SETS_MAX = 256;

/** The window of a limit. */
export const windowSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('calendar'),
    unit: z.enum(CALENDAR_UNITS),
    zone: z.string().max(64),
    anchor: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, 'takes a local date and time, such as 2026-01-31T00:00'),
  }),
  z.strictObject({
    kind: z.literal('rolling'),
    lengthMs: z
      .int()
      .min(60_000, 'is shorter than a minute')
      .max(366 * 86_400_000, 'is longer than 366 days'),
  }),
  z.strictObject({
    kind: z.literal('sliding'),
    lengthMs: z
      .int()
      .min(60_000, 'is shorter than a minute')
      .max(366 * 86_400_000, 'is longer than 366 days'),
  }),
  z.strictObject({ kind: z.literal('lifetime') }),
]);

export const LIMIT_MODES = ['hard', 'throttle', 'alert'] as const;
/** What happens beyond a limit: it is refused, passes at once, passes with a delay, or passes with a cheaper model of its kind. */
export const LIMIT_THEN = ['refuse', 'spill', 'slow', 'cheaper-model'] as const;
export const BLOCKS = ['all-currencies'] as const;
/** A part of a whole, as a decimal from 0 to 1. */
export const shareText = decimalText.refine((text) => Number(text) <= 1, 'is above 1, the whole');

const few = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(64);

/** What a limit counts: calls of these models, tags, features and task types, and of their cost what these meters cost or what these layers pay. */
export const scopeFields = {
  models: few(modelText).optional(),
  meters: few(meterText).optional(),
  /** Each tag with the values that count. */
  tags: z
    .record(tagText, few(tagValueText))
    .refine((tags) => Object.keys(tags).length <= BOUNDS.tagsMax, `names more than ${String(BOUNDS.tagsMax)} tags`)
    .optional(),
  /** The values that count of the tag `feature`. */
  features: few(tagValueText).optional(),
  taskTypes: few(z.string().min(1).max(64)).optional(),
  /** Not together with `meters`. */
  layers: few(z.enum(PAYING_LAYERS)).optional(),
};

const scopeSchema = z.strictObject(scopeFields);

/** What a limit counts, among whatever else is stated of it. */
export const scopeIn = ({ models, meters, tags, features, taskTypes, layers }: z.infer<typeof scopeSchema>) => ({
  ...(models !== undefined && { models }),
  ...(meters !== undefined && { meters }),
  ...(tags !== undefined && { tags }),
  ...(features !== undefined && { features }),
  ...(taskTypes !== undefined && { taskTypes }),
  ...(layers !== undefined && { layers }),
});

/** What a hold asks for when a call gives the most that it may put out. */
export const estimateSchema = z.union([
  z.literal('max'),
  z.strictObject({ fixed: amountsMap }),
  z.strictObject({
    quantile: z.number().min(0.5, 'is below 0.5').max(0.999, 'is above 0.999'),
  }),
]);

export const limitSchema = z.strictObject({
  name: limitText,
  /** `unlimited` is a value: such a limit counts, shows and lets everything pass. */
  amount: limitAmountText,
  currency: currencyText,
  window: windowSchema,
  /** `hard` when not given: it refuses. `throttle` slows down as it fills, `alert` lets everything pass. */
  mode: z.enum(LIMIT_MODES).optional(),
  /** With `mode: throttle`: the delay grows from 0 at a share of the limit to its most at the limit's end. */
  throttle: z.strictObject({ fromShare: shareText, delayMaxMs: delayMs }).optional(),
  /** Beyond the limit; `refuse` when not given. */
  then: z.enum(LIMIT_THEN).optional(),
  /** With `then: slow`: the delay to keep; that of the throttle when not given. */
  slowMs: delayMs.optional(),
  /** Once it is used up, it refuses requests in any currency. */
  blocks: z.enum(BLOCKS).optional(),
  ...thresholdFields,
  /** On a calendar window: the amount is released evenly over it, so far ahead of its time. */
  pace: z
    .strictObject({
      aheadMs: z
        .int()
        .min(0)
        .max(366 * 86_400_000, 'is longer than 366 days'),
    })
    .optional(),
  /** Counts only what all of this holds for. Everything, when not given. */
  scope: scopeSchema.optional(),
  usedAtStart: amountText.optional(),
});

/** A limit of a set: as {@link limitSchema}, but nothing can have been used of it already. */
export const ruleLimitSchema = limitSchema.omit({ usedAtStart: true });

/** A named set of limits that nodes take part in. */
export const ruleSetSchema = z.strictObject({ limits: z.array(ruleLimitSchema).max(32, 'has more than 32 limits') });

/** Another amount for one of a node's limits, until an instant. */
export const overrideSchema = z.strictObject({
  limit: limitText,
  amount: limitAmountText,
  currency: currencyText,
  until: instantText,
});

/** A step of trust: what must have been paid for all grants, how old the account must be, and the limits of its root. */
export const tierSchema = z.strictObject({
  name: setText,
  paid: z.strictObject({ amount: amountText, currency: currencyText }).optional(),
  ageMs: z
    .int()
    .min(0, 'is below 0')
    .max(36_600 * 86_400_000, 'is longer than a hundred years')
    .optional(),
  limits: z.array(ruleLimitSchema).max(32, 'has more than 32 limits').optional(),
});

/** What `credentialType` says of a call that was made with the caller's own key. */
export const OWN_KEY = 'own-key';

/** Nothing, the market cost, a share of it, or so much for each call. */
export const ownKeySchema = z.record(
  currencyText,
  z.union([z.enum(['waived', 'charged']), z.strictObject({ share: shareText }), z.strictObject({ fixed: amountText })]),
);

/** What becomes of a refund to a lot that has expired: forfeited, or a new lot that may be spent for so long. */
export const refundsSchema = z.discriminatedUnion('expired', [
  z.strictObject({ expired: z.literal('breakage') }),
  z.strictObject({
    expired: z.literal('new-lot'),
    graceMs: z
      .int()
      .min(BOUNDS.refundGraceMinMs, 'is shorter than a minute')
      .max(BOUNDS.refundGraceMaxMs, 'is longer than 366 days'),
  }),
]);

/** The whole of one node: but for `kind` and `parent`, what is left out takes its default. */
export const nodeSchema = z.strictObject({
  id: nodeText,
  /** Stays when not given; a new node takes it from the first part of its id. */
  kind: kindText.optional(),
  /** Stays when not given; a new node stands under the root. */
  parent: nodeText.optional(),
  /** `own-then-parent` when not given; `own` for the root. */
  pooling: z.enum(POOLING_MODES).optional(),
  limits: z.array(limitSchema).max(32, 'has more than 32 limits').optional(),
  /** Roles and groups whose limits apply to it, those that win first. */
  roles: z.array(setText).max(16, 'names more than 16 roles').optional(),
  groups: z.array(setText).max(16, 'names more than 16 groups').optional(),
  /** Which of several limits of one name is in force. `nearest` when not given. */
  precedence: z.enum(PRECEDENCES).optional(),
  /** Other amounts for a time. One that is past changes nothing. */
  overrides: z.array(overrideSchema).max(32, 'has more than 32 overrides').optional(),
  /** How much may be owed beyond all funds, by currency; for which work, and at what rate. */
  overage: z
    .record(
      currencyText,
      z.union([amountText, overageSchema], { error: () => 'takes an amount, such as "10", or { limit, for, rate }' }),
    )
    .optional(),
  /** What happens to a cost above its hold. Inherited when not given; `draw` at the root. */
  captureBeyond: z.enum(CAPTURE_BEYOND).optional(),
  /** Which models and features may be used here and below. The nearest node that speaks of one decides. */
  entitlements: entitlementsSchema.optional(),
  rates: z.array(rateSchema).max(16, 'has more than 16 rates').optional(),
  /** The rules of this node and of all under it refuse nothing; what they would refuse is recorded and told. */
  observe: z.literal(true, { error: () => 'takes true, or is left out' }).optional(),
  /**
   * What a hold asks for when a call gives the most that it may put out: `max` (the default at the root), a fixed amount, or
   * what this share of the settled calls of the payer and model stayed within. Never more than `max`. Inherited when not given.
   */
  estimate: estimateSchema.optional(),
  /** What is kept for it in its pool, and how much goes up and down here; each currency once. */
  pools: z.array(poolRuleSchema).max(16, 'has pool rules in more than 16 currencies').optional(),
  /**
   * What is charged, by currency, of calls whose `credentialType` is `own-key`. In a currency that is not named they cost what
   * any call costs. Inherited when not given.
   */
  ownKey: ownKeySchema.optional(),
  /** What becomes of refunds to lots that have expired. Inherited when not given; `breakage` at the root. */
  refunds: refundsSchema.optional(),
  /** How long before the end of lots here and below notice of it is given, each once; `[]`: never. Inherited when not given; never at the root. */
  expiryNoticeMs: z
    .array(
      z
        .int()
        .min(BOUNDS.expiryNoticeMinMs, 'is shorter than a minute')
        .max(BOUNDS.expiryNoticeMaxMs, 'is longer than 366 days'),
    )
    .max(BOUNDS.expiryNoticesMax, `has more than ${String(BOUNDS.expiryNoticesMax)} notices`)
    .optional(),
  /** Tasks that are charged by their outcome, a type in one rule at most. For types that are not named the nearest above decides. */
  outcomes: z.array(outcomeRuleSchema).max(32, 'has more than 32 rules for outcomes').optional(),
});

/** Models that do the same kind of work, by the name of the kind: cheapest first. A model is of one kind at most. */
export const modelKindsSchema = z
  .record(
    setText,
    z
      .array(modelText.refine((name) => !name.includes('*'), 'takes the whole name of a model, without a *'))
      .min(1, 'names no model')
      .max(BOUNDS.modelsPerKindMax, `names more than ${String(BOUNDS.modelsPerKindMax)} models`),
  )
  .refine(
    (kinds) => Object.keys(kinds).length <= BOUNDS.modelKindsMax,
    `has more than ${String(BOUNDS.modelKindsMax)} kinds`,
  );

/** The price of one unit. A price of 0 is a price, too. */
const statedPriceSchema = z.strictObject({ price: priceText, currency: currencyText });

/** Prices of usage that no rate card prices: for one unit of a meter, and for each call (which is the meter `requests`). */
export const statedPricesSchema = z.strictObject({
  meters: z
    .record(meterText, statedPriceSchema)
    .refine((meters) => !('requests' in meters), 'states a price of requests; state it as "request"')
    .refine((meters) => Object.keys(meters).length <= 64, 'states prices of more than 64 meters')
    .optional(),
  request: statedPriceSchema.optional(),
});

const ruleSets = (name: z.ZodString) =>
  z
    .record(name, ruleSetSchema)
    .refine((sets) => Object.keys(sets).length <= RULE_SETS_MAX, `has more than ${String(RULE_SETS_MAX)} sets`);

/** Brings the named nodes to the stated form, in one step. Nodes that are not named stay as they are. */
export const configureSchema = z.strictObject({
  id: idText,
  currencies: z.record(currencyText, z.strictObject({ display: z.int().min(0).max(9) })).optional(),
  nodes: z.array(nodeSchema).max(10_000, 'has more than 10000 nodes; apply it in parts').optional(),
  archive: z.array(nodeText).max(10_000).optional(),
  /** Sets of limits by name. A section that is given is the whole of its kind; one that is not stays as it is. */
  roles: ruleSets(setText).optional(),
  groups: ruleSets(setText).optional(),
  /** By kind of node. */
  defaults: ruleSets(kindText).optional(),
  /** Lowest first. The whole ladder; `[]` to have none. */
  tiers: z.array(tierSchema).max(32, 'has more than 32 tiers').optional(),
  /** Which models may stand for one another. As with sets, the whole of them. */
  modelKinds: modelKindsSchema.optional(),

  /** What usage without a price is held and charged at, until its price comes. The whole of it; `{}` to have none. */
  unpriced: statedPricesSchema.optional(),
  /** Shows what would change and changes nothing. */
  dryRun: z.boolean().optional(),
});

export type WindowBody = z.infer<typeof windowSchema>;
export type LimitBody = z.infer<typeof limitSchema>;
export type RuleLimitBody = z.infer<typeof ruleLimitSchema>;
export type RuleSetBody = z.infer<typeof ruleSetSchema>;
export type StatedPricesBody = z.infer<typeof statedPricesSchema>;
export type TierBody = z.infer<typeof tierSchema>;
export type EstimateBody = z.infer<typeof estimateSchema>;
export type NodeBody = z.infer<typeof nodeSchema>;
export type ConfigureBody = z.infer<typeof configureSchema>;

export interface ChangeReply {
  readonly action: 'add' | 'change' | 'remove';
  /** What changes: `currency usd`, `node team/research`, `limit daily of user/ada`, … */
  readonly subject: string;
  readonly from?: string;
  readonly to?: string;
}

export interface ConfigureReply {
  readonly changes: readonly ChangeReply[];
  readonly decidedAt: string;
  readonly position: string;
  readonly repeated?: true;
}
