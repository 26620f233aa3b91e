import { amount, type Amount, type CurrencyId, type LotId } from '@exchequer/kernel';
import { amountIn, type Bag, type Line } from '../bag.js';
import type { Owed, Particulars, PayingLayer, Share } from '../facts.js';
import type { LimitState } from '../state/limit-state.js';
import type { LotState } from '../state/lot-state.js';
import { concerns } from './selection.js';

/** What pays for something, as holds and charges say it themselves. */
export interface Payment {
  readonly shares?: readonly Share[];
  readonly spent?: readonly Share[];
  readonly reserves?: readonly { readonly shares: readonly Share[] }[];
  readonly drawn?: readonly Share[];
  readonly owed?: readonly Owed[] | undefined;
}

/** An amount with what a scope needs to know of it. */
export interface Scoped {
  readonly amounts: Bag;
  readonly lines: readonly Line[] | undefined;
  readonly particulars: Particulars | undefined;
  /** Undefined while it is not decided: a limit of layers then counts the most that it may come to. */
  readonly payment: Payment | undefined;
  readonly lots: ReadonlyMap<LotId, LotState>;
}

/** The part of an amount that a limit counts. */
export function inScope({ currency, selection }: LimitState, scoped: Scoped): Amount {
  if (selection === undefined) return amountIn(scoped.amounts, currency);
  if (!concerns(selection, scoped.particulars)) return amount(0n);
  if (selection.meters !== undefined) return inMeters(selection.meters, currency, scoped.lines);
  if (selection.layers !== undefined && scoped.payment !== undefined)
    return inLayers(selection.layers, currency, scoped.payment, scoped.lots);
  return amountIn(scoped.amounts, currency);
}

function inMeters(meters: ReadonlySet<string>, currency: CurrencyId, lines: readonly Line[] | undefined): Amount {
  let sum = 0n;
  for (const line of lines ?? [])
    if (line.currency === currency && line.meter !== undefined && meters.has(line.meter)) sum += line.amount;
  return amount(sum);
}

function inLayers(
  layers: ReadonlySet<PayingLayer>,
  currency: CurrencyId,
  { shares, spent, reserves, drawn, owed }: Payment,
  lots: Scoped['lots'],
): Amount {
  let sum = 0n;
  const add = (list: readonly Share[] = []): void => {
    for (const share of list) {
      const grant = lots.get(share.lot)?.grant;
      if (grant?.currency === currency && layers.has(grant.layer)) sum += share.amount;
    }
  };
  for (const list of [shares, spent, drawn]) add(list);
  for (const part of reserves ?? []) add(part.shares);
  if (layers.has('overage')) for (const one of owed ?? []) if (one.currency === currency) sum += one.amount;
  return amount(sum);
}
