import type { Fact, Renewal } from '../facts.js';
import { refundsOf } from './recount-tree.js';
import type { Recount } from './recount.js';

export interface CountedLot {
  readonly id: string;
  readonly grant: string;
  readonly node: string;
  readonly currency: string;
  readonly endsAt: number | undefined;
  /** It was made for what was given back after the end of its grant. */
  readonly isRenewal: boolean;
  available: bigint;
  held: bigint;
  spent: bigint;
  forfeited: bigint;
  ended: boolean;
}

/** Counts how lots come, move and end. */
export function countLots(count: Recount, fact: Fact, at: number): void {
  switch (fact.type) {
    case 'CreditsGranted':
      count.granted.push({ node: fact.grant, currency: fact.currency, amount: fact.amount, layer: fact.layer });
      count.lots.push({
        id: fact.lot,
        grant: fact.grant,
        node: fact.node,
        currency: fact.currency,
        endsAt: fact.expiresAt,
        isRenewal: false,
        available: fact.amount,
        held: 0n,
        spent: 0n,
        forfeited: 0n,
        ended: false,
      });
      return;
    case 'CreditsTransferred':
      for (const { lot, amount, toLot, toNode } of fact.moves) move(count, lot, amount, toLot, toNode);
      return;
    case 'LotExpired':
      expireLot(count, fact.lot, fact.at, fact.forfeited, at);
      return;
    default:
      return;
  }
}

function move(count: Recount, from: string, part: bigint, toId: string, toNode: string): void {
  const lot = count.lot(from);
  let to = count.lots.find((one) => one.id === toId);
  if (to === undefined) count.lots.push((to = { ...lot, id: toId, node: toNode, ...EMPTY, ended: lot.ended }));
  if (to.grant !== lot.grant || to.node !== toNode || to.endsAt !== lot.endsAt || to.ended || lot.ended)
    count.faults.push(`${from} moved to ${toId}, which is no lot for it`);
  lot.available -= part;
  to.available += part;
}

/** What is given back of a lot that has ended goes, once, to a lot with a grace of its own, as its new place or one above it says. */
export function renew(count: Recount, { lot: id, amount, toLot, toNode, expiresAt }: Renewal, at: number): void {
  const lot = count.lot(id);
  let to = count.lots.find((one) => one.id === toLot);
  if (to === undefined) {
    to = { ...lot, id: toLot, node: toNode, endsAt: expiresAt, isRenewal: true, ...EMPTY };
    count.lots.push(to);
  }
  const rule = refundsOf(count, toNode);
  if (rule?.expired !== 'new-lot' || expiresAt !== at + rule.graceMs)
    count.faults.push(`${toLot} is given no such grace`);
  if (lot.isRenewal) count.faults.push(`${id} is renewed a second time`);
  if (to.grant !== lot.grant || to.node !== toNode || to.endsAt !== expiresAt || to.ended || !lot.ended)
    count.faults.push(`${id} is renewed in ${toLot}, which is no lot for it`);
  lot.spent -= amount;
  to.available += amount;
}

const EMPTY = { available: 0n, held: 0n, spent: 0n, forfeited: 0n, ended: false };

function expireLot(count: Recount, id: string, instant: number, forfeited: bigint, at: number): void {
  const lot = count.lot(id);
  if (lot.ended || lot.endsAt !== instant || instant > at) count.faults.push(`${id} expired at another instant`);
  if (lot.available !== forfeited)
    count.faults.push(`${id} forfeited ${String(forfeited)} of ${String(lot.available)}`);
  lot.available -= forfeited;
  lot.forfeited += forfeited;
  lot.ended = true;
}

/** Moves what a lot has set aside. */
export function take(count: Recount, id: string, into: 'spent' | 'available' | 'forfeited', amount: bigint): void {
  const lot = count.lot(id);
  lot.held -= amount;
  lot[into] += amount;
}
