import type { Instant } from '@exchequer/kernel';
import { modelPricing, type ModelPricing } from './model-pricing.js';
import type { RateCard } from './rate-card.js';

interface DatedPricing {
  readonly effectiveFrom: Instant;
  readonly pricing: ModelPricing;
}

/** All published rate cards, each usable from its date on, by model. */
export class PriceBook {
  private readonly byId = new Map<
    string,
    { readonly card: RateCard; readonly models: ReadonlyMap<string, ModelPricing> }
  >();
  /** By model, in order of date and, at the same date, of publication. */
  private readonly byModel = new Map<string, DatedPricing[]>();

  /** Adds a card, in order of publication. One that is in the book already changes nothing. */
  add(card: RateCard): void {
    if (this.byId.has(card.id)) return;
    const models = new Map<string, ModelPricing>();
    for (const [model, { prices }] of card.models) {
      const pricing = modelPricing(card, model, prices);
      models.set(model, pricing);
      this.insert(model, { effectiveFrom: card.effectiveFrom, pricing });
    }
    this.byId.set(card.id, { card, models });
  }

  /** The prices of a model at an instant: the card with the latest date not after it; of several, the one published last. */
  priceOf(model: string, at: Instant): ModelPricing | undefined {
    const dated = this.byModel.get(model);
    return dated?.[countUntil(dated, at) - 1]?.pricing;
  }

  /** The prices of a model on one card, whatever its date: for a quote, which pins its card. */
  priceIn(card: string, model: string): ModelPricing | undefined {
    return this.byId.get(card)?.models.get(model);
  }

  hasModel(model: string): boolean {
    return this.byModel.has(model);
  }

  card(id: string): RateCard | undefined {
    return this.byId.get(id)?.card;
  }

  /** How many cards it has. */
  get size(): number {
    return this.byId.size;
  }

  /** All cards in order of publication. */
  cards(): readonly RateCard[] {
    return Array.from(this.byId.values(), ({ card }) => card);
  }

  private insert(model: string, dated: DatedPricing): void {
    const known = this.byModel.get(model);
    if (known === undefined) this.byModel.set(model, [dated]);
    else known.splice(countUntil(known, dated.effectiveFrom), 0, dated);
  }
}

/** How many have a date not after `at`. Nearly always all of them, which is looked at first. */
function countUntil(dated: readonly DatedPricing[], at: Instant): number {
  let from = 0;
  let to = dated.length;
  let middle = to - 1;
  while (from < to) {
    const probe = dated[middle];
    if (probe !== undefined && probe.effectiveFrom <= at) from = middle + 1;
    else to = middle;
    middle = (from + to) >> 1;
  }
  return from;
}
