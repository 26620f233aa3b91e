import type { ChargeCorrected, CreditsDrawn, HoldCaptured, Line, Money, Owed, Share } from '@exchequer/account';
import {
  NODE_COLUMNS,
  nodeColumns,
  nodesOf,
  PARTICULAR_COLUMNS,
  particularColumns,
  type NodeColumns,
  type ParticularColumns,
} from './attribution.js';
import type { LotEntry } from './lot-directory.js';
import { PLACE, type Place, type Table } from './table.js';
import { USED_COLUMNS, usedColumns, type UsedColumns } from './used.js';

/** A fact that says what usage cost. */
export type ChargeFact = HoldCaptured | CreditsDrawn;

/** What usage cost in one currency, and who paid: amount = Σ meter_amounts = Σ share_amounts + uncollected. */
export interface ChargeRow extends Place, UsedColumns, NodeColumns, ParticularColumns {
  readonly currency: string;
  readonly amount: bigint;
  /** The meters that it is for, each with its part. One without a name where no meter was told. */
  readonly meters: readonly string[];
  readonly meter_amounts: readonly bigint[];
  readonly card: string;
  /** Where it was taken from: lots in order, then what is owed, of layer `overage` and without lot and grant. */
  readonly share_lots: readonly string[];
  readonly share_grants: readonly string[];
  readonly share_nodes: readonly string[];
  readonly share_layers: readonly string[];
  readonly share_amounts: readonly bigint[];
  /** What is owed by it, with its surcharge. */
  readonly owed: bigint;
  /** Owed on top of the shares of layer `overage`, by its rate. */
  readonly surcharge: bigint;
  readonly beyond_overage: bigint;
  readonly uncollected: bigint;
  readonly late: boolean;
  /** What it cost at market prices: the amount, where the caller's own key was not used. */
  readonly market_cost: bigint;
  /** At stated prices: there was no price when it was booked. */
  readonly provisional: boolean;
}

export const CHARGES: Table<ChargeRow> = {
  name: 'charges',
  columns: [
    ...PLACE,
    ...USED_COLUMNS,
    ...NODE_COLUMNS,
    ...PARTICULAR_COLUMNS,
    'currency',
    'amount',
    'meters',
    'meter_amounts',
    'card',
    'share_lots',
    'share_grants',
    'share_nodes',
    'share_layers',
    'share_amounts',
    'owed',
    'surcharge',
    'beyond_overage',
    'uncollected',
    'late',
    'market_cost',
    'provisional',
  ],
};

/** What is charged by currency, with nothing where only a market cost is. */
export const moneyOf = ({ amounts, market = [] }: Pick<ChargeFact, 'amounts' | 'market'>): readonly MoneyPart[] => [
  ...amounts,
  ...market
    .filter(({ currency }) => !amounts.some((money) => money.currency === currency))
    .map(({ currency }) => ({ currency, amount: 0n })),
];

interface MoneyPart {
  readonly currency: string;
  readonly amount: bigint;
}

/** What the rows of a charge, and of its corrections, say of the call. */
export const callColumns = (fact: ChargeFact | ChargeCorrected, place: Place) => ({
  ...place,
  ...usedColumns(fact, place),
  ...nodeColumns(fact.payer, nodesOf(fact)),
  ...particularColumns(fact.particulars),
  card: fact.particulars?.card ?? '',
});

/** One row for each currency of a charge. */
export function chargeRows(fact: ChargeFact, place: Place, lotOf: (lot: string) => LotEntry): readonly ChargeRow[] {
  const shared = {
    ...callColumns(fact, place),
    late: 'late' in fact,
    provisional: fact.provisional !== undefined,
  };
  const reserved = (fact.reserves ?? []).flatMap(({ shares }) => shares);
  const parts = [...(fact.type === 'HoldCaptured' ? fact.spent : []), ...reserved, ...(fact.drawn ?? [])];
  return moneyOf(fact).map((money) => ({
    ...shared,
    ...money,
    market_cost: amountOf(fact.market ?? fact.amounts, money.currency),
    ...meterColumns(fact.lines, money),
    ...shareColumns(parts, fact.owed ?? [], money.currency, lotOf),
    beyond_overage: amountOf(fact.beyondOverage, money.currency),
    uncollected: amountOf(fact.uncollected, money.currency),
  }));
}

export const amountOf = (bag: readonly Money[] | undefined, currency: string): bigint =>
  bag?.find((money) => money.currency === currency)?.amount ?? 0n;

function meterColumns(
  lines: readonly Line[] | undefined,
  { currency, amount }: MoneyPart,
): Pick<ChargeRow, 'meters' | 'meter_amounts'> {
  const own = lines?.filter((line) => line.currency === currency) ?? [];
  if (own.length === 0) return { meters: [''], meter_amounts: [amount] };
  return { meters: own.map(({ meter }) => meter ?? ''), meter_amounts: own.map((line) => line.amount) };
}

/** A part that a charge takes, or that a correction gives back: below zero. */
export type Part<Of extends { readonly amount: bigint }> = Omit<Of, 'amount' | 'surcharge'> & {
  readonly amount: bigint;
  readonly surcharge?: bigint;
};

interface Source extends Omit<LotEntry, 'currency' | 'expires_at'> {
  readonly lot: string;
  amount: bigint;
}

type ShareColumn =
  'share_lots' | 'share_grants' | 'share_nodes' | 'share_layers' | 'share_amounts' | 'owed' | 'surcharge';

export function shareColumns(
  parts: readonly Part<Share>[],
  owed: readonly Part<Owed>[],
  currency: string,
  lotOf: (lot: string) => LotEntry,
): Pick<ChargeRow, ShareColumn> {
  const sources: Source[] = [];
  for (const { lot, amount } of parts) {
    const known = lotOf(lot);
    if (known.currency !== currency) continue;
    const same = sources.find((source) => source.lot === lot);
    if (same === undefined) sources.push({ lot, grant: known.grant, node: known.node, layer: known.layer, amount });
    else same.amount += amount;
  }
  let owedInAll = 0n;
  let surcharge = 0n;
  for (const one of owed) {
    if (one.currency !== currency) continue;
    sources.push({ lot: '', grant: '', node: one.node, layer: 'overage', amount: one.amount });
    surcharge += one.surcharge ?? 0n;
    owedInAll += one.amount + (one.surcharge ?? 0n);
  }
  return {
    share_lots: sources.map(({ lot }) => lot),
    share_grants: sources.map(({ grant }) => grant),
    share_nodes: sources.map(({ node }) => node),
    share_layers: sources.map(({ layer }) => layer),
    share_amounts: sources.map(({ amount }) => amount),
    owed: owedInAll,
    surcharge,
  };
}
