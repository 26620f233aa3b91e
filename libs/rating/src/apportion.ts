import { amount, type Amount } from '@exchequer/kernel';

/** What one meter costs, exactly: in units so small that every price and quantity is whole. */
export interface ExactPart {
  readonly meter: string;
  readonly exact: bigint;
}

export interface Share {
  readonly meter: string;
  readonly amount: Amount;
}

interface Rest {
  readonly index: number;
  readonly remainder: bigint;
}

/**
 * Splits a total that was rounded as a whole into its parts by the largest remainder (Hamilton's method): each part is rounded
 * down, and what is then missing goes, one nano-unit each, to the parts that lost most. Ties go by name of the meter.
 *
 * @param parts in order of their meters.
 * @param divisor how many of the small units a nano-unit has; `total` is the rounded quotient of the sum and it.
 */
export function apportion(parts: readonly ExactPart[], total: bigint, divisor: bigint): readonly Share[] {
  let missing = total;
  const rests: Rest[] = [];
  const floors = parts.map(({ exact }, index) => {
    const floor = exact / divisor;
    const remainder = exact - floor * divisor;
    if (remainder > 0n) rests.push({ index, remainder });
    missing -= floor;
    return floor;
  });
  if (missing > 0n) {
    rests.sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
    for (const { index } of rests.slice(0, Number(missing))) floors[index] = (floors[index] ?? 0n) + 1n;
  }
  return parts.map(({ meter }, index) => ({ meter, amount: amount(floors[index] ?? 0n) }));
}
