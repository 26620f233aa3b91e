import type { AmountsMap } from '@exchequer/contracts';

/** `0.00048 usd, 1 action`: exact, each amount with its currency; `nothing` where there are none. */
export function amountsText(amounts: AmountsMap): string {
  const parts = Object.entries(amounts).map(([currency, amount]) => `${amount} ${currency}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** Whole numbers in groups of three: `22,361,870`. */
export const countText = (count: number | bigint): string => count.toLocaleString('en-US');

/** `1 row`, `1,234 rows`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : many}`;
