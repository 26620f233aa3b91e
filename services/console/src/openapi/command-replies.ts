import {
  CODES,
  OTHERWISE,
  type AdvanceReply,
  type ConfigureReply,
  type CorrectedReply,
  type CorrectionReply,
  type CostReply,
  type EndSessionReply,
  type GrantReply,
  type HoldReply,
  type LaterCorrectionReply,
  type OpenSessionReply,
  type OutcomeReply,
  type PauseReply,
  type SettlementReply,
  type TransferReply,
  type UsageReply,
} from '@exchequer/contracts';
import { z } from 'zod';
import { acted, amounts, binding, booked, flag, limit, optional, source, text, whole } from './reply-parts.js';

/* Replies to what changes an account. */

export const settlement = z.object({
  outcome: z.enum(['captured', 'drawn', 'unpriced', 'awaiting', 'returned']),
  hold: optional,
  awaits: z
    .object({ taskId: text, until: text, charge: z.array(text), otherwise: z.enum(OTHERWISE) })
    .meta({ description: 'The task whose outcome is waited for' })
    .exactOptional(),
  amounts,
  returned: amounts.exactOptional(),
  owed: amounts.exactOptional(),
  beyondOverage: amounts
    .meta({ description: 'The part of what is owed, without surcharges, that is beyond what overage allows' })
    .exactOptional(),
  uncollected: amounts.exactOptional(),
  late: flag,
  marketCost: amounts.exactOptional(),
  unpriced: flag,
  sources: z.array(source),
  ...acted,
}) satisfies z.ZodType<SettlementReply>;

export const outcome = z.object({
  taskId: text,
  outcome: text,
  calls: whole.meta({ description: 'How many calls had waited for it' }),
  charged: amounts,
  returned: amounts,
  ...acted,
}) satisfies z.ZodType<OutcomeReply>;

const corrected = z.object({
  amounts,
  refunded: amounts,
  renewed: z.array(z.object({ lot: text, node: text, amounts, expiresAt: text })).exactOptional(),
  breakage: amounts.exactOptional(),
  charged: amounts.exactOptional(),
  beyondOverage: amounts
    .meta({ description: 'The part of what is charged that is owed beyond what overage allows' })
    .exactOptional(),
  sources: z.array(source),
}) satisfies z.ZodType<CorrectedReply>;

export const correction = corrected.extend({
  of: text,
  outcome: z.enum(['corrected', 'unchanged']),
  ...acted,
}) satisfies z.ZodType<CorrectionReply>;

export const laterCorrection = corrected.extend({
  actor: text,
  reason: optional,
  endsWaitForPrice: flag,
  card: text
    .meta({ description: 'The rate card that it is priced by, where that is another than before' })
    .exactOptional(),
  forgiven: amounts.meta({ description: 'Owed no more, surcharges included' }).exactOptional(),
  owed: amounts.meta({ description: 'Owed in addition, surcharges included' }).exactOptional(),
  ...booked,
}) satisfies z.ZodType<LaterCorrectionReply>;

export const cost = z.object({
  amounts,
  owed: amounts.exactOptional(),
  uncollected: amounts.exactOptional(),
  marketCost: amounts.exactOptional(),
  sources: z.array(source),
}) satisfies z.ZodType<CostReply>;

export const hold = z.object({
  hold: text,
  outcome: z.enum(['voided', 'extended']),
  returned: amounts.exactOptional(),
  expiresAt: optional,
  ...acted,
}) satisfies z.ZodType<HoldReply>;

export const usage = z.object({
  status: z.enum(['settled', 'duplicate', 'unpriced', 'awaiting']),
  amounts,
  beyondOverage: amounts
    .meta({ description: 'The part of the amounts that is owed beyond what overage allows' })
    .exactOptional(),
  late: flag,
  unpriced: flag,
  reason: optional,
  position: text,
}) satisfies z.ZodType<UsageReply>;

export const grant = z.object({
  grant: text,
  lot: text,
  node: text,
  amount: text,
  currency: text,
  layer: text,
  ...acted,
}) satisfies z.ZodType<GrantReply>;

export const transfer = z.object({
  from: text,
  to: text,
  amount: text,
  currency: text,
  lots: z.array(z.object({ from: text, to: text, amount: text })),
  ...acted,
}) satisfies z.ZodType<TransferReply>;

export const openedSession = z.object({
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

export const endedSession = z.object({
  session: text,
  endedWithin: z.array(text).meta({ description: 'Sessions that were open in it and ended with it' }),
  spent: amounts,
  returned: amounts,
  forfeited: amounts.exactOptional(),
  ...acted,
}) satisfies z.ZodType<EndSessionReply>;

export const pause = z.object({
  node: text,
  outcome: z.enum(['paused', 'resumed']),
  nodes: whole.meta({ description: 'How many nodes this changed' }),
  ...acted,
}) satisfies z.ZodType<PauseReply>;

export const configuration = z.object({
  changes: z.array(
    z.object({ action: z.enum(['add', 'change', 'remove']), subject: text, from: optional, to: optional }),
  ),
  ...acted,
}) satisfies z.ZodType<ConfigureReply>;

export const advance = z.object({ nextDueAt: optional, ...booked }) satisfies z.ZodType<AdvanceReply>;
