import { currencyId, START_OF_TIME, type CurrencyId, type Instant } from '@exchequer/kernel';
import type { ModelPrices, RateCardContent } from '../rate-card.js';
import { readModel, type UnusedField } from './read-model.js';

export interface ImportOptions {
  /** The name of the card. */
  readonly name: string;
  /** `usd` when not given: the format's prices are dollars. */
  readonly currency?: CurrencyId;
  /** From the beginning of time, when not given. */
  readonly effectiveFrom?: Instant;
}

export interface SkippedModel {
  readonly model: string;
  /** Why it cannot be priced, as a sentence. */
  readonly reason: string;
}

export interface ImportedPrices {
  readonly card: RateCardContent;
  /** How many models the card has. */
  readonly priced: number;
  readonly skipped: readonly SkippedModel[];
  /** Fields that bear on a price and are not on the card, each with its reason. */
  readonly notUnderstood: readonly UnusedField[];
  /** Names of fields that say nothing of prices, in order. */
  readonly ignoredFields: readonly string[];
}

/**
 * Makes a rate card of the common model price JSON: an object of models, each an object with fields like
 * `input_cost_per_token`, in dollars for one.
 *
 * A price may be a number or a text. A number is taken by its shortest decimal text, which is the one in the file as long as
 * that has no more than 15 digits, or was itself written as the shortest text of a double; where a file has longer ones the
 * caller reads them as texts.
 *
 * Nothing is dropped in silence: each model is on the card or in `skipped`, each of its fields is a price, in `notUnderstood`
 * or in `ignoredFields`.
 */
export function importModelPrices(parsed: Readonly<Record<string, unknown>>, options: ImportOptions): ImportedPrices {
  const models = new Map<string, ModelPrices>();
  const skipped: SkippedModel[] = [];
  const notUnderstood: UnusedField[] = [];
  const ignoredFields = new Set<string>();
  for (const [model, entry] of Object.entries(parsed)) {
    const read = readModel(model, entry);
    notUnderstood.push(...read.notUnderstood);
    for (const field of read.ignoredFields) ignoredFields.add(field);
    if (read.kind === 'priced') models.set(model, read.prices);
    else skipped.push({ model, reason: read.reason });
  }
  const { name, currency = currencyId('usd'), effectiveFrom = START_OF_TIME } = options;
  return {
    card: { name, currency, effectiveFrom, models },
    priced: models.size,
    skipped,
    notUnderstood,
    ignoredFields: Array.from(ignoredFields).sort(),
  };
}
