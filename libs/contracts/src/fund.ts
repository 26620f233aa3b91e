import { z } from 'zod';
import { currencyText, idText, instantText, nodeText, positiveAmountText } from './primitives.js';

export const LAYERS = ['free', 'promotional', 'plan', 'committed', 'purchased'] as const;

/** Issues credits to a node. */
export const grantSchema = z.strictObject({
  id: idText,
  node: nodeText,
  amount: positiveAmountText,
  currency: currencyText,
  /** `purchased` when not given. */
  layer: z.enum(LAYERS).optional(),
  /** Lower is drawn first. By layer when not given. */
  priority: z.int().min(0, 'is below 0').max(1_000, 'is above 1000').optional(),
  startsAt: instantText.optional(),
  expiresAt: instantText.optional(),
  /** What was paid for it, for revenue and cost basis. */
  paid: z.strictObject({ amount: positiveAmountText, currency: currencyText }).optional(),
  note: z.string().max(256).optional(),
});

/** Moves credits between nodes; grant, cost basis and expiry go with them. */
export const transferSchema = z.strictObject({
  id: idText,
  from: nodeText,
  to: nodeText,
  amount: positiveAmountText,
  currency: currencyText,
  note: z.string().max(256).optional(),
});

export type GrantBody = z.infer<typeof grantSchema>;
export type TransferBody = z.infer<typeof transferSchema>;

export interface GrantReply {
  readonly grant: string;
  readonly lot: string;
  readonly node: string;
  readonly amount: string;
  readonly currency: string;
  readonly layer: string;
  readonly decidedAt: string;
  readonly position: string;
  readonly repeated?: true;
}

export interface TransferReply {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly currency: string;
  /** The parts of lots that moved. */
  readonly lots: readonly { readonly from: string; readonly to: string; readonly amount: string }[];
  readonly decidedAt: string;
  readonly position: string;
  readonly repeated?: true;
}
