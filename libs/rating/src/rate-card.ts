import type { CurrencyId, Instant } from '@exchequer/kernel';
import type { Decimal } from './decimal.js';
import { isOpenTelemetryName } from './open-telemetry.js';

export const SERVICE_TIERS = ['standard', 'batch', 'flex', 'priority'] as const;
/** How a provider is asked to serve a request. */
export type ServiceTier = (typeof SERVICE_TIERS)[number];

/** What one of a meter costs. */
export interface MeterPrice {
  readonly meter: string;
  /** In whole units of the card's currency, not negative. */
  readonly price: Decimal;
  readonly tier: ServiceTier;
  /** Only where the request's whole input has more tokens than this. 0: always. */
  readonly aboveInputTokens: number;
}

export interface ModelPrices {
  readonly provider?: string;
  readonly prices: readonly MeterPrice[];
}

/** Prices that hold from an instant on, before they are published. */
export interface RateCardContent {
  readonly name: string;
  readonly currency: CurrencyId;
  /** From when on the prices hold; `START_OF_TIME` where no date is known. */
  readonly effectiveFrom: Instant;
  readonly models: ReadonlyMap<string, ModelPrices>;
}

/** A published card. It never changes; new prices are a new card. */
export interface RateCard extends RateCardContent {
  readonly id: string;
}

/** A sentence that says what is wrong with a card, or undefined. */
export function rateCardFault(card: RateCardContent): string | undefined {
  if (card.models.size === 0) return 'the card has no models';
  for (const [model, { prices }] of card.models) {
    const fault = pricesFault(prices);
    if (fault !== undefined) return `${model}: ${fault}`;
  }
  return undefined;
}

function pricesFault(prices: readonly MeterPrice[]): string | undefined {
  if (prices.length === 0) return 'it has no prices';
  const seen = new Set<string>();
  for (const { meter, price, tier, aboveInputTokens } of prices) {
    if (isOpenTelemetryName(meter))
      return `${meter} is counted within other meters; price input_tokens and its like instead`;
    if (price.mantissa < 0n) return `the price of ${meter} is negative`;
    const place = `${meter} at tier ${tier}${aboveInputTokens === 0 ? '' : ` above ${aboveInputTokens} input tokens`}`;
    if (seen.has(place)) return `it has two prices for ${place}`;
    seen.add(place);
  }
  return undefined;
}
