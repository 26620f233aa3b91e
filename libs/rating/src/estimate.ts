import type { Instant } from '@exchequer/kernel';
import { stepFor, type ModelPricing, type PriceStep } from './model-pricing.js';
import { toCoreMeters, WHOLE_OUTPUT_NAMES } from './open-telemetry.js';
import type { PriceBook } from './price-book.js';
import { charge, contradicting, inputTokensOf, withoutPricing, type Priced, type Rating } from './rate.js';
import type { EstimatedUse, Maximum, Quantities, Quantity } from './use.js';

/**
 * The most that a call can cost: every maximum at its highest, at the dearest of the price steps that its input may reach. A
 * maximal output may turn out to be reasoning: without a quantity of its own for reasoning it is priced at the dearer of both.
 *
 * @throws RangeError for a quantity that is none (negative, not finite); edges refuse those.
 */
export function estimate(use: EstimatedUse, at: Instant, book: PriceBook): Rating {
  const pricing = book.priceOf(use.model, at);
  return pricing === undefined ? withoutPricing(use.model, book) : estimateWith(pricing, use);
}

/** As {@link estimate}, with prices already chosen: for a quote, which pins its card. */
export function estimateWith(pricing: ModelPricing, use: EstimatedUse): Rating {
  const most = toCoreMeters(maximaOf(use.meters));
  if (most.kind === 'contradiction') return contradicting(most.reason);
  const tier = use.serviceTier ?? 'standard';
  const mayBeReasoning = outputMayBeReasoning(use.meters, most.meters);
  return stepsInReach(pricing, use, most.meters)
    .map((step) => charge(pricing, (mayBeReasoning ? step.dearestByTier : step.byTier)[tier], most.meters))
    .reduce(dearer);
}

/** What has no price at one of the steps has no most. */
function dearer(a: Rating, b: Rating): Rating {
  if (a.kind === 'unpriced') return a;
  if (b.kind === 'unpriced') return b;
  return costOf(b) > costOf(a) ? b : a;
}

const costOf = (priced: Priced): bigint => priced.amounts.reduce((sum, { amount }) => sum + amount, 0n);

/** The price steps between the least and the most input that the call may turn out to have. */
function stepsInReach(pricing: ModelPricing, use: EstimatedUse, most: Quantities): readonly PriceStep[] {
  const { steps } = pricing;
  if (steps.length === 1) return steps;
  const least = toCoreMeters(withMaximaAs(use.meters, () => 0));
  const lowest = stepFor(pricing, least.kind === 'meters' ? inputTokensOf(least.meters) : 0);
  return steps.slice(steps.indexOf(stepFor(pricing, inputTokensOf(most))), steps.indexOf(lowest) + 1);
}

/** Every maximum at its highest. */
export const maximaOf = (meters: EstimatedUse['meters']): Quantities => withMaximaAs(meters, ({ max }) => max);

const isMaximum = (quantity: Quantity | Maximum | undefined): quantity is Maximum => typeof quantity === 'object';

function withMaximaAs(meters: EstimatedUse['meters'], as: (maximum: Maximum) => Quantity): Quantities {
  const quantities: Record<string, Quantity> = {};
  for (const meter in meters) {
    const quantity = meters[meter];
    if (quantity !== undefined) quantities[meter] = isMaximum(quantity) ? as(quantity) : quantity;
  }
  return quantities;
}

const outputMayBeReasoning = (asked: EstimatedUse['meters'], most: Quantities): boolean =>
  most['reasoning_tokens'] === undefined && WHOLE_OUTPUT_NAMES.some((name) => isMaximum(asked[name]));
