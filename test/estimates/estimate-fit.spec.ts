import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { currencyId, START_OF_TIME } from '@exchequer/kernel';
import { estimate, LearnedOutput, parseDecimal, PriceBook, type EstimatedUse } from '@exchequer/rating';

const TRACE = fileURLToPath(new URL('../../../shared/data/azure-llm-conv.csv', import.meta.url));
const isHere = existsSync(TRACE);
/** The most that callers say their calls may put out: the longest output of the trace. */
const OUTPUT_MAX = 1_000;
const PAYER = 'project/chat';
const MODEL = 'gpt-4o-mini';

if (!isHere) process.stderr.write('test/estimates: skipped, for there is no ../shared/data beside the project\n');

const book = new PriceBook();
const price = (meter: string, dollars: string) =>
  ({ meter, price: parseDecimal(dollars)!, tier: 'standard', aboveInputTokens: 0 }) as const;
book.add({
  id: 'list',
  name: 'list',
  currency: currencyId('usd'),
  effectiveFrom: START_OF_TIME,
  models: new Map([[MODEL, { prices: [price('input_tokens', '0.00000015'), price('output_tokens', '0.0000006')] }]]),
});

const costOf = (meters: EstimatedUse['meters']): number => {
  const rating = estimate({ model: MODEL, meters }, 0, book);
  if (rating.kind !== 'priced') throw new Error(rating.reason);
  return Number(rating.amounts[0]?.amount ?? 0n);
};

interface Fit {
  /** The share of calls that cost more than was held. */
  readonly beyond: number;
  /** What was held and not used, as a mean share of the hold. */
  readonly unused: number;
}

/** Plays calls in their order: each is held by what was learned from those before it, then settled. */
function play(calls: readonly (readonly [input: number, output: number])[], quantile: number | undefined): Fit {
  const learned = new LearnedOutput();
  let beyond = 0;
  let unused = 0;
  for (const [input, output] of calls) {
    const seen = quantile === undefined ? undefined : learned.quantile(PAYER, MODEL, quantile);
    const max = Math.min(OUTPUT_MAX, seen?.outputTokens ?? OUTPUT_MAX);
    const held = costOf({ input_tokens: input, output_tokens: { max } });
    const cost = costOf({ input_tokens: input, output_tokens: output });
    if (cost > held) beyond += 1;
    else unused += held === 0 ? 0 : (held - cost) / held;
    learned.learn(PAYER, MODEL, output);
  }
  return { beyond: beyond / calls.length, unused: unused / calls.length };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

(isHere ? describe : describe.skip)('estimates of the first half of 19,366 real calls', () => {
  const [, ...rows] = isHere ? readFileSync(TRACE, 'utf8').trim().split('\n') : [];
  const calls = rows.slice(0, rows.length >> 1).map((row): readonly [number, number] => {
    const [, input, output] = row.split(',');
    return [Number(input), Number(output)];
  });

  it('hold less and less the lower the quantile, and about its share of calls stays within', () => {
    const fits = [undefined, 0.99, 0.95, 0.9, 0.5].map((quantile) => ({ quantile, ...play(calls, quantile) }));
    for (const { quantile, beyond, unused } of fits)
      process.stderr.write(
        `estimate ${quantile === undefined ? 'max' : `quantile ${String(quantile)}`}: ${percent(beyond)} of ${String(calls.length)} calls beyond their hold, ${percent(unused)} of a hold unused\n`,
      );
    expect(fits[0]?.beyond).toBe(0);
    for (const [index, { quantile, beyond, unused }] of fits.entries()) {
      const before = fits[index - 1];
      if (before !== undefined) expect(unused).toBeLessThan(before.unused);
      if (quantile !== undefined) expect(beyond).toBeLessThan(1 - quantile + 0.03);
    }
  });
});
