import type { PricesReply, ProgressReply, PublishPricesReply, ReconcileReply, ReportReply } from '@exchequer/contracts';
import { z } from 'zod';
import { amounts, flag, text, whole } from './reply-parts.js';

/* Replies of reports, and of rate cards. */

export const report = z.object({
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

export const progress = z.object({
  state: z.enum(['starting', 'catching-up', 'following', 'rebuilding', 'stopped']),
  position: text.nullable(),
  behindMs: z.number().nullable(),
  tables: z.record(text, text.nullable()),
  rows: whole,
  trouble: text.nullable(),
}) satisfies z.ZodType<ProgressReply>;

export const reconciliation = z.object({
  account: text,
  equal: z.boolean(),
  sums: z.array(z.object({ sum: text, of: text, ledger: text, clickhouse: text, equal: z.boolean() })),
  groups: z.array(
    z.object({ sum: text, of: text, hour: text, payer: text, model: text, ledger: text, clickhouse: text }),
  ),
  differentGroups: whole,
  position: text,
}) satisfies z.ZodType<ReconcileReply>;

export const prices = z.object({
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

export const publishedPrices = z.object({
  card: text,
  models: whole,
  unchanged: flag,
  position: text,
}) satisfies z.ZodType<PublishPricesReply>;
