import type { BalanceReply, DescribeReply, TreeReply } from '@exchequer/contracts';
import { z } from 'zod';
import { amounts, flag, limit, optional, seen, text, whole } from './reply-parts.js';

/* Replies that show an account as it stands. */

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

export const tree = z.object({
  nodes: z.array(z.object(node)),
  next: optional,
  ...seen,
}) satisfies z.ZodType<TreeReply>;

export const balance = z.object({
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
      noticeAt: text.meta({ description: 'When the ledger tells next that it will expire' }).exactOptional(),
    }),
  ),
  fundingPath: z.array(text),
  spendable: amounts,
  spendableIfCritical: amounts.exactOptional(),
  ...seen,
}) satisfies z.ZodType<BalanceReply>;

export const account = z.object({
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
      taskId: text
        .meta({ description: 'It is settled, and its cost waits for the outcome of this task' })
        .exactOptional(),
    }),
  ),
  unpriced: z.object({ waiting: whole, keptApart: whole }).exactOptional(),
  awaiting: z.object({ tasks: whole, calls: whole }).exactOptional(),
  tier: optional,
  nextDueAt: optional,
  stateHash: optional,
  ...seen,
}) satisfies z.ZodType<DescribeReply>;
