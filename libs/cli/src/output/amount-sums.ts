import type { AmountsMap } from '@exchequer/contracts';
import { formatAmount, parseAmount } from '@exchequer/kernel';

/** Nano-units by currency. */
export type AmountSums = Map<string, bigint>;

export function addAmounts(sums: AmountSums, amounts: AmountsMap): void {
  for (const [currency, amount] of Object.entries(amounts))
    sums.set(currency, (sums.get(currency) ?? 0n) + parseAmount(amount));
}

export const amountsOf = (sums: ReadonlyMap<string, bigint>): AmountsMap =>
  Object.fromEntries([...sums].map(([currency, sum]) => [currency, formatAmount(sum)]));
