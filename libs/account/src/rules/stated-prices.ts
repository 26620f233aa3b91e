import type { StatedPrice, StatedPrices } from '../facts.js';

/** All that is stated, with what it is stated of: `request`, or the name of a meter. */
export const pricesIn = (prices: StatedPrices | undefined): readonly (readonly [name: string, price: StatedPrice])[] =>
  prices === undefined
    ? []
    : [
        ...(prices.request === undefined ? [] : [['request', prices.request] as const]),
        ...Object.entries(prices.meters),
      ];

/** As people read it; undefined where nothing is stated. Equal for equal prices, whatever the order of the meters. */
export function textOfPrices(prices: StatedPrices | undefined): string | undefined {
  const told = pricesIn(prices).map(([name, { price, currency }]) => `${name} ${price} ${currency}`);
  return told.length === 0 ? undefined : told.sort().join(', ');
}
