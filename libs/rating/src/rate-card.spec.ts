import { describe, expect, it } from '@jest/globals';
import { currencyId, START_OF_TIME } from '@exchequer/kernel';
import fc from 'fast-check';
import { parseDecimal, type Decimal } from './decimal.js';
import { rateCardFault, SERVICE_TIERS, type MeterPrice, type RateCard } from './rate-card.js';
import { canonicalRateCard, rateCardOf, rateCardPublished, storedModels } from './rate-card-fact.js';

const decimal = (text: string): Decimal => parseDecimal(text)!;

const price = (meter: string, text: string, rest: Partial<MeterPrice> = {}): MeterPrice => ({
  meter,
  price: decimal(text),
  tier: 'standard',
  aboveInputTokens: 0,
  ...rest,
});

const cardOf = (...prices: readonly MeterPrice[]): RateCard => ({
  id: 'c-1',
  name: 'List prices',
  currency: currencyId('usd'),
  effectiveFrom: START_OF_TIME,
  models: new Map([['gpt', { provider: 'openai', prices }]]),
});

const prices: fc.Arbitrary<MeterPrice> = fc.record({
  meter: fc.constantFrom('input_tokens', 'output_tokens', 'my.meter'),
  price: fc.nat(30).map((mantissa) => decimal(`${String(mantissa)}e-8`)),
  tier: fc.constantFrom(...SERVICE_TIERS),
  aboveInputTokens: fc.constantFrom(0, 200_000),
});
const cards: fc.Arbitrary<RateCard> = fc
  .tuple(
    fc.constantFrom(START_OF_TIME, 0, 1_700_000_000_000),
    fc.dictionary(
      fc.constantFrom('gpt', '__proto__', 'a/b:c'),
      fc.record({ prices: fc.array(prices, { maxLength: 3 }) }),
    ),
  )
  .map(([effectiveFrom, models]) => ({ ...cardOf(), effectiveFrom, models: new Map(Object.entries(models)) }));

describe('a published rate card', () => {
  it('is stored whole, with plain decimals and without the usual', () => {
    const card = cardOf(
      price('input_tokens', '1.5e-7'),
      price('input_tokens', '3e-7', { tier: 'batch', aboveInputTokens: 200_000 }),
    );
    expect(rateCardPublished(card)).toEqual({
      type: 'RateCardPublished',
      card: 'c-1',
      name: 'List prices',
      currency: 'usd',
      effectiveFrom: null,
      models: {
        gpt: {
          provider: 'openai',
          prices: [
            { meter: 'input_tokens', price: '0.00000015' },
            { meter: 'input_tokens', price: '0.0000003', tier: 'batch', aboveInputTokens: 200_000 },
          ],
        },
      },
    });
    expect(rateCardPublished({ ...card, effectiveFrom: 5 }).effectiveFrom).toBe(5);
  });

  it('comes back from its stored form, and through JSON, as it was', () => {
    fc.assert(
      fc.property(cards, (card) => {
        expect(rateCardOf(rateCardPublished(card))).toEqual(card);
        expect(
          rateCardOf(JSON.parse(JSON.stringify(rateCardPublished(card))) as ReturnType<typeof rateCardPublished>),
        ).toEqual(card);
      }),
    );
  });

  it('is not read with a price that is no decimal', () => {
    const fact = rateCardPublished(cardOf(price('input_tokens', '1')));
    expect(() =>
      rateCardOf({ ...fact, models: { gpt: { prices: [{ meter: 'input_tokens', price: 'free' }] } } }),
    ).toThrow(new RangeError('free is no price of input_tokens'));
  });

  it('says the same as another whatever the order of models and prices, and whatever its id', () => {
    const [a, b] = [price('input_tokens', '1'), price('output_tokens', '2')];
    const card = cardOf(a, b);
    const models = new Map([
      ['x', { prices: [a] }],
      ['y', { prices: [b] }],
    ]);
    expect(canonicalRateCard(cardOf(b, a))).toBe(canonicalRateCard({ ...card, id: 'c-2' } as RateCard));
    expect(canonicalRateCard({ ...card, models })).toBe(
      canonicalRateCard({ ...card, models: new Map([...models].reverse()) }),
    );
    const others = [
      cardOf(a, price('output_tokens', '3')),
      cardOf(a, price('output_tokens', '2', { tier: 'flex' })),
      cardOf(a, price('output_tokens', '2', { aboveInputTokens: 1 })),
      cardOf(a),
      { ...card, effectiveFrom: 0 },
      { ...card, name: 'Other' },
      { ...card, currency: currencyId('eur') },
      { ...card, models: new Map([['gpt', { prices: [a, b] }]]) },
    ];
    for (const other of others) expect(canonicalRateCard(other)).not.toBe(canonicalRateCard(card));
  });

  it('has its models in the form that messages carry', () => {
    expect(storedModels(cardOf(price('requests', '0.5')).models)).toEqual({
      gpt: { provider: 'openai', prices: [{ meter: 'requests', price: '0.5' }] },
    });
  });
});

describe('a faulty rate card', () => {
  it.each([
    [cardOf(), 'gpt: it has no prices'],
    [{ ...cardOf(), models: new Map() }, 'the card has no models'],
    [
      cardOf(price('input_tokens', '1'), price('input_tokens', '2')),
      'gpt: it has two prices for input_tokens at tier standard',
    ],
    [
      cardOf(
        price('a', '1', { tier: 'batch', aboveInputTokens: 5 }),
        price('a', '1', { tier: 'batch', aboveInputTokens: 5 }),
      ),
      'gpt: it has two prices for a at tier batch above 5 input tokens',
    ],
    [cardOf(price('input_tokens', '-1')), 'gpt: the price of input_tokens is negative'],
    [
      cardOf(price('gen_ai.usage.input_tokens', '1')),
      'gpt: gen_ai.usage.input_tokens is counted within other meters; price input_tokens and its like instead',
    ],
  ])('is named: %#', (card, fault) => {
    expect(rateCardFault(card)).toBe(fault);
  });

  it('is not seen in one that prices a meter by tier and step', () => {
    const tiered = cardOf(
      price('a', '1'),
      price('a', '1', { tier: 'batch' }),
      price('a', '1', { aboveInputTokens: 5 }),
      price('a', '0', { tier: 'batch', aboveInputTokens: 5 }),
    );
    expect(rateCardFault(tiered)).toBeUndefined();
  });
});
