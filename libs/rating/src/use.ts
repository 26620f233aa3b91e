import { decimalOf, type Decimal } from './decimal.js';
import type { ServiceTier } from './rate-card.js';

/** How much of a meter: a number from 0, taken by its shortest decimal text, or a decimal in a string. Never negative. */
export type Quantity = number | string;

export type Quantities = Readonly<Record<string, Quantity>>;

/** What was used: a model, and how much of each meter. Core meters, declared ones, and OpenTelemetry's names. */
export interface Use {
  readonly model: string;
  /** `standard` when not given. */
  readonly serviceTier?: ServiceTier | undefined;
  readonly meters: Quantities;
}

/** A quantity that is not known yet: the most that it can become. */
export interface Maximum {
  readonly max: Quantity;
}

/** What a call will use, as far as it is known. */
export interface EstimatedUse extends Omit<Use, 'meters'> {
  readonly meters: Readonly<Record<string, Quantity | Maximum>>;
}

/**
 * @throws RangeError for what is no quantity: negative, not finite, not a decimal. Edges refuse those, so that meeting one
 * here is a fault of ours.
 */
export function quantityDecimal(meter: string, quantity: Quantity): Decimal {
  const value = decimalOf(quantity);
  if (value === undefined || value.mantissa < 0n)
    throw new RangeError(`${String(quantity)} is no quantity of ${meter}`);
  return value;
}
