import { AMOUNT_DECIMALS, AMOUNT_MAX, amount, type Amount, type CurrencyId } from '@exchequer/kernel';
import { apportion, type ExactPart } from './apportion.js';
import { divideHalfAway, mantissaAt, parseDecimal, powerOfTen, times, type Decimal } from './decimal.js';
import { maximaOf } from './estimate.js';
import { coreMeter } from './meters.js';
import { toCoreMeters } from './open-telemetry.js';
import { contradicting, type RatedLine, type Unpriced } from './rate.js';
import { quantityDecimal, type EstimatedUse } from './use.js';

/** The price of one unit: an exact decimal, as text, of whole units of a currency. */
export interface StatedPrice {
  readonly price: string;
  readonly currency: CurrencyId;
}

/** What usage without a price is charged at, until its price comes: for one unit of a meter, and for each call. */
export interface StatedPrices {
  readonly meters: Readonly<Record<string, StatedPrice>>;
  readonly request?: StatedPrice;
}

/** Usage at stated prices. */
export interface StatedRating {
  readonly kind: 'stated';
  readonly lines: readonly RatedLine[];
}

/** Calls, whatever their size. */
const REQUESTS = 'requests';

/**
 * Prices usage at stated prices: for each currency Σ quantity × price, exact, rounded once, half away from zero. Maxima count
 * at their highest. A price for each call is that of the meter `requests`, of which there is one where nothing is told; it
 * also pays for the meters that nothing is stated of. Without it, these leave the whole without a price.
 *
 * @throws RangeError for a quantity or price that is none; edges refuse those.
 */
export function rateStated({ meters }: Pick<EstimatedUse, 'meters'>, stated: StatedPrices): StatedRating | Unpriced {
  const core = toCoreMeters(maximaOf(meters));
  if (core.kind === 'contradiction') return contradicting(core.reason);
  const { request } = stated;
  const quantities = request === undefined ? core.meters : { [REQUESTS]: 1, ...core.meters };
  const costs: { readonly meter: string; readonly currency: CurrencyId; readonly cost: Decimal }[] = [];
  for (const meter of Object.keys(quantities).sort()) {
    const quantity = quantityDecimal(meter, quantities[meter] ?? 0);
    if (quantity.mantissa === 0n) continue;
    const unit = meter === REQUESTS && request !== undefined ? request : priceOf(meter, stated);
    if (unit !== undefined) costs.push({ meter, currency: unit.currency, cost: times(quantity, priceIn(unit)) });
    else if (request === undefined)
      return { kind: 'unpriced', code: 'unknown-meter', reason: `no price is stated for ${meter}` };
  }
  const lines: RatedLine[] = [];
  for (const currency of new Set(costs.map((one) => one.currency))) {
    const rounded = roundOnce(costs.filter((one) => one.currency === currency));
    if (rounded === undefined)
      return { kind: 'unpriced', code: 'amount-too-large', reason: 'at stated prices it is above the largest amount' };
    lines.push(...rounded.map((line) => ({ ...line, currency })));
  }
  return { kind: 'stated', lines };
}

/** What is billed as another meter where it has no price costs what that is stated to cost. */
function priceOf(meter: string, { meters }: StatedPrices): StatedPrice | undefined {
  const own = meters[meter];
  if (own !== undefined) return own;
  const billedAs = coreMeter(meter)?.pricedAs;
  return billedAs === undefined ? undefined : meters[billedAs];
}

function priceIn({ price }: StatedPrice): Decimal {
  const value = parseDecimal(price);
  if (value === undefined || value.mantissa < 0n) throw new RangeError(`${price} is no price`);
  return value;
}

function roundOnce(
  costs: readonly { readonly meter: string; readonly cost: Decimal }[],
): readonly { readonly meter: string; readonly amount: Amount }[] | undefined {
  const scale = costs.reduce((most, { cost }) => Math.max(most, cost.scale), AMOUNT_DECIMALS);
  const parts = costs.map(({ meter, cost }): ExactPart => ({ meter, exact: mantissaAt(cost, scale) }));
  const divisor = powerOfTen(scale - AMOUNT_DECIMALS);
  const total = divideHalfAway(
    parts.reduce((sum, { exact }) => sum + exact, 0n),
    divisor,
  );
  return total > AMOUNT_MAX ? undefined : apportion(parts, amount(total), divisor);
}
