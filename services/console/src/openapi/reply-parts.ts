import { POOL_RULES } from '@exchequer/contracts';
import { z } from 'zod';

/* What several replies have in common. */

export const text = z.string();
export const whole = z.int();
export const flag = z.literal(true).exactOptional();
export const optional = text.exactOptional();
export const amounts = z.record(text, text).meta({ description: 'Decimal strings by currency' });
export const booked = {
  decidedAt: text,
  position: text.meta({ description: 'account-<id>@<revision>.<fact>: where the ledger has it' }),
};
export const acted = { ...booked, repeated: flag };

export const source = z.object({
  node: text,
  lot: optional,
  layer: text,
  currency: text,
  amount: text,
  surcharge: optional,
});

export const limit = z.object({
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

export const binding = z.union([
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

export const seen = { at: text, position: text };
