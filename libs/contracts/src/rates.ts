import { z } from 'zod';
import { modelPattern } from './permission.js';
import { delayMs } from './primitives.js';

export const RATE_PERIODS = ['minute', 'hour', 'day'] as const;

export const RATE_THEN = ['refuse', 'spill', 'slow', 'cheaper-model'] as const;
/** The longest delay of a rate that slows down and does not state one. */
export const RATE_SLOW_MS = 60_000;

const ratePer = z.strictObject({
  count: z.int().min(0, 'is negative; it starts at 0').max(1_000_000_000_000, 'is above 1000000000000'),
  per: z.enum(RATE_PERIODS),
});

/** How many calls, or tokens of calls, a node and all under it may make in each minute, hour or day of UTC. */
export const rateSchema = z
  .strictObject({
    /** Calls of all models when not given. All that are named are counted together. */
    models: z.array(modelPattern).min(1, 'is empty; leave it out').max(64, 'names more than 64').optional(),
    requests: ratePer.optional(),
    /** Input and output tokens together, as estimated. */
    tokens: ratePer.optional(),
    /** `refuse` when not given; `spill` lets pass into credits what is beyond it, `slow` with a delay, `cheaper-model` with another model of its kind. */
    then: z.enum(RATE_THEN).optional(),
    /** With `then: slow`: the longest delay; what would have to wait longer is refused. A minute when not given. */
    slowMs: delayMs.optional(),
  })
  .refine(({ requests, tokens }) => requests !== undefined || tokens !== undefined, 'takes requests, tokens or both')
  .refine(({ then, slowMs }) => slowMs === undefined || then === 'slow', 'takes a longest delay only with then: slow');

/** A rate of a node, and how far it is used. */
export interface RateReply {
  /** Its name there: `requests/minute of gpt-4o*`. */
  readonly rate: string;
  readonly count: number;
  /** What happens beyond it; refused when absent. */
  readonly then?: 'spill' | 'slow' | 'cheaper-model';
  /** The longest delay, where it slows down. */
  readonly slowMs?: number;
  /** What runs in the present minute, hour or day. Absent where the past is looked at. */
  readonly used?: number;
  /** When that ends. */
  readonly resetsAt?: string;
}

export type RateBody = z.infer<typeof rateSchema>;
