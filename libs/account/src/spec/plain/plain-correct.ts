import type { Line } from '../../bag.js';
import type { BookedCharge, Correct } from '../../commands.js';
import type { Fact } from '../../facts.js';
import type { RefusalCode } from '../../refusal.js';
import { lessUncollected, paidBy, sumOf, type Cost } from '../recount-cost.js';
import { counts, type CountedLimit } from '../recount-limits.js';
import { bookedAtOf } from '../recount-waits.js';
import { spanOf } from '../recount-windows.js';
import type { PlainAccount, PlainStanding } from './plain-account.js';
import { totals, undeclared } from './plain-authorize.js';
import { fact, someOf, told, type PlainDecision } from './plain-decision.js';
import { pausesBy } from './plain-limit-pause.js';
import { limitsOn, running } from './plain-limits.js';
import { least, pooled, renewedOf, type MadeLot, type Part } from './plain-lots.js';
import { addOwed, dividedOwed, type PlainOwed } from './plain-owed.js';
import { inCurrency, pay, type Money } from './plain-pay.js';
import { periodsBegun, statedWay } from './plain-pool-rules.js';
import { firstStanding } from './plain-standing.js';
import { crossedByChange } from './plain-thresholds.js';

const DAYS_35 = 35 * 24 * 60 * 60 * 1_000;

interface Change {
  readonly amounts: readonly Money[];
  readonly lines: readonly Line[] | undefined;
  readonly uncollected: readonly Money[];
  readonly back: readonly Money[];
  readonly more: readonly Money[];
}

/** Gives back what was too much, from the last part that paid to the first, or takes what was too little. */
export function plainCorrect(account: PlainAccount, command: Correct, at: number): PlainDecision {
  const { of } = command;
  const original = command.original && {
    ...command.original,
    bookedAt: bookedAtOf(command.original.fact, command.original.bookedAt),
  };
  if (original === undefined || original.bookedAt + DAYS_35 <= at) return 'Malformed';
  const before = account.corrected.find((one) => one.of === of)?.standing ?? firstStanding(original.fact);
  const waits = account.waiting.includes(original.fact.number ?? 0);
  if (command.priceCame === true && !waits) return [];
  const change = changeOf(account, command, before);
  if (typeof change === 'string') return change;
  if (change.more.length > 0 && !isRemembered(account, original.fact.payer)) return 'Malformed';
  if (change.back.length === 0 && change.more.length === 0 && isSame(before, change) && !waits)
    if (before.market === undefined || command.market === undefined || said(before.market) === said(command.market))
      return [];
  return corrected(account, command, original, before, change, at);
}

const isRemembered = (account: PlainAccount, payer: string): boolean =>
  account.nodes.some(({ id }) => id === payer) || account.endedSessions.some(({ session }) => session === payer);

function changeOf(account: PlainAccount, { to }: Correct, before: PlainStanding): Change | RefusalCode {
  if (undeclared(account, 'lines' in to ? to.lines : to.refund)) return 'Malformed';
  if ('lines' in to) {
    const amounts = totals(to.lines);
    const tooMuch = less(before.amounts, amounts);
    return {
      amounts,
      lines: to.lines.some((line) => line.meter !== undefined) ? to.lines : undefined,
      uncollected: less(before.uncollected, tooMuch),
      back: less(tooMuch, before.uncollected),
      more: less(amounts, before.amounts),
    };
  }
  for (const { currency, amount } of to.refund)
    if (amount > inCurrency(before.amounts, currency) - inCurrency(before.uncollected, currency)) return 'Malformed';
  const amounts = before.amounts.map(({ currency, amount }) => ({
    currency,
    amount: amount - inCurrency(to.refund, currency),
  }));
  const back = to.refund.filter(({ amount }) => amount > 0n);
  return { amounts, lines: before.lines?.map(shrunk(amounts)), uncollected: before.uncollected, back, more: [] };
}

/** What of one is beyond the other. */
const less = (one: readonly Money[], other: readonly Money[]): readonly Money[] =>
  one
    .map(({ currency, amount }) => ({ currency, amount: amount - inCurrency(other, currency) }))
    .filter(({ amount }) => amount > 0n);

/** A part by meter in proportion to its whole: what all parts up to it come to, less what those before it do, rounded down. */
const shrunk =
  (to: readonly Money[]) =>
  (line: Line, index: number, lines: readonly Line[]): Line => {
    const same = lines.filter(({ currency }) => currency === line.currency);
    const whole = sumOf(same);
    const through = (count: number): bigint =>
      whole === 0n ? 0n : (sumOf(same.slice(0, count)) * inCurrency(to, line.currency)) / whole;
    const place = lines.slice(0, index).filter(({ currency }) => currency === line.currency).length;
    return { ...line, amount: (through(place + 1) - through(place)) as typeof line.amount };
  };

const isSame = (before: PlainStanding, after: Change): boolean =>
  said(before.amounts) === said(after.amounts) &&
  said(before.uncollected) === said(after.uncollected) &&
  said(before.lines ?? []) === said(after.lines ?? []);

const said = (parts: readonly (Money & { readonly meter?: string })[]): string =>
  parts.map(({ meter = '', currency, amount }) => `${meter} ${currency} ${String(amount)}`).join();

function corrected(
  account: PlainAccount,
  command: Correct,
  { fact: charge, bookedAt }: BookedCharge,
  before: PlainStanding,
  { amounts, lines, uncollected, back, more }: Change,
  at: number,
): readonly Fact[] {
  const { paid, owing, parts, forgiven } = takenBack(account, before, back);
  const { particulars: now } = command;
  const particulars = (before.particulars ?? now) ? { ...before.particulars, ...now } : undefined;
  const pays = isRemembered(account, charge.payer);
  const extra = pays ? pay(account, charge.payer, more, 'draw', at, particulars) : undefined;
  const { reserves = [], drawn = [], owed = [], beyondOverage = [] } = extra ?? {};
  const owingNow = owed.reduce(addOwed, owing);
  const paidNow = [...paid, ...reserves.flatMap(({ shares }) => shares), ...drawn];
  const hasEnded = ({ lot }: Part): boolean => account.counted.lot(lot).ended;
  const returned = parts.filter((part) => !hasEnded(part));
  const made: MadeLot[] = [];
  const { renewed, broken } = renewedOf(account, parts.filter(hasEnded), at, made);
  const number = charge.number ?? 0;
  const chain = (account.countedBy[number - 1] ?? []).filter((id) => !account.counted.sessions.isEnded(id));
  const way = statedWay(account, wayOfCharge(account, charge)) ?? [];
  const correction = fact({
    type: 'ChargeCorrected',
    ...told({ of: command.of, payer: charge.payer, nodes: charge.nodes, openers: charge.openers, hold: charge.hold }),
    ...told({ bookedAt, number, chain, amounts, lines, usedAt: charge.usedAt, countedAt: charge.countedAt }),
    ...told({ usage: charge.usage, particulars, linesBefore: before.lines, reason: command.reason }),
    ...(now?.meters !== undefined && { metersBefore: before.particulars?.meters ?? {} }),
    ...someOf({ reserves, drawn, owed, beyondOverage, uncollected, uncollectedBefore: before.uncollected }),
    ...someOf({ way, renewed, broken, owing: owingNow }),
    ...someOf({ forgiven }),
    ...(before.market !== undefined && { market: command.market ?? before.market, marketBefore: before.market }),
    ...(account.waiting.includes(number) && { settlesProvisional: true }),
    amountsBefore: before.amounts,
    returned,
    paid: paidNow,
  });
  const was = costOf(account, before);
  const is = costOf(account, {
    ...before,
    amounts,
    lines,
    uncollected,
    paid: paidNow,
    owing: owingNow,
  });
  const changed = changedLimits(account, number, chain, was, is);
  const crossings = changed.flatMap(({ limit, by }) => crossedByChange(limit, by, charge.countedAt, at));
  return [
    ...windowsToCorrect(
      changed.map(({ limit }) => limit),
      charge.countedAt,
      at,
    ),
    ...periodsBegun(account, way, amounts, bookedAt, at),
    correction,
    ...pooled(account, returned, made),
    ...crossings,
    ...pausesBy(account, crossings),
  ];
}

/** On its day. Where it states other members than the tree tells, it also states the way that pool rules counted it by, if any did. */
const wayOfCharge = ({ counted }: PlainAccount, { chain, way, number = 0 }: BookedCharge['fact']): readonly string[] =>
  chain === undefined ? (counted.charges[number - 1]?.way ?? []) : (way ?? []);

const costOf = (account: PlainAccount, { paid, owing, ...cost }: PlainStanding): Cost =>
  lessUncollected(cost as unknown as Parameters<typeof lessUncollected>[0], paidBy(account.counted, paid, owing));

/** The limits that there were at the charge, and by how much they count it otherwise now. */
function changedLimits(account: PlainAccount, number: number, chain: readonly string[], before: Cost, after: Cost) {
  const since = account.counted.charges[number - 1]?.limits ?? [];
  return limitsOn(account, chain)
    .filter((limit) => since.includes(limit))
    .map((limit) => ({ limit, by: counts(limit, chain, after) - counts(limit, chain, before) }))
    .filter(({ by }) => by !== 0n);
}

/** A window begins where a limit counts the charge only now; not where it is long gone. */
function windowsToCorrect(limits: readonly CountedLimit[], countedAt: number, at: number): readonly Fact[] {
  return limits
    .filter(({ set: { window } }) => window.kind !== 'sliding' && window.kind !== 'lifetime')
    .filter((limit) => running(limit, countedAt) === undefined)
    .filter(({ set: { window } }) => window.kind !== 'rolling' || countedAt + DAYS_35 > at)
    .map((limit) => ({ limit, span: spanOf(limit.set.window, countedAt, limit.windows) }))
    .filter(({ span }) => span.to + DAYS_35 > at)
    .map(({ limit, span }) => fact({ type: 'WindowOpened', node: limit.set.node, limit: limit.set.limit, ...span }));
}

/** Divides what pays into what still does and what goes back: what is owed first, then the lots, each from the last. */
function takenBack(account: PlainAccount, { paid, owing }: PlainStanding, back: readonly Money[]) {
  const left = back.map((money) => ({ ...money }));
  const parts: Part[] = [];
  const forgiven: PlainOwed[] = [];
  /** How much of a part still pays. */
  const staying = (currency: string, amount: bigint): bigint => {
    const money = left.find((one) => one.currency === currency);
    const taken = money === undefined ? 0n : least(money.amount, amount);
    if (money !== undefined) money.amount -= taken;
    return amount - taken;
  };
  const owingStill = owing.toReversed().map((one) => {
    const { taken: stays, left: goes } = dividedOwed(one, staying(one.currency, one.amount));
    if (goes.amount > 0n) forgiven.push(goes);
    return stays;
  });
  const paidStill = paid.toReversed().map(({ lot, amount }): Part => {
    const stays = staying(account.counted.lot(lot).currency, amount);
    if (stays < amount) parts.push({ lot, amount: amount - stays });
    return { lot, amount: stays };
  });
  return {
    parts,
    forgiven,
    paid: paidStill.toReversed().filter(({ amount }) => amount > 0n),
    owing: owingStill.toReversed().filter(({ amount }) => amount > 0n),
  };
}
