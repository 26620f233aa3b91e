import { amount, type Amount, type CurrencyId } from '@exchequer/kernel';
import { amountIn, type Bag, type Line } from '../bag.js';
import type { LimitState } from '../state/limit-state.js';

/** An amount with what a scope needs to know of it. */
export interface Scoped {
  readonly amounts: Bag;
  readonly lines: readonly Line[] | undefined;
  readonly model: string | undefined;
}

/** The part of an amount that a limit counts. */
export function inScope(limit: LimitState, { amounts, lines, model }: Scoped): Amount {
  if (limit.models !== undefined && (model === undefined || !limit.models.has(model))) return amount(0n);
  return limit.meters === undefined ? amountIn(amounts, limit.currency) : inMeters(limit.meters, limit.currency, lines);
}

function inMeters(meters: ReadonlySet<string>, currency: CurrencyId, lines: readonly Line[] | undefined): Amount {
  let sum = 0n;
  for (const line of lines ?? [])
    if (line.currency === currency && line.meter !== undefined && meters.has(line.meter)) sum += line.amount;
  return amount(sum);
}
