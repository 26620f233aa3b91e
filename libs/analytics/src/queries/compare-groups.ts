import type { ReconciledGroup } from '@exchequer/contracts';
import { formatAmount } from '@exchequer/kernel';
import { Tally, type Group, type Groups } from './groups.js';

/** Differences of one answer. */
const NAMED_MAX = 100;
/** Hours that are looked into: each has a difference at least, so that there is one more than are named. */
const HOURS_MAX = NAMED_MAX + 1;
const HOUR_MS = 3_600_000;

/** The first hours of which the two sides do not say the same. */
export function differentHours(
  told: ReadonlyMap<number, Tally>,
  stored: ReadonlyMap<number, Tally>,
): readonly number[] {
  return [...new Set([...told.keys(), ...stored.keys()])]
    .filter((hour) => !(told.get(hour) ?? new Tally()).equals(stored.get(hour) ?? new Tally()))
    .sort((one, other) => one - other)
    .slice(0, HOURS_MAX);
}

/** The groups of these hours that differ: the first by name, and how many there are. */
export function differentGroups(
  told: Groups,
  stored: Groups,
  hours: readonly number[],
): { readonly groups: readonly ReconciledGroup[]; readonly differentGroups: number } {
  const different = hours.flatMap((hour) => {
    const ofLedger = told.in(hour);
    const others = stored.in(hour).filter((group) => told.of(group).rows === 0n);
    return [...ofLedger, ...others].filter((group) => !told.of(group).equals(stored.of(group)));
  });
  return {
    groups: different.slice(0, NAMED_MAX).map((group) => named(group, told.of(group), stored.of(group))),
    differentGroups: different.length,
  };
}

/** The plainest of what differs. */
function named({ hour, payer, model, currency }: Group, told: Tally, stored: Tally): ReconciledGroup {
  const group = { of: currency, hour: new Date(hour * HOUR_MS).toISOString().slice(0, 13), payer, model };
  const sides = (text: (tally: Tally) => string) => ({ ledger: text(told), clickhouse: text(stored) });
  if (told.amount !== stored.amount)
    return { sum: 'charged', ...group, ...sides(({ amount }) => formatAmount(amount)) };
  const table = currency === '' ? 'calls' : 'charges';
  if (told.rows !== stored.rows) return { sum: table, ...group, ...sides(({ rows }) => rows.toString()) };
  return {
    sum: `checksum of ${table}`,
    ...group,
    ...sides(({ checksum }) => checksum.toString(16).padStart(16, '0')),
  };
}
