import { describe, expect, it } from '@jest/globals';
import { formatAmount } from '@exchequer/kernel';
import fc from 'fast-check';
import { estimate, estimateWith } from './estimate.js';
import { PriceBook } from './price-book.js';
import { rate, type Rating } from './rate.js';
import { rateCardOf } from './rate-card-fact.js';
import type { EstimatedUse } from './use.js';

const book = new PriceBook();
book.add(
  rateCardOf({
    type: 'RateCardPublished',
    card: 'list',
    name: 'List',
    currency: 'usd',
    effectiveFrom: null,
    models: {
      plain: {
        prices: [
          { meter: 'input_tokens', price: '0.001' },
          { meter: 'output_tokens', price: '0.002' },
        ],
      },
      thinker: {
        prices: [
          { meter: 'input_tokens', price: '0.001' },
          { meter: 'output_tokens', price: '0.002' },
          { meter: 'reasoning_tokens', price: '0.005' },
        ],
      },
      long: {
        prices: [
          { meter: 'input_tokens', price: '0.001' },
          { meter: 'output_tokens', price: '0.002' },
          { meter: 'input_tokens', price: '0.003', aboveInputTokens: 10 },
          { meter: 'cache_read_tokens', price: '0.0005', aboveInputTokens: 10 },
        ],
      },
      bulk: {
        prices: [
          { meter: 'input_tokens', price: '0.003' },
          { meter: 'output_tokens', price: '0.002' },
          { meter: 'output_tokens', price: '0.0005', aboveInputTokens: 10 },
        ],
      },
    },
  }),
);

const estimated = (model: string, meters: EstimatedUse['meters']): Rating => estimate({ model, meters }, 0, book);
const cost = (rating: Rating): string =>
  rating.kind === 'priced' ? rating.amounts.map(({ amount }) => formatAmount(amount)).join() : rating.code;

describe('an estimate', () => {
  it('is the input and the maximal output', () => {
    expect(cost(estimated('plain', { input_tokens: 10, output_tokens: { max: 5 } }))).toBe('0.02');
    expect(estimated('plain', { input_tokens: 10, output_tokens: { max: 5 } })).toEqual(
      rate({ model: 'plain', meters: { input_tokens: 10, output_tokens: 5 } }, 0, book),
    );
  });

  it('is the exact cost where nothing is open', () => {
    expect(estimated('thinker', { input_tokens: 10, output_tokens: 5 })).toEqual(
      rate({ model: 'thinker', meters: { input_tokens: 10, output_tokens: 5 } }, 0, book),
    );
  });

  it('reckons with output that turns out to be reasoning', () => {
    expect(estimated('thinker', { output_tokens: { max: 5 } })).toMatchObject({
      lines: [{ meter: 'output_tokens', amount: 25_000_000n }],
    });
    expect(cost(estimated('thinker', { 'gen_ai.usage.output_tokens': { max: 5 } }))).toBe('0.025');
  });

  it('does not where reasoning is told apart', () => {
    expect(cost(estimated('thinker', { output_tokens: { max: 5 }, reasoning_tokens: { max: 1 } }))).toBe('0.015');
    expect(cost(estimated('thinker', { output_tokens: { max: 5 }, reasoning_tokens: 0 }))).toBe('0.01');
  });

  it('is at the step that a maximal input reaches', () => {
    expect(cost(estimated('long', { input_tokens: { max: 11 }, output_tokens: 1 }))).toBe('0.035');
    expect(cost(estimated('long', { input_tokens: { max: 10 }, output_tokens: 1 }))).toBe('0.012');
  });

  it('is at a lower step where that is dearer and in reach', () => {
    expect(cost(estimated('bulk', { input_tokens: { max: 11 }, output_tokens: 100 }))).toBe('0.233');
    expect(cost(estimated('bulk', { input_tokens: 11, output_tokens: 100 }))).toBe('0.083');
  });

  it('is unpriced where one of the steps in reach has no price', () => {
    expect(cost(estimated('long', { input_tokens: 11, cache_read_tokens: { max: 5 } }))).toBe('0.0355');
    expect(cost(estimated('long', { input_tokens: { max: 11 }, cache_read_tokens: 5 }))).toBe('unknown-meter');
  });

  it('is unpriced for an unknown model and for counts that contradict each other', () => {
    expect(cost(estimated('nobody', {}))).toBe('unknown-model');
    expect(
      cost(estimated('plain', { 'gen_ai.usage.input_tokens': 1, 'gen_ai.usage.cache_read.input_tokens': { max: 2 } })),
    ).toBe('contradicting-meters');
  });

  it('can be had from prices that a quote has pinned', () => {
    const pricing = book.priceIn('list', 'plain');
    expect(pricing && cost(estimateWith(pricing, { model: 'plain', meters: { output_tokens: { max: 1 } } }))).toBe(
      '0.002',
    );
  });

  it('is never exceeded by what is used within it', () => {
    const openAndUsed = fc.tuple(fc.nat(20), fc.nat(20)).map(([max, part]) => [max, Math.min(max, part)] as const);
    fc.assert(
      fc.property(
        fc.constantFrom('plain', 'thinker', 'long', 'bulk'),
        openAndUsed,
        openAndUsed,
        fc.nat(20),
        (model, input, output, thought) => {
          const [inputMax, inputUsed] = input;
          const [outputMax, outputUsed] = output;
          const reasoning = Math.min(thought, outputUsed);
          const meters = {
            input_tokens: inputUsed,
            output_tokens: outputUsed - reasoning,
            reasoning_tokens: reasoning,
          };
          const used = rate({ model, meters }, 0, book);
          const held = estimated(model, { input_tokens: { max: inputMax }, output_tokens: { max: outputMax } });
          if (used.kind !== 'priced' || held.kind !== 'priced') throw new Error('is unpriced');
          if (used.amounts[0]!.amount > held.amounts[0]!.amount)
            throw new Error('the use costs more than its estimate');
        },
      ),
      { numRuns: 500 },
    );
  });
});
