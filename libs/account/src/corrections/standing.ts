import { amount, minusFloored, smaller, ZERO, type Amount, type CurrencyId } from '@exchequer/kernel';
import { amountIn, lessOf, type Bag, type Line } from '../bag.js';
import type { Charge, CreditsDrawn, HoldCaptured, Share } from '../facts.js';
import type { ChargeStanding } from '../state/correction-state.js';

/** What a charge came to when it was booked. */
export const firstStanding = (fact: HoldCaptured | CreditsDrawn): ChargeStanding => ({
  amounts: fact.amounts,
  lines: fact.lines,
  uncollected: fact.uncollected ?? [],
  paid: [...(fact.type === 'HoldCaptured' ? fact.spent : []), ...drawnBy(fact)],
  owing: fact.owed ?? [],
  particulars: fact.particulars,
});

/** Parts of lots that a charge takes beside what its hold had set aside: from reserves, then directly. */
export const drawnBy = ({ reserves = [], drawn = [] }: Pick<Charge, 'reserves' | 'drawn'>): readonly Share[] => [
  ...reserves.flatMap(({ shares }) => shares),
  ...drawn,
];

/** What a charge is to come to, and what that gives back or takes. */
export interface Change {
  readonly amounts: Bag;
  readonly lines: readonly Line[] | undefined;
  readonly uncollected: Bag;
  readonly back: Bag;
  readonly more: Bag;
}

/** Less of the same: what was written off stays so, and the parts by meter shrink alike. */
export function refunded(before: ChargeStanding, refund: Bag): Change {
  return {
    amounts: before.amounts.map((money) => ({
      ...money,
      amount: minusFloored(money.amount, amountIn(refund, money.currency)),
    })),
    lines: before.lines && shrunk(before.lines, before.amounts, refund),
    uncollected: before.uncollected,
    back: refund.filter((money) => money.amount > ZERO),
    more: [],
  };
}

/** The real cost in place of the charged one. What was written off is taken back before anything is given back. */
export function replaced(before: ChargeStanding, amounts: Bag, lines: readonly Line[] | undefined): Change {
  const tooMuch = lessOf(before.amounts, amounts);
  return {
    amounts,
    lines,
    uncollected: lessOf(before.uncollected, tooMuch),
    back: lessOf(tooMuch, before.uncollected),
    more: lessOf(amounts, before.amounts),
  };
}

/** What of a charge has been paid or is owed: the most that can be given back. */
export const refundable = ({ amounts, uncollected }: ChargeStanding, currency: CurrencyId): Amount =>
  minusFloored(amountIn(amounts, currency), amountIn(uncollected, currency));

/** Takes a refund out of lines in proportion. Cut at the running totals, so that the parts add up to the whole. */
function shrunk(lines: readonly Line[], whole: Bag, refund: Bag): readonly Line[] {
  const passed = new Map<CurrencyId, bigint>();
  return lines.map((line) => {
    const total = amountIn(whole, line.currency);
    if (total === ZERO) return line;
    const kept = total - smaller(total, amountIn(refund, line.currency));
    const from = passed.get(line.currency) ?? 0n;
    const to = from + line.amount;
    passed.set(line.currency, to);
    return { ...line, amount: amount((to * kept) / total - (from * kept) / total) };
  });
}
