import { amount, ZERO } from '@exchequer/kernel';
import type { HoldExpired, HoldExtended, HoldPlaced, HoldVoided } from '../facts.js';
import { inScope, type Scoped } from '../limits/scope.js';
import { COUNTER_KEPT_MS } from '../limits/windows.js';
import { countPools } from '../pools/count-pools.js';
import { isRefusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import { AwaitingHold } from '../state/awaiting-hold.js';
import { HoldState } from '../state/hold-state.js';
import { limitsOf, resolveChain } from '../tree/chain.js';
import { giveBack, hold as setAside } from './evolve-credits.js';
import { holdOwed, keepInReserve, takeFromReserve } from './evolve-session.js';

export function evolveHold(state: AccountState, fact: HoldPlaced, at: number): void {
  const chain = resolveChain(state, fact.payer, fact.nodes);
  if (isRefusal(chain)) throw new Error(`broken invariant: hold ${fact.hold} names nodes that are not there`);
  const placed = new HoldState(
    fact.hold,
    state.nextHold,
    chain,
    at,
    fact.expiresAt,
    fact.amounts,
    fact.lines,
    fact.shares,
    fact.owed,
    fact.particulars,
    fact.provisional,
    fact.market,
  );
  state.nextHold += 1;
  const { session, shares, owed } = fact;
  if (session === undefined) setAside(state, shares);
  else takeFromReserve(state, { session, shares, ...(owed !== undefined && { owed }) });
  addToCounts(state, placed);
}

/** An open hold as limits see it. */
export const heldBy = ({ lots }: AccountState, hold: HoldState): Scoped => {
  const { amounts, lines, particulars } = hold;
  return { amounts, lines, particulars, payment: hold, lots };
};

/** Adds an open hold to every count of what is held on its chain and way, or takes it out. */
function countHeld(state: AccountState, hold: HoldState, sign: 1n | -1n): void {
  const { chain, amounts } = hold;
  for (const member of chain.members)
    for (const money of amounts) {
      const activity = member.activityIn(money.currency);
      activity.held = amount(activity.held + sign * money.amount);
    }
  const held = heldBy(state, hold);
  for (const limit of limitsOf(state, chain)) {
    const part = inScope(limit, held);
    if (part !== ZERO) limit.held = amount(limit.held + sign * part);
  }
  countPools(state, chain.way, hold, 'held', sign);
}

/** Takes a hold out of everything that counts it. What becomes of its shares is told apart. */
export function endHold(state: AccountState, id: HoldState['id']): HoldState {
  const ended = state.holds.get(id);
  if (ended === undefined) throw new Error(`broken invariant: hold ${id} ends but is not open`);
  state.holds.delete(id);
  takeFromCounts(state, ended);
  if (ended instanceof AwaitingHold) waitsNoMore(state, ended);
  return ended;
}

/** Takes an open hold out of the queue and of all counts of what is held. */
export function takeFromCounts(state: AccountState, hold: HoldState): void {
  state.due.remove(hold);
  holdOwed(state, hold.owed, -1n);
  countHeld(state, hold, -1n);
}

/** Puts an open hold into the queue and into all counts of what is held. */
export function addToCounts(state: AccountState, hold: HoldState): void {
  holdOwed(state, hold.owed, 1n);
  countHeld(state, hold, 1n);
  state.holds.set(hold.id, hold);
  state.due.add(hold);
}

function waitsNoMore({ awaiting }: AccountState, hold: AwaitingHold): void {
  const { task } = hold.awaited;
  const others = awaiting.get(task);
  others?.delete(hold);
  if (others?.size === 0) awaiting.delete(task);
}

/** A hold that expired or was voided is remembered for 35 days, for usage that still arrives. */
export function evolveLapse(state: AccountState, fact: HoldVoided | HoldExpired, endedAt: number): void {
  const { id, chain, placedAt, amounts, lines, particulars, provisional, market } = endHold(state, fact.hold);
  giveBack(state, fact.returned, fact.broken);
  if (fact.kept !== undefined) keepInReserve(state, fact.kept);
  state.lapsed.set(id, { id, chain, placedAt, endedAt, amounts, lines, particulars, provisional, market });
  for (const lapsed of state.lapsed.values()) {
    if (lapsed.endedAt + COUNTER_KEPT_MS > endedAt) break;
    state.lapsed.delete(lapsed.id);
  }
}

export function evolveExtension(state: AccountState, fact: HoldExtended): void {
  const extended = state.holds.get(fact.hold);
  if (extended === undefined) throw new Error(`broken invariant: hold ${fact.hold} is extended but is not open`);
  state.due.remove(extended);
  extended.dueAt = fact.expiresAt;
  state.due.add(extended);
}
