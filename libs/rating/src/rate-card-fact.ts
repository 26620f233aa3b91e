import { currencyId, START_OF_TIME } from '@exchequer/kernel';
import { formatDecimal, parseDecimal } from './decimal.js';
import type { MeterPrice, ModelPrices, RateCard, RateCardContent, ServiceTier } from './rate-card.js';

/** The stream in which rate cards are published, one fact a card. */
export const CATALOGUE_STREAM = 'catalogue';

/** A price as it is stored and sent: what is the usual case is left out. */
export interface StoredPrice {
  readonly meter: string;
  /** A plain decimal of whole units: "0.00000015". */
  readonly price: string;
  /** `standard` when absent. */
  readonly tier?: ServiceTier | undefined;
  /** Always, when absent. */
  readonly aboveInputTokens?: number | undefined;
}

export type StoredModels = Readonly<
  Record<string, { readonly provider?: string | undefined; readonly prices: readonly StoredPrice[] }>
>;

/** The fact that a rate card was published. Complete in itself. */
export interface RateCardPublished {
  readonly type: 'RateCardPublished';
  readonly card: string;
  readonly name: string;
  readonly currency: string;
  /** Epoch milliseconds; null: from the beginning of time. */
  readonly effectiveFrom: number | null;
  readonly models: StoredModels;
}

export const rateCardPublished = (card: RateCard): RateCardPublished => ({
  type: 'RateCardPublished',
  card: card.id,
  name: card.name,
  currency: card.currency,
  effectiveFrom: card.effectiveFrom === START_OF_TIME ? null : card.effectiveFrom,
  models: storedModels(card.models),
});

/** @throws RangeError for a price that is no decimal: prices are checked before they are stored. */
export const rateCardOf = (fact: RateCardPublished): RateCard => ({
  id: fact.card,
  name: fact.name,
  currency: currencyId(fact.currency),
  effectiveFrom: fact.effectiveFrom ?? START_OF_TIME,
  models: modelsOf(fact.models),
});

/** The models of a card as they are stored and sent. */
export const storedModels = (models: RateCardContent['models']): StoredModels =>
  Object.fromEntries(
    Array.from(models, ([model, { provider, prices }]) => [
      model,
      { ...(provider === undefined ? {} : { provider }), prices: prices.map(storedPrice) },
    ]),
  );

function modelsOf(models: StoredModels): RateCardContent['models'] {
  return new Map(
    Object.entries(models).map(([model, { provider, prices }]): [string, ModelPrices] => [
      model,
      { ...(provider === undefined ? {} : { provider }), prices: prices.map(priceOf) },
    ]),
  );
}

const storedPrice = ({ meter, price, tier, aboveInputTokens }: MeterPrice): StoredPrice => ({
  meter,
  price: formatDecimal(price),
  ...(tier === 'standard' ? {} : { tier }),
  ...(aboveInputTokens === 0 ? {} : { aboveInputTokens }),
});

function priceOf({ meter, price, tier = 'standard', aboveInputTokens = 0 }: StoredPrice): MeterPrice {
  const value = parseDecimal(price);
  if (value === undefined) throw new RangeError(`${price} is no price of ${meter}`);
  return { meter, price: value, tier, aboveInputTokens };
}

/** A text that two cards share exactly when they say the same, whatever the order of their models and prices. */
export function canonicalRateCard({ name, currency, effectiveFrom, models }: RateCardContent): string {
  const inOrder = Array.from(models, ([model, { provider, prices }]) => [
    model,
    provider ?? null,
    prices.map((price) => JSON.stringify(storedPrice(price))).sort(),
  ]).map((model) => JSON.stringify(model));
  return JSON.stringify([name, currency, effectiveFrom, inOrder.sort()]);
}
