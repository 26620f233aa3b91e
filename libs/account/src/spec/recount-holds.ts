import type { Fact, HoldPlaced, OutcomeAwaited, ReservePart, Share } from '../facts.js';
import type { Recount } from './recount.js';
import { costOfHold } from './recount-aside.js';
import { sumOf } from './recount-cost.js';
import { beginRolling } from './recount-limits.js';
import { take } from './recount-lots.js';
import { checkOverageHeld } from './recount-overage.js';
import { giveBack, setAside } from './recount-reserves.js';
import { chainOf, isObserved, wayOf } from './recount-tree.js';
import { mayUse } from './reference-permission.js';

export interface CountedHold {
  /** Of one whose cost waits for an outcome: what is set aside for that. */
  placed: HoldPlaced;
  readonly placedAt: number;
  readonly chain: readonly string[];
  readonly way: readonly string[];
  endsAt: number;
  ended: boolean;
  awaited?: OutcomeAwaited;
  /** What was told of its task while it waited. */
  outcome?: string | undefined;
}

/** Counts how holds are placed, and how they end without a charge. */
export function countHolds(count: Recount, fact: Fact, at: number): void {
  switch (fact.type) {
    case 'HoldPlaced':
      placeHold(count, fact, at);
      return;
    case 'HoldExtended':
      openHold(count, fact.hold).endsAt = fact.expiresAt;
      return;
    case 'HoldVoided':
      endHold(count, fact, []);
      return;
    case 'HoldExpired': {
      const { endsAt } = openHold(count, fact.hold);
      if (endsAt !== fact.at || fact.at > at) count.faults.push(`${fact.hold} expired at another instant`);
      endHold(count, fact, []);
      return;
    }
    default:
      return;
  }
}

export function openHold(count: Recount, id: string): CountedHold {
  const hold = count.holds.find(({ placed }) => placed.hold === id);
  if (hold === undefined || hold.ended) throw new Error(`${id} is not open`);
  return hold;
}

function placeHold(count: Recount, placed: HoldPlaced, at: number): void {
  setAside(count, placed, placed.session);
  if (placed.session !== count.sessions.around(placed.payer)[0]?.opened.session)
    count.faults.push(`${placed.hold} was taken from ${String(placed.session)}`);
  if (placed.session === undefined) checkOverageHeld(count, placed);
  const chain = chainOf(count, placed.payer, placed.nodes);
  checkPermission(count, placed, chain);
  const way = wayOf(count, placed.payer);
  count.holds.push({ placed, placedAt: at, chain, way, endsAt: placed.expiresAt, ended: false });
  beginRolling(count, chain, costOfHold(count, placed), at);
}

function checkPermission(count: Recount, placed: HoldPlaced, chain: readonly string[]): void {
  for (const node of chain)
    if (count.node(node).paused && !isObserved(count, node))
      count.faults.push(`${placed.hold} was placed at ${node}, which is paused`);
  for (const node of [placed.payer, ...placed.nodes, ...(placed.openers ?? [])]) {
    if (count.sessions.find(node) !== undefined) continue;
    const enforced = chainOf(count, node, []).filter((one) => !isObserved(count, one));
    const said = enforced.map((one) => count.node(one).entitlements);
    if (!mayUse(said, placed.particulars))
      count.faults.push(`${placed.hold} was placed at ${node}, which may not use it`);
  }
}

export function endHold(
  count: Recount,
  fact: { hold: string; returned: readonly Share[]; broken?: readonly Share[]; kept?: ReservePart },
  spent: readonly Share[],
): CountedHold {
  const { hold: id, returned, broken = [], kept } = fact;
  const hold = openHold(count, id);
  hold.ended = true;
  for (const { lot, amount } of hold.placed.shares) {
    const parts = [spent, returned, broken, kept?.shares ?? []].map((shares) =>
      sumOf(shares.filter((share) => share.lot === lot)),
    );
    if (parts.reduce((sum, part) => sum + part, 0n) !== amount)
      count.faults.push(`${id} ended with another share of ${lot}`);
  }
  for (const { lot, amount } of spent) take(count, lot, 'spent', amount);
  giveBack(count, fact, count.sessions.around(hold.placed.payer)[0]);
  return hold;
}
