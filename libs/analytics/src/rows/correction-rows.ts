import type { ChargeCorrected, Line, Money } from '@exchequer/account';
import { amountOf, callColumns, shareColumns, type ChargeRow, type Part } from './charge-row.js';
import type { LotEntry } from './lot-directory.js';
import type { Place } from './table.js';

/**
 * What a correction adds to a charge, or takes from it: a row for each currency before or now, of the same instant and the
 * same call. Sums over both rows are what the charge really comes to.
 */
export function correctionRows(
  fact: ChargeCorrected,
  place: Place,
  lotOf: (lot: string) => LotEntry,
): readonly ChargeRow[] {
  const shared = {
    ...callColumns(fact, place),
    late: false,
    provisional: false,
  };
  const reserved = (fact.reserves ?? []).flatMap(({ shares }) => shares);
  const back = [...fact.returned, ...(fact.renewed ?? []), ...(fact.broken ?? [])];
  const parts = [...reserved, ...(fact.drawn ?? []), ...back.map(negative)];
  const owed = [...(fact.owed ?? []), ...(fact.forgiven ?? []).map(negative)];
  const { amountsBefore, amounts, marketBefore = amountsBefore, market = amounts } = fact;
  const currencies = new Set([...amountsBefore, ...amounts, ...marketBefore, ...market].map((money) => money.currency));
  return Array.from(currencies, (currency) => ({
    ...shared,
    currency,
    amount: amountOf(amounts, currency) - amountOf(amountsBefore, currency),
    market_cost: amountOf(market, currency) - amountOf(marketBefore, currency),
    ...meterChanges(fact, currency),
    ...shareColumns(parts, owed, currency, lotOf),
    beyond_overage: amountOf(fact.beyondOverage, currency),
    uncollected: amountOf(fact.uncollected, currency) - amountOf(fact.uncollectedBefore, currency),
  }));
}

const negative = <Of extends { readonly amount: bigint; readonly surcharge?: bigint }>({
  amount,
  surcharge,
  ...part
}: Of): Part<Of> => ({
  ...part,
  amount: 0n - amount,
  ...(surcharge !== undefined && { surcharge: 0n - surcharge }),
});

function meterChanges(fact: ChargeCorrected, currency: string): Pick<ChargeRow, 'meters' | 'meter_amounts'> {
  const changes = new Map<string, bigint>();
  const add = (lines: readonly Line[] | undefined, whole: readonly Money[], sign: bigint): void => {
    const own = lines?.filter((line) => line.currency === currency) ?? [];
    const parts = own.length === 0 ? [{ meter: '', amount: amountOf(whole, currency) }] : own;
    for (const { meter = '', amount } of parts) changes.set(meter, (changes.get(meter) ?? 0n) + sign * amount);
  };
  add(fact.linesBefore, fact.amountsBefore, -1n);
  add(fact.lines, fact.amounts, 1n);
  return { meters: [...changes.keys()], meter_amounts: [...changes.values()] };
}
