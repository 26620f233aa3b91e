import { AMOUNT_DECIMALS, type CurrencyId } from '@exchequer/kernel';
import { placesOf, PriceTable, type UnitPrices } from './price-table.js';
import type { MeterPrice, RateCard, ServiceTier } from './rate-card.js';

/** The prices of requests whose whole input has more tokens than a step. */
export interface PriceStep {
  readonly aboveInputTokens: number;
  readonly byTier: Readonly<Record<ServiceTier, UnitPrices>>;
  /** The same, with output at the price of reasoning where that is dearer: for output that may turn out to be reasoning. */
  readonly dearestByTier: Readonly<Record<ServiceTier, UnitPrices>>;
}

/** One model's prices on one card, made ready so that rating is one look-up and one multiplication a meter. */
export interface ModelPricing {
  readonly card: string;
  readonly currency: CurrencyId;
  readonly model: string;
  /** Digits after the point that all its prices are brought to; never fewer than an amount has. */
  readonly scale: number;
  /** From the highest step down to the one that always holds. Never empty. */
  readonly steps: readonly PriceStep[];
}

/** Makes a model's prices ready. Done once, when a card is added to a book. */
export function modelPricing(card: RateCard, model: string, prices: readonly MeterPrice[]): ModelPricing {
  const scale = prices.reduce((most, { price }) => Math.max(most, price.scale), AMOUNT_DECIMALS);
  const table = new PriceTable(prices, scale);
  const stated = new Set(prices.map(({ tier }) => tier));
  const thresholds = Array.from(new Set([0, ...prices.map((price) => price.aboveInputTokens)])).sort((a, b) => b - a);
  const steps = thresholds.map((aboveInputTokens, index): PriceStep => {
    const inReach = thresholds.slice(index);
    const standard = table.unitPrices(placesOf(inReach, 'standard'));
    const byTier = forEachTier((tier) => (stated.has(tier) ? table.unitPrices(placesOf(inReach, tier)) : standard));
    return { aboveInputTokens, byTier, dearestByTier: forEachTier((tier) => withDearestOutput(byTier[tier])) };
  });
  return { card: card.id, currency: card.currency, model, scale, steps };
}

/** The step that a request with so many input tokens is priced at. */
export function stepFor(pricing: ModelPricing, inputTokens: number): PriceStep {
  for (const step of pricing.steps) if (inputTokens > step.aboveInputTokens) return step;
  return lowestStep(pricing);
}

function lowestStep({ steps, model }: ModelPricing): PriceStep {
  const step = steps.at(-1);
  if (step === undefined) throw new Error(`the pricing of ${model} has no steps`);
  return step;
}

const forEachTier = <Value>(of: (tier: ServiceTier) => Value): Readonly<Record<ServiceTier, Value>> => ({
  standard: of('standard'),
  batch: of('batch'),
  flex: of('flex'),
  priority: of('priority'),
});

function withDearestOutput(units: UnitPrices): UnitPrices {
  const output = units.get('output_tokens');
  const reasoning = units.get('reasoning_tokens');
  if (output === undefined || reasoning === undefined || reasoning <= output) return units;
  return new Map(units).set('output_tokens', reasoning);
}
