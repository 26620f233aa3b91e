import type { Charge, Fact, HoldPlaced, ReservePart, SessionEnded, SessionOpened, Share } from '../facts.js';
import type { Recount } from './recount.js';
import { costOfReserve, leftIn } from './recount-aside.js';
import { inCurrency, owedIn, sumOf } from './recount-cost.js';
import { beginRolling } from './recount-limits.js';
import { take } from './recount-lots.js';
import type { CountedSession } from './recount-sessions.js';
import { addNode, chainOf, wayOf } from './recount-tree.js';

/** Counts how sessions begin and end, and what is set aside for them. */
export function countReserves(count: Recount, fact: Fact, at: number): void {
  if (fact.type === 'SessionOpened') openSession(count, fact, at);
  if (fact.type === 'SessionEnded') endSession(count, fact, at);
}

/** Takes what is set aside from a reserve, or from what lots have available. */
export function setAside(
  count: Recount,
  { amounts, shares, owed }: HoldPlaced | SessionOpened,
  reserve: string | undefined,
): void {
  if (reserve !== undefined)
    count.sessions.change({ session: reserve as never, shares, ...(owed !== undefined && { owed }) }, -1n);
  else
    for (const { lot, amount } of shares) {
      count.lot(lot).available -= amount;
      count.lot(lot).held += amount;
    }
  for (const { currency, amount } of amounts) {
    const aside = inCurrency(count, shares, currency) + owedIn(owed, undefined, currency);
    if (aside !== amount) count.faults.push(`${String(aside)} was set aside of ${String(amount)} ${currency}`);
  }
}

function openSession(count: Recount, opened: SessionOpened, at: number): void {
  const [around] = count.sessions.around(opened.payer);
  if (opened.within !== around?.opened.session || opened.endsAt > (around?.opened.endsAt ?? Infinity))
    count.faults.push(`${opened.session} was opened elsewhere, or longer than what is around it`);
  setAside(count, opened, opened.within);
  const chain = chainOf(count, opened.payer, opened.nodes);
  const session = count.sessions.open(opened, chain, wayOf(count, opened.payer));
  addNode(count, opened.session, opened.payer, 'parent');
  beginRolling(count, chain, costOfReserve(count, session), at);
}

function endSession(count: Recount, fact: SessionEnded, at: number): void {
  const { session: id, returned, broken = [], kept } = fact;
  const { opened } = count.sessions.end(id, [...returned, ...broken, ...(kept?.shares ?? [])], kept?.owed);
  if (fact.at !== (fact.reason === 'time' ? opened.endsAt : fact.at) || fact.at > at || fact.at > opened.endsAt)
    count.faults.push(`${id} ended at another instant`);
  giveBack(count, fact, fact.reason === 'parent' ? undefined : count.sessions.around(opened.payer)[0]);
  for (const { node, currency, amount } of count.activity)
    if (node === id && sumOf(fact.spent.filter((money) => money.currency === currency)) !== amount)
      count.faults.push(`${id} spent ${String(amount)} ${currency}`);
}

/** What is given back goes to the session that stands around, else to its lots. */
export function giveBack(
  count: Recount,
  { returned, broken = [], kept }: { returned: readonly Share[]; broken?: readonly Share[]; kept?: ReservePart },
  home: CountedSession | undefined,
): void {
  if (kept !== undefined) count.sessions.change(kept, 1n);
  if (home === undefined ? kept !== undefined : returned.length + broken.length > 0)
    count.faults.push(`something went back past ${String(home?.opened.session)}`);
  if (kept !== undefined && kept.session !== home?.opened.session)
    count.faults.push(`something went back to ${kept.session}`);
  backToLots(count, returned, broken);
}

/** What is given back to lots is available again, and forfeited where they have ended. */
export function backToLots(count: Recount, returned: readonly Share[], broken: readonly Share[]): void {
  for (const { lot, amount } of returned) {
    if (count.lot(lot).ended) count.faults.push(`something went back to ${lot}, which has ended`);
    take(count, lot, 'available', amount);
  }
  for (const { lot, amount } of broken) {
    if (!count.lot(lot).ended) count.faults.push(`a part of ${lot} broke, which has not ended`);
    take(count, lot, 'forfeited', amount);
  }
}

/** Nothing is drawn, owed anew or written off while a reserve that stands around still has something. */
export function checkReserves(
  count: Recount,
  {
    payer,
    drawn = [],
    owed = [],
    beyondOverage = [],
    uncollected = [],
    reserves = [],
  }: Charge & { readonly payer: string },
): void {
  const taken = reserves.flatMap((part) => part.owed ?? []);
  const around = count.sessions.around(payer);
  for (const { currency } of around.length === 0 ? [] : count.lots) {
    const left = sumOf(around.map((session) => ({ amount: leftIn(count, session, currency) })));
    const beyond =
      inCurrency(count, drawn, currency) +
      sumOf([...beyondOverage, ...uncollected].filter((money) => money.currency === currency));
    if (left > 0n && beyond > 0n)
      count.faults.push(`${payer} paid ${String(beyond)} past ${String(left)} of its reserve`);
    if (owedIn(taken, undefined, currency) > owedIn(owed, undefined, currency))
      count.faults.push(`${payer} took overage from a reserve and owes less`);
  }
}
