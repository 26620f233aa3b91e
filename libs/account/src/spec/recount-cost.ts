import type { Bag, Line } from '../bag.js';
import type { Charge, Owed, Particulars, Scope, Share } from '../facts.js';
import type { Recount } from './recount.js';

/** What a cost says to a limit: its amounts by currency, its parts by meter and by what pays, and what was told. */
export interface Cost {
  readonly amounts: Bag;
  readonly lines: readonly Line[] | undefined;
  readonly paid: readonly { readonly currency: string; readonly layer: string; readonly amount: bigint }[];
  readonly told: Particulars | undefined;
}

interface Shared {
  readonly lot: string;
  readonly amount: bigint;
}

interface Owing {
  readonly node: string;
  readonly currency: string;
  readonly amount: bigint;
}

export const sumOf = (parts: readonly { readonly amount: bigint }[]): bigint =>
  parts.reduce((sum, part) => sum + part.amount, 0n);

export const owedIn = (owed: readonly Owed[] | undefined, node: string | undefined, currency: string): bigint =>
  sumOf((owed ?? []).filter((one) => one.currency === currency && (node === undefined || one.node === node)));

export const inCurrency = (count: Recount, shares: readonly Share[], currency: string): bigint =>
  sumOf(shares.filter((share) => count.lot(share.lot).currency === currency));

/** By layer, what shares of lots and overage pay. */
export function paidBy(count: Recount, shares: readonly Shared[], owed: readonly Owing[] = []): Cost['paid'] {
  const layerOf = (id: string): string =>
    count.granted.find((grant) => grant.node === count.lot(id).grant)?.layer ?? 'none';
  return [
    ...shares.map(({ lot, amount }) => ({ currency: count.lot(lot).currency, layer: layerOf(lot), amount })),
    ...owed.map(({ currency, amount }) => ({ currency, layer: 'overage', amount })),
  ];
}

/** A charge without what was written off; where a part was, its meters shrink in proportion, rounded down. */
export function lessUncollected(
  { amounts, lines, uncollected = [], particulars }: Pick<Charge, 'amounts' | 'lines' | 'uncollected' | 'particulars'>,
  paid: Cost['paid'] = [],
): Cost {
  const gone = (currency: string): bigint => sumOf(uncollected.filter((money) => money.currency === currency));
  const kept = amounts.map((money) => ({ ...money, amount: (money.amount - gone(money.currency)) as never }));
  const keptLines = lines?.map((line) => {
    const whole = sumOf(amounts.filter((money) => money.currency === line.currency));
    const part = whole - gone(line.currency);
    return { ...line, amount: (whole === 0n ? 0n : (line.amount * part) / whole) as never };
  });
  return { amounts: kept, lines: keptLines, paid, told: particulars };
}

/** Whether a scope speaks of a call at all. */
export function speaksOf(scope: Scope | undefined, told: Particulars | undefined): boolean {
  const { models, taskTypes, features, tags = {} } = scope ?? {};
  const wanted: [readonly string[] | undefined, string | undefined][] = [
    [models, told?.model],
    [taskTypes, told?.taskType],
    [features, told?.tags?.['feature']],
    ...Object.keys(tags).map((tag): [readonly string[] | undefined, string | undefined] => [
      tags[tag],
      told?.tags?.[tag],
    ]),
  ];
  return wanted.every(([names, name]) => names === undefined || names.some((one) => one === name));
}
