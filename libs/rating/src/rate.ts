import { amount, AMOUNT_DECIMALS, AMOUNT_MAX, type Amount, type CurrencyId, type Instant } from '@exchequer/kernel';
import { apportion, type ExactPart, type Share } from './apportion.js';
import { divideHalfAway, mantissaAt, powerOfTen } from './decimal.js';
import { INPUT_TOKEN_METERS } from './meters.js';
import { stepFor, type ModelPricing } from './model-pricing.js';
import { toCoreMeters } from './open-telemetry.js';
import type { PriceBook } from './price-book.js';
import type { UnitPrices } from './price-table.js';
import { quantityDecimal, type Quantities, type Quantity, type Use } from './use.js';

/** What one meter contributes to a charge. */
export interface RatedLine {
  readonly meter: string;
  readonly currency: CurrencyId;
  readonly amount: Amount;
}

/** Usage with its price fixed. */
export interface Priced {
  readonly kind: 'priced';
  /** The rate card that the prices are from. */
  readonly card: string;
  readonly currency: CurrencyId;
  /** One for each meter with a quantity, by name of the meter. They sum to the amounts exactly. */
  readonly lines: readonly RatedLine[];
  readonly amounts: readonly { readonly currency: CurrencyId; readonly amount: Amount }[];
}

export type UnpricedCode =
  'unknown-model' | 'no-price-yet' | 'unknown-meter' | 'contradicting-meters' | 'amount-too-large';

/** Usage that no price can be put on. It is kept apart: it is never zero. */
export interface Unpriced {
  readonly kind: 'unpriced';
  readonly code: UnpricedCode;
  /** The code as a sentence that names the model or meter. */
  readonly reason: string;
}

export type Rating = Priced | Unpriced;

/**
 * Prices usage with the card of its instant: the sum over its meters of quantity × price, exact, rounded once, half away
 * from zero at 10⁻⁹.
 *
 * @throws RangeError for a quantity that is none (negative, not finite); edges refuse those.
 */
export function rate(use: Use, at: Instant, book: PriceBook): Rating {
  const pricing = book.priceOf(use.model, at);
  return pricing === undefined ? withoutPricing(use.model, book) : rateWith(pricing, use);
}

/** As {@link rate}, with prices already chosen: for a quote, which pins its card. */
export function rateWith(pricing: ModelPricing, use: Use): Rating {
  const { byTier } = stepFor(pricing, pricing.steps.length === 1 ? 0 : inputTokensOf(use.meters));
  const rating = charge(pricing, byTier[use.serviceTier ?? 'standard'], use.meters);
  // OpenTelemetry's names are rare and have no price under those names: looking for them first would cost every call.
  if (rating.kind === 'priced') return rating;
  const core = toCoreMeters(use.meters);
  if (core.kind === 'contradiction') return contradicting(core.reason);
  return core.meters === use.meters ? rating : rateWith(pricing, { ...use, meters: core.meters });
}

/** Why there is no price for a model. */
export const withoutPricing = (model: string, book: PriceBook): Unpriced =>
  book.hasModel(model)
    ? unpriced('no-price-yet', `no rate card has a price for the model ${model} at that time`)
    : unpriced('unknown-model', `no rate card has the model ${model}`);

export const contradicting = (reason: string): Unpriced => unpriced('contradicting-meters', reason);

const unpriced = (code: UnpricedCode, reason: string): Unpriced => ({ kind: 'unpriced', code, reason });

/** The whole input of a request in tokens. A number will do: it is only compared with steps. */
export function inputTokensOf(meters: Quantities): number {
  let tokens = 0;
  for (const meter in meters) if (INPUT_TOKEN_METERS.has(meter)) tokens += Number(meters[meter] ?? 0);
  return tokens;
}

/** Prices quantities of core and declared meters at the prices of one step and tier. */
export function charge(pricing: ModelPricing, units: UnitPrices, meters: Quantities): Rating {
  const digits = fractionDigits(meters);
  const parts: ExactPart[] = [];
  let exact = 0n;
  for (const meter in meters) {
    const quantity = meters[meter];
    if (quantity === undefined || quantity === 0) continue;
    const mantissa = mantissaOf(meter, quantity, digits);
    if (mantissa === 0n) continue;
    const unit = units.get(meter);
    if (unit === undefined)
      return unpriced(
        'unknown-meter',
        `the model ${pricing.model} has no price for ${meter} on the card ${pricing.card}`,
      );
    const part = { meter, exact: unit * mantissa };
    exact += part.exact;
    insertByMeter(parts, part);
  }
  const divisor = powerOfTen(pricing.scale + digits - AMOUNT_DECIMALS);
  const total = divideHalfAway(exact, divisor);
  if (total > AMOUNT_MAX)
    return unpriced('amount-too-large', `the charge for the model ${pricing.model} is above the largest amount`);
  return priced(pricing, apportion(parts, total, divisor), amount(total));
}

function priced({ card, currency }: ModelPricing, shares: readonly Share[], total: Amount): Priced {
  const lines = shares.map(({ meter, amount }): RatedLine => ({ meter, currency, amount }));
  return { kind: 'priced', card, currency, lines, amounts: [{ currency, amount: total }] };
}

/** Digits after the point of the most exact quantity. Nearly always none. */
function fractionDigits(meters: Quantities): number {
  let digits = 0;
  for (const meter in meters) {
    const quantity = meters[meter];
    if (quantity === undefined || Number.isInteger(quantity)) continue;
    digits = Math.max(digits, quantityDecimal(meter, quantity).scale);
  }
  return digits;
}

const mantissaOf = (meter: string, quantity: Quantity, digits: number): bigint =>
  digits === 0 && typeof quantity === 'number' && quantity > 0 && Number.isSafeInteger(quantity)
    ? BigInt(quantity)
    : mantissaAt(quantityDecimal(meter, quantity), digits);

/** Uses name few meters: sorting them as they come is quicker than a sort afterwards. */
function insertByMeter(parts: ExactPart[], part: ExactPart): void {
  let index = parts.length;
  for (let before = parts[index - 1]; before !== undefined && before.meter > part.meter; before = parts[index - 1]) {
    parts[index] = before;
    index -= 1;
  }
  parts[index] = part;
}
