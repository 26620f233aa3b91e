import {
  CODES,
  COMPARED_PARTS,
  POOL_RULES,
  type AdvanceReply,
  type AuthorizationReply,
  type BalanceReply,
  type ConfigureReply,
  type CorrectionReply,
  type DecisionsReply,
  type DescribeReply,
  type EndSessionReply,
  type ExplainReply,
  type GrantReply,
  type HoldReply,
  type OpenSessionReply,
  type PauseReply,
  type PricesReply,
  type ProgressReply,
  type PublishPricesReply,
  type ReconcileReply,
  type ReportReply,
  type SettlementReply,
  type TransferReply,
  type TreeReply,
  type UsageReply,
} from '@exchequer/contracts';
import { z } from 'zod';

/*
 * The replies as schemas, for the document alone. Each is checked against the type of the contract by the compiler, so
 * that a reply that changes breaks the build here.
 */

const text = z.string();
const whole = z.int();
const flag = z.literal(true).exactOptional();
const optional = text.exactOptional();
const amounts = z.record(text, text).meta({ description: 'Decimal strings by currency' });
const booked = {
  decidedAt: text,
  position: text.meta({ description: 'account-<id>@<revision>.<fact>: where the ledger has it' }),
};
const acted = { ...booked, repeated: flag };

const source = z.object({ node: text, lot: optional, layer: text, currency: text, amount: text });

const limit = z.object({
  node: text,
  limit: text,
  currency: text,
  remaining: text,
  amount: optional,
  mode: z.enum(['hard', 'throttle', 'alert']).exactOptional(),
  then: z.enum(['spill', 'slow', 'cheaper-model']).exactOptional(),
  released: optional,
  overrun: optional,
  used: optional,
  held: optional,
  thresholds: z
    .array(z.object({ share: optional, used: optional, left: optional, crossed: z.boolean() }))
    .exactOptional()
    .meta({ description: 'Its thresholds, and whether the present window has come to each' }),
  resetsAt: optional,
  rule: optional,
});

const binding = z.union([
  z.object({
    kind: z.enum(['limit', 'funds']),
    node: text,
    limit: optional,
    currency: text,
    remaining: text,
    resetsAt: optional,
    rule: optional,
    pool: z.enum(POOL_RULES).exactOptional(),
  }),
  z.object({
    kind: z.enum(['pause', 'entitlement', 'rate']),
    node: text,
    model: optional,
    feature: optional,
    limit: optional,
    rate: optional,
  }),
]);

const authorization = z.object({
  decision: z.enum(['allowed', 'partial', 'throttled', 'denied']),
  hold: z.object({ id: text, expiresAt: text }).exactOptional(),
  amounts,
  model: text.meta({ description: 'The model to use, where it is a cheaper one than was asked for' }).exactOptional(),
  insteadOf: z.object({ model: text, amounts, node: text, limit: optional, rate: optional }).exactOptional(),
  sources: z.array(source).exactOptional(),
  chain: z.array(limit).exactOptional(),
  binding: binding.nullable().exactOptional(),
  observed: z
    .array(
      z.object({
        code: z.enum(CODES),
        node: text,
        limit: optional,
        rate: optional,
      }),
    )
    .exactOptional()
    .meta({ description: 'What rules in observe mode would have refused' }),
  spilled: z.array(z.object({ node: text, rate: text })).exactOptional(),
  code: z.enum(CODES).exactOptional(),
  message: optional,
  retryAfterMs: z.number().nullable().exactOptional(),
  delayedBy: z.object({ node: text, limit: optional, rate: optional }).exactOptional(),
  resetsAt: optional,
  alternatives: z
    .array(
      z.union([
        z.object({ kind: z.literal('smaller-amount'), amounts }),
        z.object({ kind: z.literal('model'), model: text, amounts }),
      ]),
    )
    .exactOptional(),
  decisionId: optional,
  card: optional,
  estimate: z
    .object({
      by: z.enum(['fixed', 'quantile']),
      quantile: z.number().exactOptional(),
      outputTokens: whole.exactOptional(),
      calls: whole.exactOptional(),
    })
    .exactOptional(),
  marketCost: amounts.exactOptional(),
  unpriced: flag,
  ...acted,
}) satisfies z.ZodType<AuthorizationReply>;

const settlement = z.object({
  outcome: z.enum(['captured', 'drawn', 'unpriced']),
  hold: optional,
  amounts,
  returned: amounts.exactOptional(),
  owed: amounts.exactOptional(),
  uncollected: amounts.exactOptional(),
  late: flag,
  marketCost: amounts.exactOptional(),
  unpriced: flag,
  sources: z.array(source),
  ...acted,
}) satisfies z.ZodType<SettlementReply>;

const correction = z.object({
  of: text,
  outcome: z.enum(['corrected', 'unchanged']),
  amounts,
  refunded: amounts,
  renewed: z.array(z.object({ lot: text, node: text, amounts, expiresAt: text })).exactOptional(),
  breakage: amounts.exactOptional(),
  charged: amounts.exactOptional(),
  sources: z.array(source),
  ...acted,
}) satisfies z.ZodType<CorrectionReply>;

const hold = z.object({
  hold: text,
  outcome: z.enum(['voided', 'extended']),
  returned: amounts.exactOptional(),
  expiresAt: optional,
  ...acted,
}) satisfies z.ZodType<HoldReply>;

const usage = z.object({
  status: z.enum(['settled', 'duplicate', 'unpriced']),
  amounts,
  late: flag,
  unpriced: flag,
  reason: optional,
  position: text,
}) satisfies z.ZodType<UsageReply>;

const grant = z.object({
  grant: text,
  lot: text,
  node: text,
  amount: text,
  currency: text,
  layer: text,
  ...acted,
}) satisfies z.ZodType<GrantReply>;

const transfer = z.object({
  from: text,
  to: text,
  amount: text,
  currency: text,
  lots: z.array(z.object({ from: text, to: text, amount: text })),
  ...acted,
}) satisfies z.ZodType<TransferReply>;

const openedSession = z.object({
  decision: z.enum(['allowed', 'partial', 'denied']),
  session: text.meta({ description: 'The node of the session: the payer of its calls' }).exactOptional(),
  expiresAt: optional,
  amounts,
  sources: z.array(source).exactOptional(),
  chain: z.array(limit).exactOptional(),
  binding: binding.nullable().exactOptional(),
  code: z.enum(CODES).exactOptional(),
  message: optional,
  retryAfterMs: z.number().nullable().exactOptional(),
  resetsAt: optional,
  alternatives: z.array(z.object({ kind: z.literal('smaller-amount'), amounts })).exactOptional(),
  decisionId: optional,
  ...acted,
}) satisfies z.ZodType<OpenSessionReply>;

const endedSession = z.object({
  session: text,
  endedWithin: z.array(text).meta({ description: 'Sessions that were open in it and ended with it' }),
  spent: amounts,
  returned: amounts,
  forfeited: amounts.exactOptional(),
  ...acted,
}) satisfies z.ZodType<EndSessionReply>;

const pause = z.object({
  node: text,
  outcome: z.enum(['paused', 'resumed']),
  nodes: whole.meta({ description: 'How many nodes this changed' }),
  ...acted,
}) satisfies z.ZodType<PauseReply>;

const configuration = z.object({
  changes: z.array(
    z.object({ action: z.enum(['add', 'change', 'remove']), subject: text, from: optional, to: optional }),
  ),
  ...acted,
}) satisfies z.ZodType<ConfigureReply>;

const advance = z.object({ nextDueAt: optional, ...booked }) satisfies z.ZodType<AdvanceReply>;

const nameRule = z.object({ allow: z.array(text).exactOptional(), deny: z.array(text).exactOptional() });

const node = {
  node: text,
  kind: text,
  parent: optional,
  depth: whole,
  pooling: text,
  archived: flag,
  paused: z
    .object({
      by: z.union([z.literal('person'), z.object({ limit: text, node: optional })]),
      actor: optional,
      reason: optional,
      since: text,
      resumesAt: optional,
    })
    .exactOptional(),
  entitlements: z.object({ models: nameRule.exactOptional(), features: nameRule.exactOptional() }).exactOptional(),
  observed: flag,
  session: z.object({ openedAt: text, expiresAt: text, reserve: amounts, left: amounts }).exactOptional(),
  balances: z.array(
    z.object({ currency: text, available: text, heldInLots: text, held: text, spent: text, owed: text }),
  ),
  limits: z.array(limit),
  pools: z
    .array(
      z.object({
        currency: text,
        reserve: optional,
        borrowMax: optional,
        lendMax: optional,
        borrowed: text,
        lent: text,
        kept: optional,
        resetsAt: optional,
      }),
    )
    .exactOptional(),
  rates: z
    .array(
      z.object({
        rate: text,
        count: whole,
        then: z.enum(['spill', 'slow', 'cheaper-model']).exactOptional(),
        slowMs: whole.exactOptional(),
        used: whole.meta({ description: 'In the minute, hour or day that runs' }).exactOptional(),
        resetsAt: optional,
      }),
    )
    .exactOptional(),
};
const seen = { at: text, position: text };

const tree = z.object({ nodes: z.array(z.object(node)), next: optional, ...seen }) satisfies z.ZodType<TreeReply>;

const balance = z.object({
  ...node,
  lots: z.array(
    z.object({
      lot: text,
      grant: text,
      currency: text,
      layer: text,
      priority: whole,
      available: text,
      held: text,
      spent: text,
      startsAt: optional,
      expiresAt: optional,
    }),
  ),
  fundingPath: z.array(text),
  spendable: amounts,
  ...seen,
}) satisfies z.ZodType<BalanceReply>;

const account = z.object({
  account: text,
  root: text,
  defaultProject: text,
  currencies: z.record(text, z.object({ display: whole })),
  nodes: whole,
  lots: whole,
  openHolds: whole,
  holds: z.array(
    z.object({
      hold: text,
      payer: text,
      nodes: z.array(text),
      amounts,
      model: optional,
      placedAt: text,
      expiresAt: text,
    }),
  ),
  unpriced: z.object({ waiting: whole, keptApart: whole }).exactOptional(),
  tier: optional,
  nextDueAt: optional,
  stateHash: optional,
  ...seen,
}) satisfies z.ZodType<DescribeReply>;

const { shape } = authorization;
const answerThen = z.object({
  decision: shape.decision,
  code: shape.code,
  message: shape.message,
  amounts: amounts.exactOptional(),
  sources: shape.sources,
  binding: shape.binding,
  hold: shape.hold,
});

const explanation = z.object({
  asked: z.unknown(),
  decision: authorization,
  differsIn: z.array(z.enum(COMPARED_PARTS)).exactOptional(),
  then: answerThen.exactOptional(),
}) satisfies z.ZodType<ExplainReply>;

const decisions = z.object({
  decisions: z.array(
    z.object({
      decisionId: text,
      decidedAt: text,
      decision: text,
      code: text,
      message: text,
      payer: text,
      nodes: z.array(text),
      model: text,
      amounts,
      binding: z.unknown(),
      request: z.unknown(),
      lines: z.array(z.unknown()),
      context: z.unknown(),
      position: text,
    }),
  ),
  counts: z.record(text, z.number()),
  refusals: z.array(
    z.object({
      code: text,
      node: text,
      limit: text,
      currency: text,
      count: whole,
      resetsAt: text.nullable(),
    }),
  ),
  leftOut: whole,
}) satisfies z.ZodType<DecisionsReply>;

const report = z.object({
  columns: z.array(text),
  rows: z.array(
    z
      .object({
        calls: whole,
        unpriced: whole,
        meters: z.record(text, text),
        amounts,
        marketCost: amounts.exactOptional(),
      })
      .catchall(z.union([text, z.number(), z.record(text, text)])),
  ),
  truncated: z.boolean(),
  position: text,
}) satisfies z.ZodType<ReportReply>;

const progress = z.object({
  state: z.enum(['starting', 'catching-up', 'following', 'rebuilding', 'stopped']),
  position: text.nullable(),
  behindMs: z.number().nullable(),
  tables: z.record(text, text.nullable()),
  rows: whole,
  trouble: text.nullable(),
}) satisfies z.ZodType<ProgressReply>;

const reconciliation = z.object({
  account: text,
  equal: z.boolean(),
  sums: z.array(z.object({ sum: text, of: text, ledger: text, clickhouse: text, equal: z.boolean() })),
  groups: z.array(
    z.object({ sum: text, of: text, hour: text, payer: text, model: text, ledger: text, clickhouse: text }),
  ),
  differentGroups: whole,
  position: text,
}) satisfies z.ZodType<ReconcileReply>;

const prices = z.object({
  models: z.record(
    text,
    z.object({
      card: text,
      currency: text,
      prices: z.array(
        z.object({
          meter: text,
          price: text,
          tier: z.enum(['standard', 'batch', 'flex', 'priority']).optional(),
          aboveInputTokens: whole.optional(),
        }),
      ),
    }),
  ),
}) satisfies z.ZodType<PricesReply>;

const publishedPrices = z.object({
  card: text,
  models: whole,
  unchanged: flag,
  position: text,
}) satisfies z.ZodType<PublishPricesReply>;

const problemDetails = z.object({
  type: text,
  title: text,
  status: whole,
  detail: text.meta({ description: 'One sentence: what is wrong, and what to do' }),
  code: z.enum(CODES),
  details: z.record(text, z.unknown()).optional(),
});

export const REPLIES = {
  Authorization: authorization,
  Settlement: settlement,
  Correction: correction,
  Hold: hold,
  Usage: usage,
  Grant: grant,
  Transfer: transfer,
  OpenedSession: openedSession,
  EndedSession: endedSession,
  Pause: pause,
  Configuration: configuration,
  Advance: advance,
  Account: account,
  Tree: tree,
  Balance: balance,
  Explanation: explanation,
  Decisions: decisions,
  Report: report,
  Progress: progress,
  Reconciliation: reconciliation,
  Prices: prices,
  PublishedPrices: publishedPrices,
} as const;

export type ReplyName = keyof typeof REPLIES;

/** What a refused request gets, with media type application/problem+json. */
export const PROBLEM_SCHEMA = problemDetails;
