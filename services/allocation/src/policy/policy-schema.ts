import {
  accountText,
  CAPTURE_BEYOND,
  currencyText,
  limitText,
  nodeText,
  POOLING_MODES,
  scopeFields,
} from '@exchequer/contracts';
import { z } from 'zod';
import { limitMoneyText, moneyText } from './money-text.js';
import { windowText } from './window-text.js';

/** What the policy file of the design has and this release does not enforce. Refused by name: a rule that is read and not kept would be a lie. */
const notYet = (what: string) =>
  z.undefined({ error: () => `${what} not supported by this release; remove this` }).optional();

const limitSchema = z
  .strictObject({
    name: limitText,
    amount: limitMoneyText,
    window: windowText,
    mode: z.literal('hard', { error: () => 'only hard limits are supported by this release' }).optional(),
    ...scopeFields,
    usedAtStart: moneyText.optional(),
  })
  .refine(({ amount, usedAtStart }) => usedAtStart === undefined || usedAtStart.currency === amount.currency, {
    path: ['usedAtStart'],
    error: 'is in another currency than the limit',
  });

/** A node as a policy file states it. A node without anything stands there to be there: `project/chat:`. */
const nodeSchema = z.strictObject({
  kind: z.string().optional(),
  parent: nodeText.optional(),
  pooling: z.enum(POOLING_MODES).optional(),
  limits: z.array(limitSchema).max(32).optional(),
  overage: z
    .union([
      moneyText,
      z
        .array(moneyText)
        .refine(
          (list) => new Set(list.map(({ currency }) => currency)).size === list.length,
          'names a currency twice; state one amount for each',
        ),
    ])
    .optional(),
  captureBeyond: z.enum(CAPTURE_BEYOND).optional(),
  rates: notYet('rate limits are'),
  roles: notYet('roles are'),
  groups: notYet('groups are'),
  reserve: notYet('reserves are'),
  borrowMax: notYet('borrowing caps are'),
  lendMax: notYet('lending caps are'),
});

export const policySchema = z.strictObject({
  account: accountText,
  currencies: z.record(currencyText, z.strictObject({ display: z.int().min(0).max(9) })).optional(),
  nodes: z.record(nodeText, nodeSchema.nullable()).optional(),
  /** Nodes that leave. */
  archive: z.array(nodeText).optional(),
  plans: notYet('plans are'),
  alerts: notYet('alerts are'),
});

export type Policy = z.infer<typeof policySchema>;
export type NodeStatement = NonNullable<NonNullable<Policy['nodes']>[string]>;
export type LimitStatement = NonNullable<NodeStatement['limits']>[number];
