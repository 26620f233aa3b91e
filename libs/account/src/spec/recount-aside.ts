import type { Bag } from '../bag.js';
import type { HoldPlaced } from '../facts.js';
import type { Recount } from './recount.js';
import { paidBy, sumOf, type Cost } from './recount-cost.js';
import { counts, type CountedLimit } from './recount-limits.js';
import type { CountedSession } from './recount-sessions.js';

/** What the open holds set aside that a limit counts, and what is left of the reserves. */
export const heldBy = (count: Recount, limit: CountedLimit): bigint =>
  sumOf(aside(count, limit.set.node).map(({ chain, cost }) => ({ amount: counts(limit, chain, cost) })));

/** The same for a node and all under it. */
export function heldAt(count: Recount, node: string, currency: string): bigint {
  return sumOf(aside(count, node).flatMap(({ cost }) => cost.amounts.filter((money) => money.currency === currency)));
}

/** What is set aside under a node. */
function aside(count: Recount, node: string): readonly { readonly chain: readonly string[]; readonly cost: Cost }[] {
  const holds = count.holds.filter((hold) => !hold.ended && hold.chain.includes(node));
  const sessions = count.sessions.all.filter((session) => !session.ended && session.chain.includes(node));
  return [
    ...holds.map(({ chain, placed }) => ({ chain, cost: costOfHold(count, placed) })),
    ...sessions.map((session) => ({ chain: session.chain, cost: costOfReserve(count, session) })),
  ];
}

export function costOfHold(count: Recount, { amounts, lines, particulars, shares, owed }: HoldPlaced): Cost {
  return { amounts, lines, paid: paidBy(count, shares, owed), told: particulars };
}

/** What is left of a reserve. It has no meters, and of its own only what was told when the session was opened. */
export function costOfReserve(count: Recount, session: CountedSession): Cost {
  const { left, leftOwed, opened } = session;
  const amounts = opened.amounts.map(({ currency }) => ({ currency, amount: leftIn(count, session, currency) }));
  const paid = paidBy(count, left, leftOwed);
  return { amounts: amounts as readonly unknown[] as Bag, lines: undefined, paid, told: opened.particulars };
}

/** What is left of a reserve in a currency. */
export function leftIn(count: Recount, { left, leftOwed }: CountedSession, currency: string): bigint {
  return (
    sumOf(left.filter(({ lot }) => count.lot(lot).currency === currency)) +
    sumOf(leftOwed.filter((one) => one.currency === currency))
  );
}
