import type { Bag } from '../bag.js';
import type { Charge, ChargeCorrected, Fact } from '../facts.js';
import { factPlace } from './book.js';
import type { Recount } from './recount.js';
import { lessUncollected, paidBy, sumOf, type Cost } from './recount-cost.js';
import { counts, windowOf, type CountedLimit } from './recount-limits.js';
import { renew, take } from './recount-lots.js';
import { checkOverage, debtOf, surchargeOfPart } from './recount-overage.js';

const DAYS_35 = 35 * 24 * 60 * 60 * 1_000;

/** A part of what pays for a charge: of a lot, or owed at a node. */
export interface CountedPart {
  readonly lot: string | undefined;
  readonly node: string | undefined;
  readonly currency: string;
  amount: bigint;
  /** Of what is owed: what came on top of it. */
  surcharge?: bigint;
}

/** A charge with what a correction of it must know. */
export interface CountedCharge {
  /** Its place among the facts. */
  readonly place: number;
  readonly chain: readonly string[];
  readonly way: readonly string[];
  readonly bookedAt: number;
  readonly countedAt: number;
  /** The limits that there were when it was booked. */
  readonly limits: readonly CountedLimit[];
  /** What it comes to. */
  cost: Pick<Charge, 'amounts' | 'lines' | 'uncollected' | 'particulars'>;
  /** Lots in the order in which they were drawn, then what is owed: taken back from the end. */
  parts: CountedPart[];
}

/** Counts a correction: what goes back goes to the last part that was taken, and limits count the difference. */
export function countCorrections(count: Recount, fact: Fact, at: number): void {
  if (fact.type !== 'ChargeCorrected') return;
  const charge = count.charges.find((one) => one.place === factPlace(fact.of));
  if (charge === undefined) throw new Error(`there is no charge at ${fact.of}`);
  correct(count, charge, fact, at);
}

function correct(count: Recount, charge: CountedCharge, fact: ChargeCorrected, at: number): void {
  const fault = (text: string): void => void count.faults.push(`the correction of ${fact.of}: ${text}`);
  if (charge.bookedAt + DAYS_35 <= at) fault('comes too late');
  const members = charge.chain.filter((node) => !count.sessions.isEnded(node));
  if (fact.chain.join() !== [...fact.chain].filter((node) => charge.chain.includes(node)).join())
    fault('counts by others');
  if (fact.chain.length !== members.length) fault('counts by more or fewer');
  if (textOf(fact.amountsBefore) !== textOf(charge.cost.amounts)) fault('starts from another amount');
  if (fact.countedAt !== charge.countedAt) fault('counts at another instant');
  const before = lessUncollected(charge.cost, paidOf(count, charge));
  const expected = takenBack(charge, fact);
  const given = [
    ...(fact.forgiven ?? []).map((one) => `${one.node} ${one.currency} ${String(debtOf(one))}`),
    ...[...fact.returned, ...(fact.renewed ?? []), ...(fact.broken ?? [])].map(
      ({ lot, amount }) => `${lot} ${String(amount)}`,
    ),
  ];
  if (summed(given) !== summed(expected)) fault(`gave back ${given.join()} and should have given ${expected.join()}`);
  moveCredits(count, fact, at, fault);
  for (const { lot, amount } of [...(fact.reserves ?? []).flatMap(({ shares }) => shares), ...(fact.drawn ?? [])])
    addPart(charge, { lot, node: undefined, currency: count.lot(lot).currency, amount });
  for (const one of fact.owed ?? []) addPart(charge, { lot: undefined, ...one });
  countDifference(count, charge, before, lessUncollected(fact, paidOf(count, charge)), at);
  charge.cost = fact;
  for (const { currency, amount } of lessUncollected(fact).amounts)
    if (sumOf(charge.parts.filter((part) => part.currency === currency)) !== amount)
      fault(`comes to ${String(amount)} ${currency}, which is not what pays for it`);
}

/** What must go back, the last part first: by currency as much as the charge costs less than before. */
function takenBack(charge: CountedCharge, fact: ChargeCorrected): readonly string[] {
  const before = lessUncollected(charge.cost).amounts;
  const after = lessUncollected(fact).amounts;
  const taken: string[] = [];
  for (const { currency } of before) {
    let back = amountIn(before, currency) - amountIn(after, currency);
    for (const part of charge.parts.toReversed()) {
      if (part.currency !== currency || back <= 0n) continue;
      const gone = part.amount < back ? part.amount : back;
      const kept = surchargeOfPart(part.surcharge ?? 0n, part.amount - gone, part.amount);
      const relieved = gone + (part.surcharge ?? 0n) - kept;
      part.amount -= gone;
      part.surcharge = kept;
      back -= gone;
      if (gone > 0n) taken.push(`${part.lot ?? `${String(part.node)} ${currency}`} ${String(relieved)}`);
    }
  }
  return taken;
}

/** Lots come before what is owed, whenever they were drawn. */
function addPart(charge: CountedCharge, part: CountedPart): void {
  const same = charge.parts.find(
    (one) => one.lot === undefined && one.node === part.node && one.currency === part.currency,
  );
  if (part.lot === undefined && same !== undefined && same.amount > 0n) {
    same.amount += part.amount;
    same.surcharge = (same.surcharge ?? 0n) + (part.surcharge ?? 0n);
  } else if (part.lot === undefined) charge.parts.push(part);
  else {
    const firstOwed = charge.parts.findIndex((one) => one.lot === undefined);
    charge.parts.splice(firstOwed < 0 ? charge.parts.length : firstOwed, 0, part);
  }
}

function moveCredits(count: Recount, fact: ChargeCorrected, at: number, fault: (text: string) => void): void {
  for (const { lot, amount } of fact.returned) {
    if (count.lot(lot).ended) fault(`gives back to ${lot}, which has ended`);
    count.lot(lot).spent -= amount;
    count.lot(lot).available += amount;
  }
  for (const part of fact.renewed ?? []) renew(count, part, at);
  for (const { lot, amount } of fact.broken ?? []) {
    if (!count.lot(lot).ended) fault(`breaks a part of ${lot}, which has not ended`);
    if (!count.lot(lot).isRenewal && isAlwaysRenewed(count, count.lot(lot).node))
      fault(`breaks a part of ${lot}, for which there is grace`);
    count.lot(lot).spent -= amount;
    count.lot(lot).forfeited += amount;
  }
  for (const one of fact.forgiven ?? []) count.balance(count.owed, one.node, one.currency).amount -= debtOf(one);
  for (const { lot, amount } of fact.drawn ?? []) {
    count.lot(lot).available -= amount;
    count.lot(lot).spent += amount;
  }
  for (const part of fact.reserves ?? []) {
    count.sessions.change(part, -1n);
    for (const { lot, amount } of part.shares) take(count, lot, 'spent', amount);
  }
  checkOverage(
    count,
    fact,
    (fact.reserves ?? []).flatMap(({ owed = [] }) => owed),
  );
  for (const one of fact.owed ?? []) count.balance(count.owed, one.node, one.currency).amount += debtOf(one);
}

/** Wherever it would lie, and whatever nodes between are archived: the root gives grace, and nobody below forbids it. */
function isAlwaysRenewed(count: Recount, id: string): boolean {
  const { refunds, parent } = count.node(id);
  if (refunds?.expired === 'breakage') return false;
  return parent === undefined ? refunds !== undefined : isAlwaysRenewed(count, parent);
}

/** Limits that counted the charge count the difference in the same window, unless that is long gone. */
function countDifference(count: Recount, charge: CountedCharge, before: Cost, after: Cost, at: number): void {
  for (const currency of new Set([...before.amounts, ...after.amounts].map((money) => money.currency))) {
    const difference = amountIn(after.amounts, currency) - amountIn(before.amounts, currency);
    for (const node of charge.chain.filter((one) => !count.sessions.isEnded(one)))
      count.balance(count.activity, node, currency).amount += difference;
  }
  for (const limit of charge.limits) {
    const difference = counts(limit, charge.chain, after) - counts(limit, charge.chain, before);
    if (difference === 0n) continue;
    const { set, windows } = limit;
    const isOpen = windows.some(({ from, to }) => from <= charge.countedAt && charge.countedAt < to);
    // No rolling window begins so long ago: one that had been there could not be told from none.
    if (set.window.kind === 'rolling' && !isOpen && charge.countedAt + DAYS_35 <= at) continue;
    const window = windowOf(limit, charge.countedAt);
    if (window.to + DAYS_35 > at) window.used += difference;
  }
}

/** What pays for a charge as it stands. */
const paidOf = (count: Recount, { parts }: CountedCharge): Cost['paid'] =>
  parts.flatMap(({ lot, currency, amount }) =>
    lot === undefined ? [{ currency, layer: 'overage', amount }] : paidBy(count, [{ lot, amount }]),
  );

const amountIn = (bag: Bag, currency: string): bigint => sumOf(bag.filter((money) => money.currency === currency));

const textOf = (bag: Bag): string => bag.map(({ currency, amount }) => `${currency} ${String(amount)}`).join();

/** What a node owes in a currency is one sum, in however many parts it came to owe it: `ada credit 2`, `ada credit 3`. */
function summed(parts: readonly string[]): string {
  const sums = new Map<string, bigint>();
  for (const part of parts) {
    const end = part.lastIndexOf(' ');
    const of = part.slice(0, end);
    sums.set(of, (sums.get(of) ?? 0n) + BigInt(part.slice(end + 1)));
  }
  return Array.from(sums, ([of, sum]) => `${of} ${String(sum)}`)
    .sort()
    .join();
}
