import { describe, expect, it } from '@jest/globals';
import { currencyId, formatAmount } from '@exchequer/kernel';
import { rateStated, type StatedPrices } from './rate-stated.js';
import type { EstimatedUse } from './use.js';

const USD = currencyId('usd');
const CREDIT = currencyId('credit');
const usd = (price: string) => ({ price, currency: USD });

/** The lines as texts, or why there are none. */
function rated(meters: EstimatedUse['meters'], stated: StatedPrices): readonly string[] | string {
  const rating = rateStated({ meters }, stated);
  return rating.kind === 'unpriced'
    ? rating.reason
    : rating.lines.map(({ meter, currency, amount }) => `${meter} ${formatAmount(amount)} ${currency}`);
}

const TOKENS: StatedPrices = { meters: { input_tokens: usd('0.00001'), output_tokens: usd('0.00003') } };

describe('usage at stated prices', () => {
  it('costs what is stated for each meter, a maximum at its highest', () =>
    expect(rated({ input_tokens: 1_200, output_tokens: { max: 500 } }, TOKENS)).toEqual([
      'input_tokens 0.012 usd',
      'output_tokens 0.015 usd',
    ]));

  it('costs what is stated for a call, whatever its meters, and more for more calls', () => {
    const each: StatedPrices = { meters: {}, request: usd('0.01') };
    expect(rated({ images: 3 }, each)).toEqual(['requests 0.01 usd']);
    expect(rated({ requests: 4 }, each)).toEqual(['requests 0.04 usd']);
    expect(rated({}, each)).toEqual(['requests 0.01 usd']);
  });

  it('adds both, in the currencies that they are stated in', () =>
    expect(rated({ input_tokens: 100 }, { ...TOKENS, request: { price: '1', currency: CREDIT } })).toEqual([
      'input_tokens 0.001 usd',
      'requests 1 credit',
    ]));

  it('has no price where a meter has none and no price for a call is stated', () => {
    expect(rated({ images: 1 }, TOKENS)).toBe('no price is stated for images');
    expect(rated({ images: 0, input_tokens: 1 }, TOKENS)).toEqual(['input_tokens 0.00001 usd']);
  });

  it('takes for reasoning what is stated for output, where nothing is stated for it', () =>
    expect(rated({ reasoning_tokens: 10 }, TOKENS)).toEqual(['reasoning_tokens 0.0003 usd']));

  it('takes the parts of the counts of OpenTelemetry, and no counts that contradict each other', () => {
    const told = { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.cache_read.input_tokens': 4 };
    expect(rated(told, { meters: { input_tokens: usd('1'), cache_read_tokens: usd('0.5') } })).toEqual([
      'cache_read_tokens 2 usd',
      'input_tokens 6 usd',
    ]);
    expect(rated({ ...told, 'gen_ai.usage.cache_read.input_tokens': 11 }, TOKENS)).toContain(
      'has to include its parts',
    );
  });

  it('is rounded once for each currency, half away from zero', () =>
    expect(rated({ a: 1, b: 1 }, { meters: { a: usd('0.0000000005'), b: usd('0.0000000004') } })).toEqual([
      'a 0.000000001 usd',
      'b 0 usd',
    ]));

  it('is not above the largest amount', () =>
    expect(rated({ a: 10 }, { meters: { a: usd('9999999999') } })).toContain('above the largest amount'));

  it('may be nothing, but only because that is stated', () =>
    expect(rated({ a: 5 }, { meters: { a: usd('0') } })).toEqual(['a 0 usd']));
});
