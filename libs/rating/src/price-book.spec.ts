import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PriceBook } from './price-book.js';
import { rate, rateWith } from './rate.js';
import { rateCardOf } from './rate-card-fact.js';

const card = (id: string, effectiveFrom: number | null, price: string, ...models: readonly string[]) =>
  rateCardOf({
    type: 'RateCardPublished',
    card: id,
    name: id,
    currency: 'usd',
    effectiveFrom,
    models: Object.fromEntries(models.map((model) => [model, { prices: [{ meter: 'requests', price }] }])),
  });

const bookOf = (...cards: readonly ReturnType<typeof card>[]): PriceBook => {
  const book = new PriceBook();
  for (const published of cards) book.add(published);
  return book;
};

const cardAt = (book: PriceBook, at: number, model = 'm') => book.priceOf(model, at)?.card;

describe('the price of an instant', () => {
  const book = bookOf(
    card('spring', 100, '2', 'm'),
    card('always', null, '1', 'm', 'old'),
    card('autumn', 200, '3', 'm', 'new'),
  );

  it('is of the card with the latest date not after it', () => {
    expect(cardAt(book, 99)).toBe('always');
    expect(cardAt(book, 100)).toBe('spring');
    expect(cardAt(book, 199)).toBe('spring');
    expect(cardAt(book, 200)).toBe('autumn');
    expect(cardAt(book, -1e12)).toBe('always');
  });

  it('is of the latest card that has the model', () => {
    expect(cardAt(book, 500, 'old')).toBe('always');
    expect(cardAt(book, 500, 'new')).toBe('autumn');
  });

  it('keeps history at the price of its day', () => {
    const use = { model: 'm', meters: { requests: 1 } };
    expect([50, 150, 250].map((at) => rate(use, at, book))).toMatchObject([
      { card: 'always', amounts: [{ amount: 1_000_000_000n }] },
      { card: 'spring', amounts: [{ amount: 2_000_000_000n }] },
      { card: 'autumn', amounts: [{ amount: 3_000_000_000n }] },
    ]);
  });

  it('is unknown before the first card that has the model, and says so', () => {
    expect(rate({ model: 'new', meters: { requests: 1 } }, 199, book)).toEqual({
      kind: 'unpriced',
      code: 'no-price-yet',
      reason: 'no rate card has a price for the model new at that time',
    });
  });

  it('is of the card published later where two have the same date', () => {
    expect(cardAt(bookOf(card('first', 100, '1', 'm'), card('second', 100, '1', 'm')), 100)).toBe('second');
    expect(cardAt(bookOf(card('a', null, '1', 'm'), card('b', null, '1', 'm'), card('c', 5, '1', 'm')), 4)).toBe('b');
  });

  it('does not change when a card is added again', () => {
    const twice = bookOf(card('first', 100, '1', 'm'), card('second', 100, '1', 'm'), card('first', 100, '1', 'm'));
    expect(cardAt(twice, 100)).toBe('second');
    expect(twice.cards().map(({ id }) => id)).toEqual(['first', 'second']);
  });

  it('does not change for a quote that has pinned its card', () => {
    const pinned = book.priceIn('spring', 'm');
    expect(pinned && rateWith(pinned, { model: 'm', meters: { requests: 2 } })).toMatchObject({
      card: 'spring',
      amounts: [{ amount: 4_000_000_000n }],
    });
    expect(book.priceIn('spring', 'old')).toBeUndefined();
    expect(book.priceIn('winter', 'm')).toBeUndefined();
  });

  it('is the same as looking through all cards, whatever the order of publication', () => {
    const dates = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 8 });
    fc.assert(
      fc.property(dates, fc.integer({ min: -1, max: 5 }), (froms, at) => {
        const cards = froms.map((from, order) => card(`card-${String(order)}`, from, '1', 'm'));
        let best: (typeof cards)[number] | undefined;
        for (const published of cards)
          if (published.effectiveFrom <= at && (best === undefined || published.effectiveFrom >= best.effectiveFrom))
            best = published;
        expect(cardAt(bookOf(...cards), at)).toBe(best?.id);
      }),
    );
  });
});
