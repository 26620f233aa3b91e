import type { AccountState, Line } from '@exchequer/account';
import type { EstimatedUse, Problem, Use } from '@exchequer/contracts';
import { rateStated } from '@exchequer/rating';

/** Usage that no rate card prices, and the answer to it where the account states no prices either. */
export interface NoPrice {
  readonly use: Use | EstimatedUse;
  /** Why there is no price. */
  readonly reason: string;
  readonly problem: Problem;
}

/** What usage without a price costs at the account's stated prices. */
export interface Provisional {
  readonly lines: readonly Line[];
  /** Why there is no price. */
  readonly provisional: string;
}

/** Undefined where the account states no prices, or none of what was used. */
export function atStatedPrices(
  { statedPrices }: Pick<AccountState, 'statedPrices'>,
  { use, reason }: Pick<NoPrice, 'use' | 'reason'>,
): Provisional | undefined {
  if (statedPrices === undefined) return undefined;
  const rating = rateStated(use, statedPrices);
  return rating.kind === 'unpriced' ? undefined : { lines: rating.lines, provisional: reason };
}
