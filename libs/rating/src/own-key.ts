import { amount, currencyId, parseAmount, type Amount, type CurrencyId } from '@exchequer/kernel';
import { apportion, type ExactPart } from './apportion.js';
import { divideHalfAway, parseDecimal, powerOfTen } from './decimal.js';

/** What is charged in one currency of a call with the caller's own key. Share and amount are decimals as texts. */
export type OwnKeyCharge = 'waived' | 'charged' | { readonly share: string } | { readonly fixed: string };

interface CostLine {
  readonly meter?: string;
  readonly currency: CurrencyId;
  readonly amount: Amount;
}

/**
 * What is charged of a market cost, by currency: nothing, all of it, a share of it rounded once, half away from zero, or so
 * much for each call, whether the market cost has that currency or not. A currency that is not named is charged.
 *
 * @throws RangeError for a share that is none; edges refuse those.
 */
export function chargedOfOwnKey(
  lines: readonly CostLine[],
  policy: Readonly<Record<string, OwnKeyCharge>>,
): readonly CostLine[] {
  const charged: CostLine[] = [];
  for (const currency of new Set(lines.map((line) => line.currency))) {
    const own = lines.filter((line) => line.currency === currency);
    const charge = policy[currency] ?? 'charged';
    if (charge === 'charged') charged.push(...own);
    else if (charge !== 'waived' && 'share' in charge) charged.push(...shareOf(own, charge.share));
  }
  for (const [currency, charge] of Object.entries(policy))
    if (typeof charge === 'object' && 'fixed' in charge)
      charged.push({ currency: currencyId(currency), amount: parseAmount(charge.fixed) });
  return charged;
}

/** A share of each line, so that they sum to the share of the whole, rounded once. */
function shareOf(lines: readonly CostLine[], share: string): readonly CostLine[] {
  const ratio = parseDecimal(share);
  if (ratio === undefined || ratio.mantissa < 0n) throw new RangeError(`${share} is no share`);
  const parts = lines.map(({ meter = '', amount: cost }): ExactPart => ({ meter, exact: cost * ratio.mantissa }));
  const divisor = powerOfTen(ratio.scale);
  const total = divideHalfAway(
    parts.reduce((sum, { exact }) => sum + exact, 0n),
    divisor,
  );
  return apportion(parts, total, divisor).map((part, index) => ({
    ...(lines[index] ?? NO_LINE),
    amount: amount(part.amount),
  }));
}

const NO_LINE = { currency: currencyId('none') };
