export { canonicalUsage, type UsageContent } from './canonical-usage.js';
export { formatDecimal, parseDecimal, roundToAmount, sumOf, times, type Decimal } from './decimal.js';
export { estimate, estimateWith } from './estimate.js';
export {
  importModelPrices,
  type ImportedPrices,
  type ImportOptions,
  type SkippedModel,
} from './import/import-model-prices.js';
export type { UnusedField } from './import/read-model.js';
export { CALLS_LEARNED_MIN, LearnedOutput, type StoredSketch } from './learned-output.js';
export { CORE_METERS, coreMeter, type CoreMeter, type Meter, type MeterUnit } from './meters.js';
export type { ModelPricing } from './model-pricing.js';
export { toCoreMeters, WHOLE_OUTPUT_NAMES, type CoreMeters } from './open-telemetry.js';
export { PriceBook } from './price-book.js';
export { rate, rateWith, type Priced, type RatedLine, type Rating, type Unpriced, type UnpricedCode } from './rate.js';
export {
  rateCardFault,
  SERVICE_TIERS,
  type MeterPrice,
  type ModelPrices,
  type RateCard,
  type RateCardContent,
  type ServiceTier,
} from './rate-card.js';
export {
  canonicalRateCard,
  CATALOGUE_STREAM,
  rateCardOf,
  rateCardPublished,
  storedModels,
  type RateCardPublished,
  type StoredModels,
  type StoredPrice,
} from './rate-card-fact.js';
export { chargedOfOwnKey } from './own-key.js';
export { rateStated, type StatedPrices, type StatedRating } from './rate-stated.js';
export type { EstimatedUse, Maximum, Quantities, Quantity, Use } from './use.js';
