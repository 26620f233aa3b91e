import { z } from 'zod';
import { currencyText, idText, instantText, meterText, modelText, SERVICE_TIERS } from './primitives.js';

/** An exact decimal price of one unit of a meter, in whole units of the card's currency. */
export const priceText = z
  .string()
  .regex(/^\d{1,12}(?:\.\d{1,24})?$/, 'is no price; it takes a decimal with at most 24 digits after the point');

export const modelPriceSchema = z.strictObject({
  meter: meterText,
  price: priceText,
  /** Only for this service tier. `standard` when not given. */
  tier: z.enum(SERVICE_TIERS).optional(),
  /** Only where the request's input has more tokens than this. */
  aboveInputTokens: z.int().min(1).optional(),
});

export const rateCardSchema = z.strictObject({
  name: z.string().min(1).max(128),
  currency: currencyText,
  /** From when on the prices hold. From the beginning of time, when not given. */
  effectiveFrom: instantText.optional(),
  models: z.record(
    modelText,
    z.strictObject({ provider: z.string().max(64).optional(), prices: z.array(modelPriceSchema).min(1).max(128) }),
  ),
});

export const publishPricesSchema = z.strictObject({ id: idText, card: rateCardSchema });
export const pricesSchema = z.strictObject({ model: modelText.optional(), at: instantText.optional() });

export type RateCardBody = z.infer<typeof rateCardSchema>;
export type PublishPricesBody = z.infer<typeof publishPricesSchema>;
export type PricesBody = z.infer<typeof pricesSchema>;

export interface PublishPricesReply {
  readonly card: string;
  readonly models: number;
  /** True when the very same card was published before and nothing was added. */
  readonly unchanged?: true;
  readonly position: string;
}

export interface PricesReply {
  readonly models: Readonly<
    Record<
      string,
      { readonly card: string; readonly currency: string; readonly prices: RateCardBody['models'][string]['prices'] }
    >
  >;
}
