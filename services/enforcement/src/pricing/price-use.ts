import type { Line, Particulars } from '@exchequer/account';
import { problem, type EstimatedUse, type Use } from '@exchequer/contracts';
import { estimate, rate, type PriceBook, type Rating } from '@exchequer/rating';
import { PRICE_MISSING } from '../methods/method.js';
import type { NoPrice } from './at-stated-prices.js';

/** What a use costs, by meter, and the card that says so. */
export interface PricedUse {
  readonly lines: readonly Line[];
  readonly card: string;
}

/** The price of what was used. */
export const priceUse = (use: Use, at: number, book: PriceBook, last: boolean) =>
  pricedOr(use, rate(use, at, book), last);

/** The most that a call can cost. */
export const priceEstimate = (use: EstimatedUse, at: number, book: PriceBook, last: boolean) =>
  pricedOr(use, estimate(use, at, book), last);

function pricedOr(use: NoPrice['use'], rating: Rating, last: boolean): PricedUse | NoPrice | typeof PRICE_MISSING {
  if (rating.kind === 'priced') return { lines: rating.lines, card: rating.card };
  if (!last) return PRICE_MISSING;
  const toDo = 'import prices that have it, or state "amounts" instead of "use"';
  const { reason, code } = rating;
  return { use, reason, problem: problem('UnknownPrice', `There is no price: ${reason}; ${toDo}.`, { reason: code }) };
}

/** What is told of a call along with what it uses. */
export interface Told {
  readonly use?: Use | EstimatedUse | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly taskType?: string | undefined;
  readonly taskId?: string | undefined;
  readonly outcome?: string | undefined;
  readonly credentialType?: string | undefined;
  readonly critical?: boolean | undefined;
}

/** What is kept of it with the facts. Undefined when there is nothing to keep. */
export function particularsOf(told: Told, card: string | undefined): Particulars | undefined {
  const { use, tags, taskType, taskId, credentialType, critical } = told;
  // An empty word says nothing of how a task came out.
  const outcome = told.outcome === '' ? undefined : told.outcome;
  if (
    use === undefined &&
    tags === undefined &&
    taskType === undefined &&
    taskId === undefined &&
    outcome === undefined &&
    credentialType === undefined &&
    critical !== true
  )
    return undefined;
  return {
    ...(use !== undefined && {
      model: use.model,
      ...(use.provider !== undefined && { provider: use.provider }),
      ...(use.serviceTier !== undefined && { serviceTier: use.serviceTier }),
      meters: quantitiesOf(use.meters),
    }),
    ...(card !== undefined && { card }),
    ...(tags !== undefined && { tags }),
    ...(taskType !== undefined && { taskType }),
    ...(taskId !== undefined && { taskId }),
    ...(outcome !== undefined && { outcome }),
    ...(credentialType !== undefined && { credentialType }),
    ...(critical === true && { critical }),
  };
}

function quantitiesOf(meters: EstimatedUse['meters']): Readonly<Record<string, number | string>> {
  const quantities: Record<string, number | string> = {};
  for (const meter in meters) {
    const quantity = meters[meter];
    if (quantity !== undefined) quantities[meter] = typeof quantity === 'object' ? quantity.max : quantity;
  }
  return quantities;
}
