import type { Charge, Fact, HoldCaptured, OutcomeAwaited, Owed, Share } from '../facts.js';
import type { Recount } from './recount.js';
import type { CountedCharge } from './recount-corrections.js';
import { inCurrency, lessUncollected, owedIn, paidBy } from './recount-cost.js';
import { endHold } from './recount-holds.js';
import { counts, windowOf } from './recount-limits.js';
import { take } from './recount-lots.js';
import { checkOverage, debtOf } from './recount-overage.js';
import { checkReserves } from './recount-reserves.js';
import { chainOf, wayOf } from './recount-tree.js';
import { clamped } from './recount-windows.js';

/** What a charge was for, and what of it the hold had set aside. */
interface Settled {
  readonly chain: readonly string[];
  readonly way: readonly string[];
  readonly placedAt: number | undefined;
  readonly heldOwed: readonly Owed[];
  readonly spent: readonly Share[];
  readonly awaited?: OutcomeAwaited | undefined;
}

/** Counts what calls cost. */
export function countCharges(count: Recount, fact: Fact, at: number): void {
  if (fact.type === 'HoldCaptured') {
    const { chain, way, placed, placedAt, awaited } = endHold(count, fact, fact.spent);
    if (awaited !== undefined) checkWaited(count, fact, awaited);
    const kept = (fact.kept?.owed ?? []).map(negative);
    const heldOwed = [...(placed.owed ?? []), ...kept];
    charge(count, fact, { chain, way, placedAt, heldOwed, spent: fact.spent, awaited }, at);
  }
  if (fact.type === 'CreditsDrawn') {
    const hold = count.holds.find(({ placed }) => placed.hold === fact.hold);
    const chain = fact.late === true && hold !== undefined ? hold.chain : chainOf(count, fact.payer, fact.nodes);
    const way = fact.late === true && hold !== undefined ? hold.way : wayOf(count, fact.payer);
    charge(count, fact, { chain, way, placedAt: hold?.placedAt, heldOwed: [], spent: [] }, at);
  }
}

const negative = ({ amount, surcharge, ...one }: Owed): Owed => ({
  ...one,
  amount: (0n - amount) as never,
  ...(surcharge !== undefined && { surcharge: (0n - surcharge) as never }),
});

/** What had waited is charged as it was told then, and all that was set aside for it pays. */
function checkWaited(count: Recount, fact: HoldCaptured, awaited: OutcomeAwaited): void {
  const texts = (...parts: readonly unknown[]): string =>
    JSON.stringify(parts, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  const { amounts, lines, usage, usedAt, owed, beyondOverage, uncollected, market } = awaited;
  const told = [amounts, lines, usage, usedAt, owed, beyondOverage, uncollected, market];
  const charged = [fact.amounts, fact.lines, fact.usage, fact.usedAt, fact.owed, fact.beyondOverage, fact.uncollected];
  if (texts(...told) !== texts(...charged, fact.market))
    count.faults.push(`${fact.hold} waited for an outcome and was charged otherwise`);
}

/** Books a cost: from lots, as owed, and where limits count it. */
function charge(
  count: Recount,
  fact: Charge & { readonly type: string; readonly payer: string; readonly at?: number },
  { chain, way, placedAt, heldOwed, spent, awaited }: Settled,
  at: number,
): void {
  for (const { lot, amount } of fact.drawn ?? []) {
    count.lot(lot).available -= amount;
    count.lot(lot).spent += amount;
  }
  for (const part of fact.reserves ?? []) {
    count.sessions.change(part, -1n);
    for (const { lot, amount } of part.shares) take(count, lot, 'spent', amount);
  }
  checkReserves(count, fact);
  if (awaited === undefined)
    checkOverage(count, fact, [...heldOwed, ...(fact.reserves ?? []).flatMap(({ owed = [] }) => owed)]);
  for (const one of fact.owed ?? []) count.balance(count.owed, one.node, one.currency).amount += debtOf(one);
  const reserved = (fact.reserves ?? []).flatMap(({ shares }) => shares);
  const shares = [...spent, ...reserved, ...(fact.drawn ?? [])];
  const counted = lessUncollected(fact, paidBy(count, shares, fact.owed));
  for (const { currency, amount } of counted.amounts) {
    const paid = inCurrency(count, shares, currency) + owedIn(fact.owed, undefined, currency);
    if (paid !== amount)
      count.faults.push(`${fact.type} of ${String(amount)} ${currency} was paid with ${String(paid)}`);
    for (const node of chain) count.balance(count.activity, node, currency).amount += amount;
  }
  const countedAt =
    awaited === undefined ? clamped(fact.usedAt, placedAt, at) : clamped(awaited.countedAt, undefined, fact.at ?? at);
  if (fact.countedAt !== countedAt)
    count.faults.push(`${fact.type} counts at ${String(fact.countedAt)}, not ${String(countedAt)}`);
  for (const limit of count.limits) {
    const part = counts(limit, chain, counted);
    if (part > 0n) windowOf(limit, countedAt).used += part;
  }
  // What had waited for an outcome was booked when its wait ended.
  keep(count, fact, { chain, way, shares, countedAt }, fact.at ?? at);
}

/** Remembers a charge with what a correction of it must know. */
function keep(
  count: Recount,
  fact: Charge,
  { chain, way, shares, countedAt }: Pick<CountedCharge, 'chain' | 'way' | 'countedAt'> & { shares: readonly Share[] },
  at: number,
): void {
  count.charges.push({
    place: count.place,
    chain,
    way,
    bookedAt: at,
    countedAt,
    limits: count.limits.filter((limit) => !limit.removed),
    cost: fact,
    parts: [
      ...shares.map(({ lot, amount }) => ({ lot, node: undefined, currency: count.lot(lot).currency, amount })),
      ...(fact.owed ?? []).map((one) => ({ lot: undefined, ...one })),
    ],
  });
}
