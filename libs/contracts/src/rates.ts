import { z } from 'zod';
import { modelPattern } from './permission.js';

export const RATE_PERIODS = ['minute', 'hour', 'day'] as const;

export const RATE_THEN = ['refuse', 'spill', 'cheaper-model'] as const;

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
    /** `refuse` when not given; `spill` lets pass into credits what is beyond it, `cheaper-model` with another model of its kind. */
    then: z.enum(RATE_THEN).optional(),
  })
  .refine(({ requests, tokens }) => requests !== undefined || tokens !== undefined, 'takes requests, tokens or both');

export type RateBody = z.infer<typeof rateSchema>;
