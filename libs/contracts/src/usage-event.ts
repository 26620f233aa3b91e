import { z } from 'zod';
import { attribution } from './authorize.js';
import { cloudEvent } from './cloud-event.js';
import type { estimatedUse } from './primitives.js';
import { holdText, use, type AmountsMap } from './primitives.js';
import type { ProblemReply } from './problem.js';

export const USAGE_EVENT_TYPE = 'exchequer.usage.v1';

/** One consumption, as a CloudEvents 1.0 event in JSON. */
export const usageEventSchema = z.object({
  ...cloudEvent(USAGE_EVENT_TYPE),
  data: z.strictObject({
    ...attribution,
    hold: holdText.optional(),
    model: use.shape.model,
    provider: use.shape.provider,
    serviceTier: use.shape.serviceTier,
    meters: use.shape.meters,
    outcome: z.string().max(64).optional(),
  }),
});

export type UsageEvent = z.infer<typeof usageEventSchema>;
export type EstimatedMeters = z.infer<typeof estimatedUse>['meters'];

export interface UsageReply {
  /**
   * `duplicate`: this source and id with this content were settled before; nothing was done now. `awaiting`: it is charged once
   * the outcome of its task is told.
   */
  readonly status: 'settled' | 'duplicate' | 'unpriced' | 'awaiting';
  readonly amounts: AmountsMap;
  /** The part of `amounts` that is owed beyond what overage allows. */
  readonly beyondOverage?: AmountsMap;
  readonly late?: true;
  /** Settled at the account's stated prices: there is no price yet. The charge is corrected when its price comes. */
  readonly unpriced?: true;
  /** Why there is no price. */
  readonly reason?: string;
  readonly position: string;
}

export type UsageItemReply = UsageReply | ProblemReply;
