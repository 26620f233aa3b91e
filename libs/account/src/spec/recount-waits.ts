import type { CostReturned, Fact, HoldPlaced, OutcomeAwaited, OutcomeTold } from '../facts.js';
import type { Recount } from './recount.js';
import { costOfHold } from './recount-aside.js';
import { lessUncollected, sumOf } from './recount-cost.js';
import { openHold, type CountedHold } from './recount-holds.js';
import { beginRolling } from './recount-limits.js';
import { checkOverage } from './recount-overage.js';
import { backToLots, checkReserves, giveBack } from './recount-reserves.js';
import { chainOf, wayOf } from './recount-tree.js';
import { clamped } from './recount-windows.js';

/** When a charge was booked: at the end of its wait, where it had waited for an outcome. */
export const bookedAtOf = (charge: Fact, writtenAt: number): number =>
  charge.type === 'HoldCaptured' && charge.at !== undefined ? charge.at : writtenAt;

/** Counts what waits for the outcome of its task: it is held, all that pays for it, until it is charged or goes back. */
export function countWaits(count: Recount, fact: Fact, at: number): void {
  if (fact.type === 'OutcomeAwaited') awaitOutcome(count, fact, at);
  if (fact.type === 'OutcomeTold') tellOutcome(count, fact, at);
  if (fact.type === 'CostReturned') returnCost(count, fact, at);
}

function awaitOutcome(count: Recount, fact: OutcomeAwaited, at: number): void {
  const before = fact.placed === true ? undefined : openHold(count, fact.hold);
  if (before?.awaited !== undefined) count.faults.push(`${fact.hold} waits already`);
  if (before !== undefined) before.ended = true;
  const retained = [...fact.retained, ...fact.returned, ...(fact.broken ?? []), ...(fact.kept?.shares ?? [])];
  if (perLot(retained) !== perLot(before?.placed.shares ?? []))
    count.faults.push(`${fact.hold} waits with other shares than it had`);
  giveBack(count, fact, count.sessions.around(fact.payer)[0]);
  for (const part of fact.reserves ?? []) count.sessions.change(part, -1n);
  for (const { lot, amount } of fact.drawn ?? []) {
    count.lot(lot).available -= amount;
    count.lot(lot).held += amount;
  }
  checkReserves(count, fact);
  checkOverage(count, fact, [...(fact.retainedOwed ?? []), ...(fact.reserves ?? []).flatMap(({ owed = [] }) => owed)]);
  const hold = before ?? newHold(count, fact, at);
  hold.placed = asHold(fact);
  hold.awaited = fact;
  hold.outcome = fact.outcome;
  hold.endsAt = fact.until;
  hold.ended = false;
  const paid = sumOf(costOfHold(count, hold.placed).paid);
  if (paid !== sumOf(hold.placed.amounts)) count.faults.push(`${fact.hold} waits with ${String(paid)} set aside`);
  const from = before?.placedAt ?? count.holds.find(({ placed }) => placed.hold === fact.meantFor)?.placedAt;
  if (fact.countedAt !== clamped(fact.usedAt, from, at)) count.faults.push(`${fact.hold} counts at another instant`);
  beginRolling(count, hold.chain, costOfHold(count, hold.placed), fact.countedAt);
}

/** Usage without an open hold is held on the chain that its hold had, if that lapsed, and else on the one of today. */
function newHold(count: Recount, fact: OutcomeAwaited, at: number): CountedHold {
  const lapsed = fact.late === true ? count.holds.find(({ placed }) => placed.hold === fact.meantFor) : undefined;
  const chain = lapsed?.chain ?? chainOf(count, fact.payer, fact.nodes);
  const way = lapsed?.way ?? wayOf(count, fact.payer);
  const hold = { placed: asHold(fact), placedAt: at, chain, way, endsAt: fact.until, ended: false };
  count.holds.push(hold);
  return hold;
}

/** What waits, as the hold that it is: each lot once, and without what was written off. */
function asHold(fact: OutcomeAwaited): HoldPlaced {
  const { hold, payer, nodes, openers, until: expiresAt, owed, particulars } = fact;
  const { amounts, lines } = lessUncollected(fact);
  const parts = [...fact.retained, ...(fact.reserves ?? []).flatMap(({ shares }) => shares), ...(fact.drawn ?? [])];
  const shares = [...new Set(parts.map(({ lot }) => lot))].map((lot) => ({
    lot,
    amount: sumOf(parts.filter((part) => part.lot === lot)) as never,
  }));
  return {
    type: 'HoldPlaced',
    hold,
    payer,
    nodes,
    expiresAt,
    amounts,
    ...(openers !== undefined && { openers }),
    ...(lines !== undefined && { lines }),
    shares,
    ...(owed !== undefined && { owed }),
    ...(particulars !== undefined && { particulars }),
  };
}

function tellOutcome(count: Recount, { task, outcome }: OutcomeTold, at: number): void {
  for (const hold of count.holds)
    if (!hold.ended && hold.awaited?.task === task) {
      hold.outcome = outcome;
      hold.endsAt = at;
    }
}

function returnCost(count: Recount, fact: CostReturned, at: number): void {
  const hold = openHold(count, fact.hold);
  const { awaited } = hold;
  hold.ended = true;
  if (awaited === undefined || awaited.otherwise === 'charge' || awaited.charge.includes(hold.outcome ?? ''))
    count.faults.push(`${fact.hold} was to be charged and went back`);
  if (fact.at !== hold.endsAt || fact.at > at) count.faults.push(`${fact.hold} went back at another instant`);
  const { returned, broken = [], keeps = [] } = fact;
  if (perLot([...returned, ...broken, ...keeps.flatMap(({ shares }) => shares)]) !== perLot(hold.placed.shares))
    count.faults.push(`${fact.hold} gave back other shares than it had`);
  for (const part of keeps) count.sessions.change(part, 1n);
  backToLots(count, returned, broken);
}

/** Shares as text, each lot once. */
const perLot = (shares: readonly { readonly lot: string; readonly amount: bigint }[]): string =>
  [...new Set(shares.map(({ lot }) => lot))]
    .sort()
    .map((lot) => `${lot} ${String(sumOf(shares.filter((share) => share.lot === lot)))}`)
    .join();
