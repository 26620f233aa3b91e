import type { Fact, LotExpiring } from '../facts.js';
import type { CountedLot } from './recount-lots.js';
import type { Recount } from './recount.js';

/** What is known of the notices of a lot. */
export interface CountedNotices {
  readonly lot: string;
  /** Since when it has had something without a break. Undefined while it has nothing. */
  since: number | undefined;
  /** The instants of those that were given. */
  readonly given: number[];
}

/** Counts notices that are given before lots end; after the same fact has been counted for lots and tree. */
export function countNotices(count: Recount, fact: Fact, at: number): void {
  if (fact.type === 'LotExpiring') give(count, fact, at);
  if (fact.type === 'ExpiryNoticeSet' || fact.type === 'NodeMoved') count.noticesChangedAt = at;
  const happenedAt = 'at' in fact ? fact.at : at;
  for (const lot of count.lots) {
    const notices = noticesOf(count, lot);
    if (lot.available + lot.held === 0n) notices.since = undefined;
    else notices.since ??= happenedAt;
  }
}

function give(count: Recount, fact: LotExpiring, at: number): void {
  const lot = count.lot(fact.lot);
  const { given } = noticesOf(count, lot);
  if (fact.at !== nextNotice(count, lot)) count.faults.push(`${lot.id} is given a notice that is not its next`);
  if (given.includes(fact.at)) count.faults.push(`${lot.id} is given the same notice twice`);
  if (fact.at > at || fact.at >= fact.expiresAt) count.faults.push(`notice of ${lot.id} comes too late`);
  const told = [fact.node, fact.currency, fact.amount, fact.held ?? 0n, fact.expiresAt, fact.beforeMs];
  const had = [lot.node, lot.currency, lot.available + lot.held, lot.held, lot.endsAt, (lot.endsAt ?? 0) - fact.at];
  if (told.join() !== had.join()) count.faults.push(`notice of ${lot.id} says ${told.join(' ')}, not ${had.join(' ')}`);
  given.push(fact.at);
}

function noticesOf({ notices }: Recount, { id: lot }: CountedLot): CountedNotices {
  let found = notices.find((one) => one.lot === lot);
  if (found === undefined) notices.push((found = { lot, since: undefined, given: [] }));
  return found;
}

/**
 * When notice of the end of a lot is given next: as its node, or the nearest above it, says. Only what had not passed when
 * the lot came to have something, and when anybody's notices or anybody's place last changed, is given at all.
 */
export function nextNotice(count: Recount, lot: CountedLot): number | undefined {
  const { since, given } = noticesOf(count, lot);
  const { endsAt } = lot;
  if (endsAt === undefined || lot.ended || since === undefined) return undefined;
  const passed = Math.max(since, count.noticesChangedAt, ...given);
  const instants = statedFor(count, lot.node).map((beforeMs) => endsAt - beforeMs);
  const next = Math.min(...instants.filter((instant) => instant > passed));
  return next === Infinity ? undefined : next;
}

function statedFor(count: Recount, id: string): readonly number[] {
  const { expiryNoticeMs, parent } = count.node(id);
  return expiryNoticeMs ?? (parent === undefined ? [] : statedFor(count, parent));
}
