import { mantissaAt } from './decimal.js';
import { CORE_METERS, coreMeter, type Meter } from './meters.js';
import type { MeterPrice, ServiceTier } from './rate-card.js';

/** The price of one of each meter, in units of 10^−scale. A meter that is not there has no price. */
export type UnitPrices = ReadonlyMap<string, bigint>;

/** Meters that may have a price without being on the card. */
const BILLED_AS_OTHERS = CORE_METERS.filter((meter: Meter) => meter.pricedAs !== undefined).map(({ name }) => name);

/** A place in a card where a price may stand. */
type Place = `${number} ${ServiceTier}`;

/**
 * Where a price is looked for, in this order. A long input weighs more than a tier: a provider's long-context price holds for
 * its discounted requests too unless it states another, and no request is priced as a short one because it is also flexible.
 */
export const placesOf = (thresholds: readonly number[], tier: ServiceTier): readonly Place[] =>
  thresholds.flatMap((threshold): readonly Place[] =>
    tier === 'standard' ? [`${threshold} standard`] : [`${threshold} ${tier}`, `${threshold} standard`],
  );

/** One model's prices as they stand on a card, and the rules for what is not there. */
export class PriceTable {
  private readonly byMeter = new Map<string, Map<Place, bigint>>();

  constructor(prices: readonly MeterPrice[], scale: number) {
    for (const { meter, price, tier, aboveInputTokens } of prices) {
      const row = this.byMeter.get(meter) ?? new Map<Place, bigint>();
      this.byMeter.set(meter, row.set(`${aboveInputTokens} ${tier}`, mantissaAt(price, scale)));
    }
  }

  unitPrices(places: readonly Place[]): UnitPrices {
    const units = new Map<string, bigint>();
    for (const meter of new Set([...this.byMeter.keys(), ...BILLED_AS_OTHERS])) {
      const unit = this.unitPrice(meter, places);
      if (unit !== undefined) units.set(meter, unit);
    }
    return units;
  }

  private unitPrice(meter: string, places: readonly Place[]): bigint | undefined {
    const ownPlace = this.firstPlace(meter, places);
    const own = ownPlace === undefined ? undefined : this.at(meter, ownPlace);
    const plainMeter = this.plainMeterOf(coreMeter(meter));
    if (plainMeter === undefined) return own;
    const plainPlace = this.firstPlace(plainMeter, places);
    const plain = plainPlace === undefined ? undefined : this.at(plainMeter, plainPlace);
    if (ownPlace === undefined || own === undefined) return plain;
    if (plainPlace === undefined || plain === undefined || places.indexOf(ownPlace) <= places.indexOf(plainPlace))
      return own;
    // The plain meter has a price for this very tier or step and this one has not. Where both cost the same elsewhere they do
    // here; else the dearer of the two is taken, for nothing may be priced too low by a guess.
    return own === this.at(plainMeter, ownPlace) || plain > own ? plain : own;
  }

  /** The meter that this one is billed as, unless the model has a price of its own for anything of that modality. */
  private plainMeterOf(meter: Meter | undefined): string | undefined {
    if (meter?.pricedAs === undefined || meter.modality === undefined) return meter?.pricedAs;
    const isApart = CORE_METERS.some(
      (other: Meter) =>
        other.name !== meter.name &&
        other.side === meter.side &&
        other.modality === meter.modality &&
        this.byMeter.has(other.name),
    );
    return isApart ? undefined : meter.pricedAs;
  }

  private firstPlace(meter: string, places: readonly Place[]): Place | undefined {
    const row = this.byMeter.get(meter);
    return row === undefined ? undefined : places.find((place) => row.has(place));
  }

  private at(meter: string, place: Place): bigint | undefined {
    return this.byMeter.get(meter)?.get(place);
  }
}
