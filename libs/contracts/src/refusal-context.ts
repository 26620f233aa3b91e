import { z } from 'zod';
import { BOUNDS, currencyText, meterText, modelText, nodeText } from './primitives.js';

/** What something cost at the prices of its instant: meter (or null), currency, nano-units. */
export const pricedLines = z
  .array(z.tuple([meterText.nullable(), currencyText, z.string().regex(/^\d{1,19}$/)]))
  .max(256);

/** The name of a rate has those of its models in it. */
const rateText = z.string().max(16_384);
/** A century: the instant at its end can be told. */
const WAIT_MAX_MS = 36_525 * 86_400_000;
const waitMs = z.int().min(0).max(WAIT_MAX_MS);

const ratesVerdict = {
  /** Rates that it went beyond, root first, and how long until it would have fitted; null for never. */
  beyond: z.array(z.tuple([nodeText, rateText, waitMs.nullable()])).optional(),
  /** The rate that had it wait, and how long. */
  slowed: z.tuple([nodeText, rateText, waitMs]).optional(),
};

/**
 * What the account's host knew when it had a request decided and refused, beside the request itself: the account decides
 * it again by this, since rates and prices are not in its ledger.
 */
export const refusalContextSchema = z.strictObject({
  /** The method, where it was not an authorization. */
  method: z.literal('open-session').optional(),
  /** Why there was no price, where the account's stated ones were taken. */
  provisional: z.string().max(1_024).optional(),
  /** The rate card that priced it. */
  card: z.string().max(256).optional(),
  /** What it would have cost at market prices, where the caller's own key was to be used: the lines are what would be charged. */
  market: pricedLines.optional(),
  ...ratesVerdict,
  /** Other models of its kind, at what they would have cost. */
  candidates: z
    .array(z.strictObject({ model: modelText, lines: pricedLines, ...ratesVerdict }))
    .max(BOUNDS.modelsPerKindMax)
    .optional(),
});

export type RefusalContext = z.infer<typeof refusalContextSchema>;
