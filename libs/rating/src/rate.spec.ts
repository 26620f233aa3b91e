import { describe, expect, it } from '@jest/globals';
import { AMOUNT_MAX, formatAmount } from '@exchequer/kernel';
import { PriceBook } from './price-book.js';
import { rate, type Rating } from './rate.js';
import { rateCardOf, type StoredModels } from './rate-card-fact.js';
import type { Quantities, Use } from './use.js';

const AT = Date.UTC(2026, 10, 21);

/** Prices for a million, as people write them; the card has them for one. */
const million = (
  meter: string,
  price: string,
  rest: { tier?: 'batch' | 'flex' | 'priority'; aboveInputTokens?: number } = {},
) => ({
  meter,
  price: `0.${(BigInt(price.replace('.', '')) * 10n ** (3n - BigInt(price.split('.')[1]?.length ?? 0))).toString().padStart(9, '0')}`,
  ...rest,
});

const bookOf = (models: StoredModels): PriceBook => {
  const book = new PriceBook();
  book.add(
    rateCardOf({ type: 'RateCardPublished', card: 'list', name: 'List', currency: 'usd', effectiveFrom: null, models }),
  );
  return book;
};

const book = bookOf({
  plain: {
    prices: [million('input_tokens', '0.15'), million('output_tokens', '0.60'), million('cache_read_tokens', '0.075')],
  },
  thinker: { prices: [million('input_tokens', '1'), million('output_tokens', '4'), million('reasoning_tokens', '6')] },
  seer: { prices: [million('input_tokens', '1'), million('output_tokens', '4')] },
  painter: {
    prices: [
      million('input_tokens', '1'),
      { meter: 'input_images', price: '0.002' },
      { meter: 'output_images', price: '0.04' },
    ],
  },
  drawer: { prices: [million('input_tokens', '1'), { meter: 'output_images', price: '0.04' }] },
  scribe: { prices: [{ meter: 'input_seconds', price: '0.0002833333333333333' }] },
  gift: {
    prices: [
      { meter: 'input_tokens', price: '0' },
      { meter: 'output_tokens', price: '0' },
    ],
  },
  long: {
    prices: [
      million('input_tokens', '3'),
      million('output_tokens', '15'),
      million('cache_read_tokens', '0.3'),
      million('cache_write_tokens', '3.75'),
      million('input_tokens', '6', { aboveInputTokens: 200_000 }),
      million('output_tokens', '22.5', { aboveInputTokens: 200_000 }),
      million('cache_read_tokens', '0.6', { aboveInputTokens: 200_000 }),
      million('input_tokens', '9', { aboveInputTokens: 1_000_000 }),
      { meter: 'search_queries_medium', price: '0.01' },
    ],
  },
  tiered: {
    prices: [
      million('input_tokens', '2'),
      million('output_tokens', '8'),
      million('cache_read_tokens', '0.5'),
      million('input_tokens', '1', { tier: 'batch' }),
      million('output_tokens', '4', { tier: 'batch' }),
      million('input_tokens', '4', { tier: 'priority' }),
      million('output_tokens', '30', { tier: 'priority' }),
      million('input_tokens', '5', { aboveInputTokens: 272_000 }),
      million('output_tokens', '12', { aboveInputTokens: 272_000 }),
      million('input_tokens', '9', { tier: 'priority', aboveInputTokens: 272_000 }),
    ],
  },
  exact: {
    prices: [
      { meter: 'a', price: '0.0000000005' },
      { meter: 'b', price: '0.0000000004' },
      { meter: 'c', price: '0.0000000001' },
    ],
  },
  dear: { prices: [{ meter: 'requests', price: '999999999999' }] },
});

const rated = (model: string, meters: Quantities, rest: Partial<Use> = {}): Rating =>
  rate({ model, meters, ...rest }, AT, book);

const cost = (rating: Rating): string =>
  rating.kind === 'priced'
    ? rating.amounts.map(({ currency, amount }) => `${formatAmount(amount)} ${currency}`).join()
    : rating.code;
const linesOf = (rating: Rating) =>
  rating.kind === 'priced'
    ? Object.fromEntries(rating.lines.map(({ meter, amount }) => [meter, amount]))
    : rating.reason;

describe('rating usage', () => {
  it('charges quantity × price of each meter, and says which card', () => {
    expect(rated('plain', { input_tokens: 374, output_tokens: 44 })).toEqual({
      kind: 'priced',
      card: 'list',
      currency: 'usd',
      lines: [
        { meter: 'input_tokens', currency: 'usd', amount: 56_100n },
        { meter: 'output_tokens', currency: 'usd', amount: 26_400n },
      ],
      amounts: [{ currency: 'usd', amount: 82_500n }],
    });
  });

  it('names its lines in the same order whatever the order of the meters', () => {
    const quantities = { output_tokens: 1, input_tokens: 2, cache_read_tokens: 3 };
    const reversed = { cache_read_tokens: 3, input_tokens: 2, output_tokens: 1 };
    expect(rated('plain', quantities)).toEqual(rated('plain', reversed));
    expect(Object.keys(linesOf(rated('plain', quantities)))).toEqual([
      'cache_read_tokens',
      'input_tokens',
      'output_tokens',
    ]);
  });

  it('rounds once, after the sum, and splits the rounded sum among the lines', () => {
    expect(linesOf(rated('exact', { a: 1, b: 1 }))).toEqual({ a: 1n, b: 0n });
    expect(cost(rated('exact', { a: 1, b: 1 }))).toBe('0.000000001 usd');
    expect(linesOf(rated('exact', { a: 1, b: 1, c: 6 }))).toEqual({ a: 1n, b: 0n, c: 1n });
    expect(linesOf(rated('exact', { a: 1 }))).toEqual({ a: 1n });
    expect(linesOf(rated('exact', { b: 1 }))).toEqual({ b: 0n });
  });

  it('takes fractions of a quantity exactly, from numbers and from texts', () => {
    expect(cost(rated('scribe', { input_seconds: '3.5' }))).toBe('0.000991667 usd');
    expect(cost(rated('scribe', { input_seconds: 3.5 }))).toBe('0.000991667 usd');
    expect(cost(rated('plain', { input_tokens: '0.5', output_tokens: 1 }))).toBe('0.000000675 usd');
    expect(cost(rated('plain', { input_tokens: '1000000.000000001' }))).toBe('0.15 usd');
  });

  it('takes texts of whole numbers, even beyond those that doubles count', () => {
    expect(cost(rated('plain', { input_tokens: '374', output_tokens: '44.0' }))).toBe('0.0000825 usd');
    expect(cost(rated('plain', { input_tokens: 1e15 }))).toBe('150000000 usd');
    expect(cost(rated('plain', { input_tokens: '36028797018963968' }))).toBe('5404319552.8445952 usd');
  });

  it('refuses what is no quantity', () => {
    for (const quantity of [-1, -0.5, Number.NaN, Number.POSITIVE_INFINITY, '-1', 'many', ''])
      expect(() => rated('plain', { input_tokens: quantity })).toThrow(RangeError);
  });
});

describe('usage without a price', () => {
  it('of an unknown model is unpriced', () => {
    expect(rated('nobody', { input_tokens: 1 })).toEqual({
      kind: 'unpriced',
      code: 'unknown-model',
      reason: 'no rate card has the model nobody',
    });
  });

  it('of a meter that the model has no price for is unpriced, and the meter is named', () => {
    expect(rated('plain', { input_tokens: 5, input_images: 1 })).toEqual({
      kind: 'unpriced',
      code: 'unknown-meter',
      reason: 'the model plain has no price for input_images on the card list',
    });
    for (const meter of [
      'cache_write_tokens',
      'input_audio_tokens',
      'output_image_tokens',
      'my.own.meter',
      '__proto__x',
      'toString',
    ])
      expect(rated('plain', { [meter]: 1 })).toMatchObject({ code: 'unknown-meter' });
    expect(rated('plain', { input_images: '0.000000001' })).toMatchObject({ code: 'unknown-meter' });
  });

  it('is no matter where the quantity is zero', () => {
    expect(rated('plain', { input_tokens: 100, input_images: 0, output_images: '0.0' })).toEqual(
      rated('plain', { input_tokens: 100 }),
    );
    expect(rated('plain', {})).toEqual({
      kind: 'priced',
      card: 'list',
      currency: 'usd',
      lines: [],
      amounts: [{ currency: 'usd', amount: 0n }],
    });
  });

  it('is not the same as usage that is free on purpose', () => {
    expect(rated('gift', { input_tokens: 100 })).toMatchObject({
      kind: 'priced',
      lines: [{ meter: 'input_tokens', amount: 0n }],
    });
    expect(rated('gift', { input_images: 1 })).toMatchObject({ kind: 'unpriced' });
  });

  it('is a charge beyond the largest amount, too', () => {
    expect(cost(rated('dear', { requests: 0 }))).toBe('0 usd');
    expect(cost(rated('dear', { requests: 1 }))).toBe('amount-too-large');
    expect(rated('exact', { a: '18446744073709551613' })).toMatchObject({ amounts: [{ amount: AMOUNT_MAX }] });
    expect(rated('exact', { a: '18446744073709551615' })).toMatchObject({ code: 'amount-too-large' });
  });
});

describe('a meter that is billed as another', () => {
  it('has its own price where the model has one', () => {
    expect(cost(rated('thinker', { output_tokens: 1000, reasoning_tokens: 1000 }))).toBe('0.01 usd');
  });

  it('has the price of output where reasoning has none', () => {
    expect(cost(rated('plain', { reasoning_tokens: 1000 }))).toBe('0.0006 usd');
    expect(linesOf(rated('plain', { reasoning_tokens: 1000 }))).toEqual({ reasoning_tokens: 600_000n });
  });

  it('has the price of input where the model has none for anything seen', () => {
    expect(cost(rated('seer', { input_image_tokens: 1000, input_video_tokens: 1000 }))).toBe('0.002 usd');
  });

  it('has it also where the model prices what it draws: that is the other side', () => {
    expect(cost(rated('drawer', { input_image_tokens: 1000, output_images: 1 }))).toBe('0.041 usd');
  });

  it('has none where the model prices what is seen in another way', () => {
    expect(rated('painter', { input_image_tokens: 1000 })).toMatchObject({ code: 'unknown-meter' });
    expect(cost(rated('painter', { input_video_tokens: 1000 }))).toBe('0.001 usd');
    expect(rated('painter', { cache_read_image_tokens: 1000 })).toMatchObject({ code: 'unknown-meter' });
  });

  it('is never made of audio, which is dearer than text', () => {
    expect(rated('seer', { input_audio_tokens: 1 })).toMatchObject({ code: 'unknown-meter' });
  });
});

describe('a long input', () => {
  it('is priced as a whole at the step that it exceeds', () => {
    expect(cost(rated('long', { input_tokens: 200_000, output_tokens: 1000 }))).toBe('0.615 usd');
    expect(cost(rated('long', { input_tokens: 200_001, output_tokens: 1000 }))).toBe('1.222506 usd');
  });

  it('counts everything on the input side, cached tokens too, and no output', () => {
    expect(cost(rated('long', { input_tokens: 100_000, cache_read_tokens: 100_001 }))).toBe('0.6600006 usd');
    expect(cost(rated('long', { input_tokens: 100_000, cache_read_tokens: 100_000, output_tokens: 100_000 }))).toBe(
      '1.83 usd',
    );
    expect(linesOf(rated('long', { cache_write_tokens: 200_000, input_tokens: '1' }))).toEqual({
      cache_write_tokens: 750_000_000n,
      input_tokens: 6_000n,
    });
  });

  it('is priced at the next lower step, or the base, where a step has no price of a meter', () => {
    expect(linesOf(rated('long', { input_tokens: 1_000_001, output_tokens: 1000, cache_write_tokens: 1000 }))).toEqual({
      cache_write_tokens: 3_750_000n,
      input_tokens: 9_000_009_000n,
      output_tokens: 22_500_000n,
    });
  });

  it('leaves prices alone that know no steps', () => {
    expect(linesOf(rated('long', { input_tokens: 300_000, search_queries_medium: 2 }))).toMatchObject({
      search_queries_medium: 20_000_000n,
    });
  });
});

describe('a service tier', () => {
  const both = { input_tokens: 1000, output_tokens: 1000 };

  it('has its own prices', () => {
    expect(cost(rated('tiered', both))).toBe('0.01 usd');
    expect(cost(rated('tiered', both, { serviceTier: 'standard' }))).toBe('0.01 usd');
    expect(cost(rated('tiered', both, { serviceTier: 'batch' }))).toBe('0.005 usd');
    expect(cost(rated('tiered', both, { serviceTier: 'priority' }))).toBe('0.034 usd');
  });

  it('has the standard price of a meter that it has none for, never zero', () => {
    expect(cost(rated('tiered', both, { serviceTier: 'flex' }))).toBe('0.01 usd');
    expect(cost(rated('tiered', { cache_read_tokens: 1000 }, { serviceTier: 'batch' }))).toBe('0.0005 usd');
  });

  it('gives way to a step that has no price for it: a long input is not priced as a short one', () => {
    const long = { input_tokens: 300_000, output_tokens: 1000 };
    expect(linesOf(rated('tiered', long, { serviceTier: 'batch' }))).toEqual({
      input_tokens: 1_500_000_000n,
      output_tokens: 12_000_000n,
    });
    expect(linesOf(rated('tiered', long, { serviceTier: 'priority' }))).toEqual({
      input_tokens: 2_700_000_000n,
      output_tokens: 12_000_000n,
    });
  });

  it('moves reasoning along with output where both cost the same otherwise', () => {
    const same = bookOf({
      m: {
        prices: [
          million('output_tokens', '3'),
          million('reasoning_tokens', '3'),
          million('output_tokens', '1.5', { tier: 'batch' }),
          million('output_tokens', '5.4', { tier: 'priority' }),
        ],
      },
    });
    const thinking = { model: 'm', meters: { reasoning_tokens: 1000 } };
    expect(cost(rate({ ...thinking, serviceTier: 'batch' }, AT, same))).toBe('0.0015 usd');
    expect(cost(rate({ ...thinking, serviceTier: 'priority' }, AT, same))).toBe('0.0054 usd');
  });

  it('takes the dearer price for reasoning that costs otherwise than output', () => {
    const apart = bookOf({
      m: {
        prices: [
          million('output_tokens', '3'),
          million('reasoning_tokens', '4'),
          million('output_tokens', '1.5', { tier: 'batch' }),
          million('output_tokens', '5.4', { tier: 'priority' }),
        ],
      },
    });
    const thinking = { model: 'm', meters: { reasoning_tokens: 1000 } };
    expect(cost(rate({ ...thinking, serviceTier: 'batch' }, AT, apart))).toBe('0.004 usd');
    expect(cost(rate({ ...thinking, serviceTier: 'priority' }, AT, apart))).toBe('0.0054 usd');
  });
});

describe("usage told by OpenTelemetry's names", () => {
  it('costs the same as the core meters it stands for', () => {
    expect(
      rated('long', {
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.cache_read.input_tokens': 300,
        'gen_ai.usage.cache_write.input_tokens': 100,
        'gen_ai.usage.output_tokens': 50,
      }),
    ).toEqual(rated('long', { input_tokens: 600, cache_read_tokens: 300, cache_write_tokens: 100, output_tokens: 50 }));
  });

  it('reaches a step by its whole input', () => {
    expect(
      cost(rated('long', { 'gen_ai.usage.input_tokens': 200_001, 'gen_ai.usage.cache_read.input_tokens': 1 })),
    ).toBe('1.2000006 usd');
  });

  it('is unpriced where its counts contradict each other', () => {
    expect(rated('plain', { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.cache_read.input_tokens': 11 })).toEqual({
      kind: 'unpriced',
      code: 'contradicting-meters',
      reason: 'gen_ai.usage.input_tokens is 10 but has to include its parts, which are 11',
    });
  });

  it('is unpriced where a name is not one of them', () => {
    expect(rated('plain', { 'gen_ai.usage.total_tokens': 10 })).toMatchObject({ code: 'unknown-meter' });
  });
});
