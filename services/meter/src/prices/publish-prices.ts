import {
  malformed,
  parseInstant,
  problem,
  publishPricesSchema,
  type ProblemReply,
  type PublishPricesReply,
} from '@exchequer/contracts';
import { currencyId, START_OF_TIME } from '@exchequer/kernel';
import { EntryTooLarge } from '@exchequer/ledger';
import { parseDecimal, rateCardFault, type MeterPrice, type RateCardContent } from '@exchequer/rating';
import type { Catalogue } from '@exchequer/replica';
import type { RateCardBody } from '@exchequer/contracts';

/** Publishes a rate card: from its date on it prices usage, for every account. */
export async function publishPrices(
  catalogue: Catalogue,
  body: unknown,
  actor: string,
  now: number,
  announce: (position: bigint) => void,
): Promise<PublishPricesReply | ProblemReply> {
  const parsed = publishPricesSchema.safeParse(body);
  if (!parsed.success) return { error: malformed(parsed.error) };
  const content = contentOf(parsed.data.card);
  const fault = rateCardFault(content);
  if (fault !== undefined) return { error: problem('Malformed', `card: ${fault}.`) };
  try {
    const { card, isNew, address, position } = await catalogue.publish(content, parsed.data.id, actor, now);
    if (position !== undefined) announce(position);
    return { card, models: content.models.size, ...(!isNew && { unchanged: true }), position: address };
  } catch (thrown) {
    if (!(thrown instanceof EntryTooLarge)) throw thrown;
    return {
      error: problem(
        'Malformed',
        'card: is larger than one entry of the ledger takes; publish its models in several cards.',
      ),
    };
  }
}

const contentOf = ({ name, currency, effectiveFrom, models }: RateCardBody): RateCardContent => ({
  name,
  currency: currencyId(currency),
  effectiveFrom: effectiveFrom === undefined ? START_OF_TIME : parseInstant(effectiveFrom),
  models: new Map(
    Object.entries(models).map(([model, { provider, prices }]) => [
      model,
      { ...(provider !== undefined && { provider }), prices: prices.map(priceOf) },
    ]),
  ),
});

function priceOf({
  meter,
  price,
  tier,
  aboveInputTokens,
}: RateCardBody['models'][string]['prices'][number]): MeterPrice {
  const value = parseDecimal(price);
  if (value === undefined) throw new Error('broken invariant: a price passed its schema and is no decimal');
  return { meter, price: value, tier: tier ?? 'standard', aboveInputTokens: aboveInputTokens ?? 0 };
}
