import type { Charge, Line } from '@exchequer/account';
import { amount, currencyId } from '@exchequer/kernel';
import type { RefusalRow } from '@exchequer/service-enforcement/inside';
import type { Expected } from './expected-price.js';

/** A price as a fact or a refusal tells it. */
export interface Told extends Pick<Charge, 'particulars' | 'provisional' | 'market'> {
  readonly lines: readonly Line[];
  /** The market cost is that of a part of the lines. */
  readonly isPart?: boolean;
  /** Neither card nor market cost are kept. */
  readonly isAllThatIsKept?: boolean;
}

/** Whether a price is what it must be. */
export function isSame(expected: Expected | undefined, told: Told): boolean {
  const { lines, provisional, isAllThatIsKept } = told;
  if (expected?.isProvisional !== (provisional !== undefined)) return false;
  if (isAllThatIsKept !== true && !isOfSameKind(expected, told)) return false;
  return textOfLines(lines, expected.isUndivided) === textOfLines(expected.lines, expected.isUndivided);
}

/** The card is the same, and the market cost, where there is one. */
function isOfSameKind(expected: Expected, { particulars, market, isPart }: Told): boolean {
  if (!expected.isProvisional && expected.card !== particulars?.card) return false;
  if (market === undefined || expected.market === undefined) return market === expected.market;
  return isPart === true || textOfLines(market) === textOfLines(expected.market);
}

/** A price in a sentence about what is wrong with it. */
export const describe = ({ lines, particulars, provisional, market }: Told): string =>
  JSON.stringify({ lines: textOfLines(lines), particulars, provisional, market: market && textOfLines(market) });

/** Lines as refusals keep them. */
export const linesOf = (stored: RefusalRow['lines'] = []): readonly Line[] =>
  stored.map(([meter, currency, nanoUnits]) => ({
    ...(meter !== null && { meter }),
    currency: currencyId(currency),
    amount: amount(BigInt(nanoUnits)),
  }));

/** Equal for the same amounts of the same meters; of what is undivided by currency alone. */
function textOfLines(lines: readonly Line[], isUndivided = false): string {
  const sums = new Map<string, bigint>();
  for (const { meter = '', currency, amount: value } of lines) {
    const key = isUndivided ? currency : `${meter} ${currency}`;
    sums.set(key, (sums.get(key) ?? 0n) + value);
  }
  return [...sums]
    .filter(([, sum]) => sum !== 0n)
    .map(([key, sum]) => `${key} ${String(sum)}`)
    .sort()
    .join(', ');
}
