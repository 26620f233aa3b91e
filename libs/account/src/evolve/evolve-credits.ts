import { amount, END_OF_TIME, START_OF_TIME, ZERO, type Amount, type Instant, type LotId } from '@exchequer/kernel';
import type { CreditsGranted, CreditsTransferred, LotExpired, LotExpiring, Renewal, Share } from '../facts.js';
import { addSpendable, removeSpendable } from '../lots/draw-order.js';
import { lotOf } from '../lots/lot-of.js';
import { dropNotice, queueNotice } from '../lots/queue-notice.js';
import type { AccountState } from '../state/account-state.js';
import { LotState, type GrantState } from '../state/lot-state.js';
import type { NodeState } from '../state/node-state.js';
import { evolvePayment } from './evolve-tiers.js';
import { nodeOf } from './evolve-tree.js';

export function evolveGrant(state: AccountState, fact: CreditsGranted, at: number): void {
  const grant: GrantState = {
    id: fact.grant,
    currency: fact.currency,
    amount: fact.amount,
    layer: fact.layer,
    priority: fact.priority,
    startsAt: fact.startsAt ?? START_OF_TIME,
    expiresAt: fact.expiresAt ?? END_OF_TIME,
    grantedAt: at,
    paid: fact.paid,
    note: fact.note,
    lots: [],
  };
  state.grants.set(grant.id, grant);
  state.nextGrant += 1;
  evolvePayment(state, fact.paid);
  const lot = addLot(state, fact.lot, grant, nodeOf(state, fact.node), grant.expiresAt);
  changeAvailable(lot, fact.amount);
  queueNotice(state, lot, at);
}

function addLot(state: AccountState, id: LotId, grant: GrantState, node: NodeState, expiresAt: Instant): LotState {
  const lot = new LotState(id, state.nextLot, grant, node, expiresAt);
  state.nextLot += 1;
  grant.lots.push(lot);
  node.purse(grant.currency).lots.push(lot);
  state.lots.set(id, lot);
  if (lot.expires) state.due.add(lot);
  return lot;
}

/** Adds to what a lot can spend, or takes from it, and keeps the lot in the list of those that have something. */
export function changeAvailable(lot: LotState, change: bigint): void {
  const before = lot.available;
  lot.available = amount(before + change);
  if (lot.available < ZERO) throw new Error(`broken invariant: lot ${lot.id} would be below zero`);
  if (before === ZERO && lot.available > ZERO) addSpendable(lot.node.purse(lot.grant.currency).spendable, lot);
  else if (before > ZERO && lot.available === ZERO) removeSpendable(lot.node.purse(lot.grant.currency).spendable, lot);
}

/** @param at when it was booked, for a transfer that does not say when it happened by itself. */
export function evolveTransfer(state: AccountState, fact: CreditsTransferred, at: Instant): void {
  for (const move of fact.moves) {
    const from = lotOf(state, move.lot);
    const to =
      state.lots.get(move.toLot) ?? addLot(state, move.toLot, from.grant, nodeOf(state, move.toNode), from.expiresAt);
    changeAvailable(from, 0n - move.amount);
    changeAvailable(to, move.amount);
    dropNotice(state, from);
    queueNotice(state, to, fact.at ?? at);
  }
}

/** Notice was given: the next one is due later. */
export function evolveLotExpiring(state: AccountState, fact: LotExpiring): void {
  queueNotice(state, lotOf(state, fact.lot), fact.at);
}

export function evolveLotExpiry(state: AccountState, fact: LotExpired): void {
  const lot = lotOf(state, fact.lot);
  state.due.remove(lot);
  changeAvailable(lot, 0n - fact.forfeited);
  lot.forfeited = amount(lot.forfeited + fact.forfeited);
  lot.ended = true;
}

/** Sets parts of lots aside. */
export function hold(state: AccountState, shares: readonly Share[]): void {
  for (const share of shares) {
    const lot = lotOf(state, share.lot);
    changeAvailable(lot, 0n - share.amount);
    lot.held = amount(lot.held + share.amount);
  }
}

const takeHeld = (lot: LotState, part: Amount): void => {
  lot.held = amount(lot.held - part);
};

export function spendHeld(state: AccountState, shares: readonly Share[]): void {
  for (const share of shares) {
    const lot = lotOf(state, share.lot);
    takeHeld(lot, share.amount);
    lot.spent = amount(lot.spent + share.amount);
    dropNotice(state, lot);
  }
}

export function giveBack(state: AccountState, returned: readonly Share[], broken: readonly Share[] | undefined): void {
  for (const share of returned) {
    const lot = lotOf(state, share.lot);
    takeHeld(lot, share.amount);
    changeAvailable(lot, share.amount);
  }
  for (const share of broken ?? []) {
    const lot = lotOf(state, share.lot);
    takeHeld(lot, share.amount);
    lot.forfeited = amount(lot.forfeited + share.amount);
  }
}

/** Gives spent parts back to their lots; what has expired since is forfeited. */
export function unspend(
  state: AccountState,
  returned: readonly Share[],
  broken: readonly Share[] | undefined,
  at: Instant,
): void {
  for (const share of returned) {
    const lot = lotOf(state, share.lot);
    lot.spent = amount(lot.spent - share.amount);
    changeAvailable(lot, share.amount);
    queueNotice(state, lot, at);
  }
  for (const share of broken ?? []) {
    const lot = lotOf(state, share.lot);
    lot.spent = amount(lot.spent - share.amount);
    lot.forfeited = amount(lot.forfeited + share.amount);
  }
}

/** Gives spent parts of lots that have ended back in lots that have not. */
export function renew(state: AccountState, renewed: readonly Renewal[] | undefined, at: Instant): void {
  for (const { lot, amount: part, toLot, toNode, expiresAt } of renewed ?? []) {
    const from = lotOf(state, lot);
    const to = state.lots.get(toLot) ?? addLot(state, toLot, from.grant, nodeOf(state, toNode), expiresAt);
    from.spent = amount(from.spent - part);
    changeAvailable(to, part);
    queueNotice(state, to, at);
  }
}

export function spendAvailable(state: AccountState, shares: readonly Share[] | undefined): void {
  for (const share of shares ?? []) {
    const lot = lotOf(state, share.lot);
    changeAvailable(lot, 0n - share.amount);
    lot.spent = amount(lot.spent + share.amount);
    dropNotice(state, lot);
  }
}
