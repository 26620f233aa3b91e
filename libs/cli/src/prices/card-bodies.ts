import type { RateCardBody } from '@exchequer/contracts';
import { storedModels, type RateCardContent, type StoredModels } from '@exchequer/rating';

/** A card is one entry of the ledger, which takes 512 KiB; some of that is for what is around it. */
const CARD_BYTES_MAX = 400 * 1024;

/** A card as it is sent; one that is too large as several, named `name`, `name 2`, `name 3`, … */
export function cardBodies(card: RateCardContent, effectiveFrom: string | undefined): readonly RateCardBody[] {
  return modelsInParts(storedModels(card.models)).map((models, index) => ({
    name: index === 0 ? card.name : `${card.name} ${String(index + 1)}`,
    currency: card.currency,
    ...(effectiveFrom !== undefined && { effectiveFrom }),
    models: models as RateCardBody['models'],
  }));
}

function modelsInParts(models: StoredModels): readonly StoredModels[] {
  const parts: Record<string, StoredModels[string]>[] = [];
  let room = 0;
  for (const [model, prices] of Object.entries(models)) {
    const bytes = Buffer.byteLength(JSON.stringify([model, prices]));
    if (bytes > room) {
      parts.push({});
      room = CARD_BYTES_MAX;
    }
    room -= bytes;
    const part = parts.at(-1);
    if (part !== undefined) part[model] = prices;
  }
  return parts;
}
