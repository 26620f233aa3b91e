import { contentHashOf } from '@exchequer/ledger';
import { formatAmount } from '@exchequer/kernel';
import { rate, type PriceBook } from '@exchequer/rating';
import type { SeededRandom } from '@exchequer/testing';
import { MODELS } from './price-list.js';
import type { Body } from './requests.js';

/** Lengths in tokens: as small as the amounts, and around the step at which prices change. */
const LENGTHS = [0, 1, 2, 3, 4, 6] as const;

/** What a caller says its output can come to. */
const MOST = [1, 3, 6, 12] as const;

/** Dear ones more often, which do not pass everywhere, and what something is known of. */
const ASKED_FOR = [...MODELS, 'mini', 'large'] as const;

interface SomeUse {
  readonly model: string;
  readonly meters: Readonly<Record<string, number>>;
  readonly serviceTier?: 'batch';
}

/** What a call has used. */
export const someUse = (random: SeededRandom, model: string = random.pick(ASKED_FOR)): SomeUse => ({
  model,
  meters: {
    input_tokens: random.pick(LENGTHS),
    ...(random.chance(0.8) && { output_tokens: random.pick(LENGTHS) }),
    ...(random.chance(0.15) && { reasoning_tokens: random.pick(LENGTHS) }),
    ...(random.chance(0.15) && { cache_read_tokens: random.pick(LENGTHS) }),
  },
  ...(random.chance(0.15) && { serviceTier: 'batch' }),
});

/** What a call will use: of its output nearly always the most alone is known. */
export function someEstimatedUse(random: SeededRandom, model?: string): NonNullable<Body['use']> {
  const use = someUse(random, model);
  if (random.chance(0.2)) return use;
  return { ...use, meters: { ...use.meters, output_tokens: { max: random.pick(MOST) } } };
}

/** A usage event as `meter` hands it on: with its price, or with the reason why it has found none. */
export function someUsageEvent(
  random: SeededRandom,
  id: string,
  event: { readonly payer: string; readonly time: string; readonly hold?: string },
  prices: PriceBook,
  model?: string,
): Body {
  const use = someUse(random, model);
  const rating = rate(use, Date.parse(event.time), prices);
  const told = { ...event, use };
  return {
    id,
    ...told,
    usage: { source: 'gateway', id, contentHash: contentHashOf(JSON.stringify(told)) },
    ...(rating.kind === 'unpriced'
      ? { unpriced: rating.reason }
      : {
          priced: {
            card: rating.card,
            lines: rating.lines.map((line) => ({ ...line, amount: formatAmount(line.amount) })),
          },
        }),
  };
}
