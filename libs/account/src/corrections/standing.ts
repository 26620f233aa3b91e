import { minusFloored, type Amount, type CurrencyId } from '@exchequer/kernel';
import { amountIn, divideAmong, lessOf, type Bag, type Line } from '../bag.js';
import type { Charge, ChargeCorrected, CreditsDrawn, HoldCaptured, Share } from '../facts.js';
import type { ChargeStanding } from '../state/correction-state.js';

/** What a charge came to when it was booked. */
export const firstStanding = (fact: HoldCaptured | CreditsDrawn): ChargeStanding => ({
  amounts: fact.amounts,
  lines: fact.lines,
  uncollected: fact.uncollected ?? [],
  paid: [...(fact.type === 'HoldCaptured' ? fact.spent : []), ...drawnBy(fact)],
  owing: fact.owed ?? [],
  particulars: fact.particulars,
  market: fact.market,
});

/** Parts of lots that a charge takes beside what its hold had set aside: from reserves, then directly. */
export const drawnBy = ({ reserves = [], drawn = [] }: Pick<Charge, 'reserves' | 'drawn'>): readonly Share[] => [
  ...reserves.flatMap(({ shares }) => shares),
  ...drawn,
];

/** Parts of lots that pay for a charge no more, whatever became of them. */
export const givenBackBy = ({
  returned,
  renewed = [],
  broken = [],
}: Pick<ChargeCorrected, 'returned' | 'renewed' | 'broken'>): readonly Share[] => [...returned, ...renewed, ...broken];

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
  const amounts = before.amounts.map((money) => ({
    ...money,
    amount: minusFloored(money.amount, amountIn(refund, money.currency)),
  }));
  return {
    amounts,
    lines: before.lines && divideAmong(before.lines, amounts),
    uncollected: before.uncollected,
    back: refund,
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
