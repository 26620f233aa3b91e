import { z } from 'zod';
import { amountText, positiveAmountText, positiveDecimalText } from './primitives.js';

/** A mark on the way of a limit: a share of its amount, so much used, or so much left. In the currency of the limit. */
export const thresholdSchema = z.union(
  [
    z.strictObject({
      share: positiveDecimalText.refine((text) => Number(text) <= 10, 'is above 10, ten times the limit'),
    }),
    z.strictObject({ used: positiveAmountText }),
    z.strictObject({ left: amountText }),
  ],
  { error: () => 'takes one of share (a decimal, 0.5 is half of the limit), used and left' },
);

export const PAUSE_ENDS = ['by-person', 'at-reset'] as const;

/** The limit pauses its node once it comes to `at`. */
export const limitPauseSchema = z.strictObject({
  at: thresholdSchema,
  /** Marks every node under it as well; each is then resumed by itself. */
  below: z.boolean().optional(),
  /** `by-person` when not given; `at-reset` on calendar and rolling windows alone. */
  resume: z.enum(PAUSE_ENDS).optional(),
});

/** What a limit tells of its own filling. */
export const thresholdFields = {
  /** A fact tells when what is used comes to one, and when it is below it again. */
  thresholds: z.array(thresholdSchema).min(1).max(16, 'has more than 16 thresholds').optional(),
  pauses: limitPauseSchema.optional(),
};

export type ThresholdBody = z.infer<typeof thresholdSchema>;
export type LimitPauseBody = z.infer<typeof limitPauseSchema>;

/** A threshold of a limit, and whether what is used in its present window has come to it. */
export interface ThresholdReply {
  readonly share?: string;
  readonly used?: string;
  readonly left?: string;
  readonly crossed: boolean;
}
