import { currencyId, START_OF_TIME } from '@exchequer/kernel';
import { parseDecimal, type MeterPrice, type RateCardContent } from '@exchequer/rating';
import type { SeededRandom } from '@exchequer/testing';

/** `rare` is on no card at first. */
export const MODELS = ['nano', 'mini', 'large', 'rare'] as const;
/** Which may stand for one another, the cheapest first. */
export const MODEL_KINDS = { chat: ['nano', 'rare', 'mini', 'large'] };
/** Steps of the whole input at which prices change, in tokens: within reach of what is asked for. */
const STEP_TOKENS = 3;

const PRICES = ['0', '0.1', '0.25', '0.333333333333', '0.0000000005', '1', '2'];

/** The cards of the first day: all but `rare`, whatever is used of them. */
export const firstCard = (): RateCardContent =>
  cardOf('list', START_OF_TIME, [
    ['nano', [unit('input_tokens', '0.1'), unit('output_tokens', '0.2')]],
    ['mini', [unit('input_tokens', '0.25'), unit('output_tokens', '0.5'), unit('reasoning_tokens', '0.75')]],
    ['large', [unit('input_tokens', '1'), unit('output_tokens', '1.5'), unit('cache_read_tokens', '0.1')]],
  ]);

/** A card for some models, not always with all meters, that holds from now, from before, or from soon. */
export function someCard(random: SeededRandom, nowMs: number): RateCardContent {
  const names = MODELS.filter(() => random.chance(0.5));
  const models = names.length === 0 ? [random.pick(MODELS)] : names;
  const effectiveFrom = random.pick([START_OF_TIME, START_OF_TIME, nowMs - 60_000, nowMs, nowMs + 1_500]);
  return cardOf(
    random.pick(['list', 'special']),
    effectiveFrom,
    models.map((model) => [model, somePrices(random)]),
  );
}

const somePrices = (random: SeededRandom): readonly MeterPrice[] => [
  unit('input_tokens', random.pick(PRICES)),
  ...(random.chance(0.8) ? [unit('output_tokens', random.pick(PRICES))] : []),
  ...(random.chance(0.3) ? [unit('reasoning_tokens', random.pick(PRICES))] : []),
  ...(random.chance(0.4) ? [unit('cache_read_tokens', random.pick(PRICES))] : []),
  ...(random.chance(0.3) ? [unit('input_tokens', random.pick(PRICES), { aboveInputTokens: STEP_TOKENS })] : []),
  ...(random.chance(0.3) ? [unit('input_tokens', random.pick(PRICES), { tier: 'batch' })] : []),
];

function unit(meter: string, text: string, more: Partial<MeterPrice> = {}): MeterPrice {
  const price = parseDecimal(text);
  if (price === undefined) throw new RangeError(`${text} is no price`);
  return { meter, price, tier: 'standard', aboveInputTokens: 0, ...more };
}

const cardOf = (
  name: string,
  effectiveFrom: number,
  models: readonly (readonly [model: string, prices: readonly MeterPrice[]])[],
): RateCardContent => ({
  name,
  currency: currencyId('usd'),
  effectiveFrom,
  models: new Map(models.map(([model, prices]) => [model, { prices }])),
});
