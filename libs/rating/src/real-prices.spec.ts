import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { formatAmount, parseAmount } from '@exchequer/kernel';
import { importModelPrices } from './import/import-model-prices.js';
import { PriceBook } from './price-book.js';
import { rate } from './rate.js';
import { rateCardFault } from './rate-card.js';
import { rateCardOf, rateCardPublished } from './rate-card-fact.js';

/** Real prices and a real trace, kept beside the project and not in it. */
const DATA = new URL('../../../../shared/data/', import.meta.url);
const isThere = ['model-prices.json', 'azure-llm-conv.csv', 'expected.json'].every((name) =>
  existsSync(new URL(name, DATA)),
);
const readText = (name: string): string => readFileSync(new URL(name, DATA), 'utf8');

interface Expected {
  readonly rows: number;
  readonly usd: Readonly<Record<string, string>>;
  readonly roundRobin: {
    readonly models: readonly string[];
    readonly byModel: Readonly<Record<string, { readonly calls: number; readonly usd: string }>>;
    readonly usd: string;
  };
}

if (isThere) {
  describe('real prices and a real trace', () => {
    const imported = importModelPrices(JSON.parse(readText('model-prices.json')) as Record<string, unknown>, {
      name: 'real',
    });
    const expected = JSON.parse(readText('expected.json')) as Expected;
    const rows = readText('azure-llm-conv.csv')
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(',').slice(1).map(Number));
    const book = new PriceBook();
    book.add(rateCardOf(rateCardPublished({ ...imported.card, id: 'real' })));

    const costOf = (model: string, row: readonly number[]): bigint => {
      const [input = Number.NaN, output = Number.NaN] = row;
      const rating = rate(
        { model, meters: { input_tokens: input, output_tokens: output } },
        Date.UTC(2026, 0, 1),
        book,
      );
      if (rating.kind === 'unpriced') throw new Error(rating.reason);
      return rating.amounts.reduce((sum, { amount }) => sum + amount, 0n);
    };

    it('give a card with every model of the file, and say which of their fields are left out', () => {
      expect(imported.priced).toBe(218);
      expect(imported.skipped).toEqual([]);
      expect(rateCardFault(imported.card)).toBeUndefined();
      expect(Array.from(new Set(imported.notUnderstood.map(({ field }) => field))).sort()).toEqual([
        'provider_specific_entry',
        'regional_processing_uplift_multiplier_eu',
        'regional_processing_uplift_multiplier_us',
      ]);
      expect(imported.ignoredFields.filter((field) => /cost|pric/.test(field))).toEqual([]);
    });

    it('cost to the last digit what decimal arithmetic makes of them, for each model', () => {
      expect(rows).toHaveLength(expected.rows);
      for (const [model, usd] of Object.entries(expected.usd))
        expect([model, rows.reduce((sum, row) => sum + costOf(model, row), 0n)]).toEqual([model, parseAmount(usd)]);
    });

    it('cost to the last digit what it makes of them with models in turn', () => {
      const { models, byModel, usd } = expected.roundRobin;
      const sums = new Map<string, bigint>();
      for (const [index, row] of rows.entries()) {
        const model = models[index % models.length] ?? '';
        sums.set(model, (sums.get(model) ?? 0n) + costOf(model, row));
      }
      expect(Array.from(sums, ([model, sum]) => [model, formatAmount(sum)])).toEqual(
        models.map((model) => [model, formatAmount(parseAmount(byModel[model]?.usd ?? ''))]),
      );
      expect(Array.from(sums.values()).reduce((sum, part) => sum + part, 0n)).toBe(parseAmount(usd));
    });
  });
} else {
  const skipped = 'skipped: the folder ../shared/data with real prices and a real trace is not beside the project';
  console.warn(skipped);
  it.skip(skipped, () => undefined);
}
