import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDecimal, parseDecimal, roundToAmount, sumOf, times, type Decimal } from './decimal.js';
import { PriceBook } from './price-book.js';
import { rate, type Priced } from './rate.js';
import { rateCardOf } from './rate-card-fact.js';
import type { Quantities } from './use.js';

const METERS = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'requests', 'my.meter'];

/** Prices around a tenth of a nano-unit, so that nearly every product has to be rounded. */
const prices = fc.dictionary(
  fc.constantFrom(...METERS),
  fc.integer({ min: 0, max: 20 }).map((tenths) => decimal(`${String(tenths)}e-10`)),
  {
    minKeys: 1,
  },
);
const quantity = fc.oneof(
  fc.nat(20),
  fc.nat(20).map((halves) => halves / 2),
  fc
    .tuple(fc.nat(3), fc.nat(99))
    .map(([whole, hundredths]) => `${String(whole)}.${String(hundredths).padStart(2, '0')}`),
);
const quantities = fc.dictionary(fc.constantFrom(...METERS), quantity);
const counts = fc.dictionary(fc.constantFrom(...METERS), fc.nat(20));

function decimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === undefined) throw new Error(`${text} is no decimal`);
  return value;
}

type Prices = Readonly<Record<string, Decimal>>;

const bookOf = (of: Prices): PriceBook => {
  const book = new PriceBook();
  const prices = Object.entries(of).map(([meter, price]) => ({ meter, price: formatDecimal(price) }));
  book.add(
    rateCardOf({
      type: 'RateCardPublished',
      card: 'c',
      name: 'C',
      currency: 'usd',
      effectiveFrom: null,
      models: { m: { prices } },
    }),
  );
  return book;
};

/** Only what has a price. */
const within = (of: Prices, meters: Quantities): Quantities =>
  Object.fromEntries(Object.entries(meters).filter(([meter]) => of[meter] !== undefined));

const priced = (of: Prices, meters: Quantities): Priced => {
  const rating = rate({ model: 'm', meters }, 0, bookOf(of));
  if (rating.kind === 'unpriced') throw new Error(rating.reason);
  return rating;
};
const totalOf = (rating: Priced): bigint => rating.amounts.reduce((sum, { amount }) => sum + amount, 0n);

describe('a charge', () => {
  it('is the exact sum of quantity × price, rounded once', () => {
    fc.assert(
      fc.property(prices, quantities, (of, meters) => {
        const used = within(of, meters);
        const exact = Object.entries(used).map(([meter, quantity]) => times(of[meter]!, decimal(String(quantity))));
        expect(totalOf(priced(of, used))).toBe(roundToAmount(sumOf(exact)));
      }),
    );
  });

  it('has lines that sum to it, each within one nano-unit of its exact value', () => {
    fc.assert(
      fc.property(prices, quantities, (of, meters) => {
        const used = within(of, meters);
        const rating = priced(of, used);
        expect(rating.lines.reduce((sum, { amount }) => sum + amount, 0n)).toBe(totalOf(rating));
        for (const { meter, amount } of rating.lines) {
          const exact = times(of[meter]!, decimal(String(used[meter])));
          const off = amount * 10n ** 12n - (exact.mantissa * 10n ** 21n) / 10n ** BigInt(exact.scale);
          if (off >= 10n ** 12n || off <= -(10n ** 12n)) throw new Error('a line is a whole nano-unit off');
        }
      }),
    );
  });

  it('does not depend on the order of its meters', () => {
    fc.assert(
      fc.property(
        prices,
        fc.uniqueArray(fc.tuple(fc.constantFrom(...METERS), quantity), { selector: ([meter]) => meter }),
        fc.nat(4),
        (of, pairs, turn) => {
          const turned = [...pairs.slice(turn), ...pairs.slice(0, turn)].reverse();
          const book = bookOf(of);
          const rated = rate({ model: 'm', meters: Object.fromEntries(pairs) }, 0, book);
          const other = rate({ model: 'm', meters: Object.fromEntries(turned) }, 0, book);
          if (rated.kind === 'priced') expect(other).toEqual(rated);
          else expect(other).toMatchObject({ kind: 'unpriced', code: rated.code });
        },
      ),
    );
  });

  it('for the whole is that for its parts, up to one rounding', () => {
    fc.assert(
      fc.property(prices, counts, counts, (of, one, two) => {
        const first = within(of, one);
        const second = within(of, two);
        const whole = Object.fromEntries(
          Object.keys(of).map((meter) => [meter, Number(first[meter] ?? 0) + Number(second[meter] ?? 0)]),
        );
        const difference = totalOf(priced(of, whole)) - totalOf(priced(of, first)) - totalOf(priced(of, second));
        if (difference > 1n || difference < -1n) throw new Error(`off by ${String(difference)}`);
      }),
    );
  });

  it('never falls when more is used', () => {
    fc.assert(
      fc.property(prices, counts, fc.constantFrom(...METERS), fc.nat(3), (of, meters, meter, more) => {
        const used = within(of, meters);
        const grown = within(of, { ...used, [meter]: Number(used[meter] ?? 0) + more });
        expect(totalOf(priced(of, grown))).toBeGreaterThanOrEqual(totalOf(priced(of, used)));
      }),
    );
  });

  it('is refused exactly where a meter is used that has no price, and a price of zero is a price', () => {
    fc.assert(
      fc.property(prices, counts, (of, meters) => {
        const isMissing = Object.entries(meters).some(([meter, count]) => count > 0 && of[meter] === undefined);
        const rating = rate({ model: 'm', meters }, 0, bookOf(of));
        expect(rating.kind).toBe(isMissing ? 'unpriced' : 'priced');
        if (rating.kind !== 'priced') return;
        expect(rating.lines.map(({ meter }) => meter)).toEqual(
          Object.keys(meters)
            .filter((meter) => meters[meter] !== 0)
            .sort(),
        );
      }),
    );
  });
});
