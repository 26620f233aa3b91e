import { z } from 'zod';
import { amountText, currencyText } from './primitives.js';

/** What a node may count on from its pool, take from above and give below, in one currency and calendar month (UTC). */
export const poolRuleSchema = z
  .strictObject({
    currency: currencyText,
    /** Kept in the node's pool for it and all under it, less what they drew from above. */
    reserve: amountText.optional(),
    /** The most that it and all under it may draw from above. */
    borrowMax: amountText.optional(),
    /** The most that those under it may draw from it. */
    lendMax: amountText.optional(),
  })
  .refine(
    ({ reserve, borrowMax, lendMax }) => reserve !== undefined || borrowMax !== undefined || lendMax !== undefined,
    'takes reserve, borrowMax or lendMax',
  );

export type PoolRuleBody = z.infer<typeof poolRuleSchema>;

export const POOL_RULES = ['reserve', 'borrowMax', 'lendMax'] as const;
export type PoolRuleText = (typeof POOL_RULES)[number];

/** The pool rules of a node in one currency, and what is used of them: held now, and spent in the month. */
export interface PoolReply {
  readonly currency: string;
  readonly reserve?: string;
  readonly borrowMax?: string;
  readonly lendMax?: string;
  /** Drawn from above by the node and all under it. */
  readonly borrowed: string;
  /** Drawn from the node by those under it. */
  readonly lent: string;
  /** What of the reserve has not been drawn, and is kept. */
  readonly kept?: string;
  /** When what was spent counts no more. Absent while nothing was. */
  readonly resetsAt?: string;
}
