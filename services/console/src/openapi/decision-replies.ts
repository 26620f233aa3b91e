import {
  CODES,
  COMPARED_PARTS,
  type AuthorizationReply,
  type DecisionsReply,
  type ExplainReply,
  type UsageExplainReply,
} from '@exchequer/contracts';
import { z } from 'zod';
import { cost, laterCorrection, settlement } from './command-replies.js';
import { acted, amounts, binding, flag, limit, optional, source, text, whole } from './reply-parts.js';

/* Replies that tell a decision, and those that list and explain them. */

export const authorization = z.object({
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

const decidedAgain = z.object({
  asked: z.unknown(),
  decision: authorization.extend({ session: optional, expiresAt: optional }),
  differsIn: z.array(z.enum(COMPARED_PARTS)).exactOptional(),
  then: answerThen.exactOptional(),
}) satisfies z.ZodType<ExplainReply>;

const usageExplained = z.object({
  asked: z.unknown(),
  settlement,
  ended: z
    .object({ at: text, outcome: optional, charged: amounts, returned: amounts, position: text })
    .meta({ description: 'How the wait for the outcome of its task ended' })
    .exactOptional(),
  corrections: z
    .array(laterCorrection)
    .meta({ description: 'Every later correction of the charge, in their order' })
    .exactOptional(),
  cost: cost.meta({ description: 'What the charge costs with all of them' }).exactOptional(),
}) satisfies z.ZodType<UsageExplainReply>;

export const explanation = z.union([decidedAgain, usageExplained]);

export const decisions = z.object({
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
