import { formatAmount } from '@exchequer/kernel';

/** What is summed of an account. `quantity` is by meter; what is in amounts by currency; the others are numbers of things. */
export const SUM_NAMES = [
  'calls',
  'unpriced',
  'approvals',
  'quantity',
  'charged',
  'uncollected',
  'granted',
  'available',
  'held',
  'spent',
  'forfeited',
  'owed',
] as const;
export type SumName = (typeof SUM_NAMES)[number];

const COUNTS: ReadonlySet<SumName> = new Set<SumName>(['calls', 'unpriced', 'approvals']);

/** Sums by name and by what they count. What was never added is zero. */
export class Sums {
  readonly #values = new Map<string, bigint>();

  /** @param of a currency or a meter; empty for numbers of things. Amounts and quantities are in units of 10⁻⁹. */
  add(name: SumName, of: string, by: bigint): void {
    const key = `${name} ${of}`;
    this.#values.set(key, (this.#values.get(key) ?? 0n) + by);
  }

  of(name: SumName, of: string): bigint {
    return this.#values.get(`${name} ${of}`) ?? 0n;
  }

  /** What there are sums of, under a name. */
  countedIn(name: SumName): readonly string[] {
    const prefix = `${name} `;
    return [...this.#values.keys()].flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  }
}

/** A sum as people read it. */
export const sumText = (name: SumName, value: bigint): string =>
  COUNTS.has(name) ? value.toString() : formatAmount(value);

/** A quantity in units of 10⁻⁹: what a report can show of it. */
export function billionths(quantity: number | string): bigint {
  const text = typeof quantity === 'string' ? quantity : quantity.toFixed(9);
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}
