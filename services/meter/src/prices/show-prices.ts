import {
  malformed,
  parseInstant,
  pricesSchema,
  problem,
  type PricesReply,
  type ProblemReply,
} from '@exchequer/contracts';
import { storedModels } from '@exchequer/rating';
import type { Catalogue } from '@exchequer/replica';

/** The prices that hold at an instant, of one model or of all. */
export async function showPrices(
  catalogue: Catalogue,
  body: unknown,
  now: number,
): Promise<PricesReply | ProblemReply> {
  const parsed = pricesSchema.safeParse(body);
  if (!parsed.success) return { error: malformed(parsed.error) };
  await catalogue.refresh();
  const { model, at } = parsed.data;
  const when = at === undefined ? now : parseInstant(at);
  const names =
    model === undefined ? new Set(catalogue.book.cards().flatMap((card) => [...card.models.keys()])) : [model];
  const models: Record<string, PricesReply['models'][string]> = {};
  for (const name of names) {
    const pricing = catalogue.book.priceOf(name, when);
    const card = pricing === undefined ? undefined : catalogue.book.card(pricing.card);
    const prices = card?.models.get(name);
    if (card === undefined || prices === undefined) continue;
    const stored = storedModels(new Map([[name, prices]]))[name];
    if (stored !== undefined) models[name] = { card: card.id, currency: card.currency, prices: [...stored.prices] };
  }
  if (model !== undefined && models[model] === undefined)
    return {
      error: problem('UnknownPrice', `No rate card has the model ${model} at that time; import prices that have it.`),
    };
  return { models };
}
