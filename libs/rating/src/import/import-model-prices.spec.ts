import { describe, expect, it } from '@jest/globals';
import { currencyId, START_OF_TIME } from '@exchequer/kernel';
import { rateCardFault } from '../rate-card.js';
import { storedModels } from '../rate-card-fact.js';
import { importModelPrices } from './import-model-prices.js';

const imported = (models: Readonly<Record<string, unknown>>) => importModelPrices(models, { name: 'list' });
const pricesOf = (entry: unknown) => storedModels(imported({ m: entry }).card.models)['m']?.prices;
const reasonOf = (entry: unknown) => imported({ m: entry }).skipped[0]?.reason;

describe('importing model prices', () => {
  it('makes a card of every model that has a price', () => {
    const { card, priced, skipped } = imported({
      small: { litellm_provider: 'acme', mode: 'chat', input_cost_per_token: 1.5e-7, output_cost_per_token: 6e-7 },
      big: {
        input_cost_per_token: '0.000003',
        cache_read_input_token_cost: '3e-07',
        input_cost_per_token_above_200k_tokens: 6e-6,
      },
    });
    expect(card).toMatchObject({ name: 'list', currency: 'usd', effectiveFrom: START_OF_TIME });
    expect(storedModels(card.models)).toEqual({
      small: {
        provider: 'acme',
        prices: [
          { meter: 'input_tokens', price: '0.00000015' },
          { meter: 'output_tokens', price: '0.0000006' },
        ],
      },
      big: {
        prices: [
          { meter: 'input_tokens', price: '0.000003' },
          { meter: 'cache_read_tokens', price: '0.0000003' },
          { meter: 'input_tokens', price: '0.000006', aboveInputTokens: 200_000 },
        ],
      },
    });
    expect({ priced, skipped, fault: rateCardFault(card) }).toEqual({ priced: 2, skipped: [], fault: undefined });
  });

  it('takes currency and date from whoever imports', () => {
    const options = { name: 'list', currency: currencyId('eur'), effectiveFrom: 5 };
    expect(importModelPrices({}, options).card).toMatchObject({ currency: 'eur', effectiveFrom: 5 });
  });

  it('prices a model by whatever it bills', () => {
    expect(pricesOf({ mode: 'audio_transcription', input_cost_per_second: 0.0002833333333333333 })).toEqual([
      { meter: 'input_seconds', price: '0.0002833333333333333' },
    ]);
    expect(
      pricesOf({
        search_context_cost_per_query: {
          search_context_size_low: 0.01,
          search_context_size_medium: 0.02,
          search_context_size_high: '0.03',
        },
      }),
    ).toEqual([
      { meter: 'search_queries_low', price: '0.01' },
      { meter: 'search_queries_medium', price: '0.02' },
      { meter: 'search_queries_high', price: '0.03' },
    ]);
  });

  it('takes a price of zero for what it says', () => {
    expect(pricesOf({ input_cost_per_token: 0, output_cost_per_token: 0.0 })).toEqual([
      { meter: 'input_tokens', price: '0' },
      { meter: 'output_tokens', price: '0' },
    ]);
  });

  it('takes two keys for the same price as one where they agree', () => {
    expect(pricesOf({ cache_read_input_token_cost: 2.8e-9, input_cost_per_token_cache_hit: '0.00000000280' })).toEqual([
      { meter: 'cache_read_tokens', price: '0.0000000028' },
    ]);
  });
});

describe('a model that cannot be priced', () => {
  it.each([
    [{}, 'it has no prices'],
    [{ mode: 'chat', max_tokens: 5 }, 'it has no prices'],
    ['text', 'its entry is not an object'],
    [null, 'its entry is not an object'],
    [[], 'its entry is not an object'],
    [
      { tiered_pricing: [], output_cost_per_pixel: 1 },
      'none of its prices is understood: tiered_pricing, output_cost_per_pixel',
    ],
    [{ input_cost_per_token: null }, 'none of its prices is understood: input_cost_per_token'],
    [{ input_cost_per_token: 1, output_cost_per_token: 'free' }, 'output_cost_per_token is free, which is no price'],
    [{ input_cost_per_token: Number.NaN }, 'input_cost_per_token is NaN, which is no price'],
    [{ input_cost_per_token: true }, 'input_cost_per_token is neither a number nor a text'],
    [{ input_cost_per_token: -1e-7 }, 'input_cost_per_token is negative'],
    [{ input_cost_per_token: '1e-25' }, 'input_cost_per_token has more than 24 digits after the point'],
    [{ input_cost_per_token: 1e12 }, 'input_cost_per_token has more than 12 digits before the point'],
    [
      { cache_read_input_token_cost: 1, input_cost_per_token_cache_hit: 0.1 },
      'cache_read_input_token_cost and input_cost_per_token_cache_hit are two prices for the same',
    ],
    [
      { cache_read_input_token_cost: 1, input_cost_per_token_cache_hit: 2 },
      'cache_read_input_token_cost and input_cost_per_token_cache_hit are two prices for the same',
    ],
  ])('is listed with its reason: %j', (entry, reason) => {
    expect(reasonOf(entry)).toBe(reason);
    expect(imported({ m: entry }).card.models.size).toBe(0);
  });

  it('is one whose name no message can carry, and the example that explains the format', () => {
    const prices = { input_cost_per_token: 0 };
    expect(imported({ 'two words': prices, ['x'.repeat(129)]: prices, sample_spec: prices }).skipped).toEqual([
      { model: 'two words', reason: 'its name is not 1 to 128 printable characters without spaces' },
      { model: 'x'.repeat(129), reason: 'its name is not 1 to 128 printable characters without spaces' },
      { model: 'sample_spec', reason: 'it is the example that explains the format, not a model' },
    ]);
  });

  it('is one with more prices than a card can carry', () => {
    const steps = Object.fromEntries(
      Array.from({ length: 129 }, (_, index) => [`input_cost_per_token_above_${String(index + 1)}k_tokens`, 1]),
    );
    expect(reasonOf(steps)).toBe('it has more than 128 prices');
  });

  it('does not keep others from being priced', () => {
    const { priced, skipped } = imported({ good: { input_cost_per_token: 1 }, bad: {} });
    expect({ priced, skipped }).toEqual({ priced: 1, skipped: [{ model: 'bad', reason: 'it has no prices' }] });
  });

  it('may be called anything, even what objects have names for', () => {
    const models = JSON.parse(
      '{"__proto__":{"input_cost_per_token":1},"constructor":{"input_cost_per_token":1}}',
    ) as Record<string, unknown>;
    expect(Array.from(imported(models).card.models.keys())).toEqual(['__proto__', 'constructor']);
  });
});

describe('what an import leaves out', () => {
  it('is reported where it bears on a price', () => {
    const { notUnderstood } = imported({
      m: {
        input_cost_per_token: 1,
        input_cost_per_token_turbo: 2,
        output_cost_per_token: null,
        regional_processing_uplift_multiplier_eu: 1.1,
        provider_specific_entry: { fast: 6 },
        search_context_cost_per_query: { search_context_size_huge: 1 },
      },
      n: { input_cost_per_token: 1, search_context_cost_per_query: 0.01 },
    });
    expect(notUnderstood).toEqual([
      { model: 'm', field: 'input_cost_per_token_turbo', reason: 'is no price that this release can read' },
      { model: 'm', field: 'output_cost_per_token', reason: 'is null' },
      {
        model: 'm',
        field: 'regional_processing_uplift_multiplier_eu',
        reason: 'is no price that this release can read',
      },
      { model: 'm', field: 'provider_specific_entry', reason: 'is no price that this release can read' },
      {
        model: 'm',
        field: 'search_context_cost_per_query.search_context_size_huge',
        reason: 'is no size of search that this release can read',
      },
      { model: 'n', field: 'search_context_cost_per_query', reason: 'is no price that this release can read' },
    ]);
  });

  it('is named where it does not', () => {
    const { ignoredFields } = imported({
      m: { mode: 'chat', max_tokens: 1, input_cost_per_token: 1 },
      n: { mode: 'chat', supports_vision: true, litellm_provider: 5 },
    });
    expect(ignoredFields).toEqual(['litellm_provider', 'max_tokens', 'mode', 'supports_vision']);
  });
});
