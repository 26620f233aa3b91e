import { DAY_MS } from '@exchequer/kernel';
import type { Line } from '../../bag.js';
import type { Capture, ExtendHold, RecordUsage, VoidHold } from '../../commands.js';
import type { Fact, Particulars } from '../../facts.js';
import { lessUncollected, sumOf } from '../recount-cost.js';
import type { CountedHold } from '../recount-holds.js';
import { clamped } from '../recount-windows.js';
import type { PlainAccount } from './plain-account.js';
import { faultOfNodes, totals, undeclared } from './plain-authorize.js';
import { fact, someOf, told, type PlainDecision } from './plain-decision.js';
import { addOwed, fromLots, least, overageLeft, pooled, type Part, type PlainOwed } from './plain-lots.js';
import { windowsBegun } from './plain-limits.js';

interface Money {
  readonly currency: string;
  readonly amount: bigint;
}

type Found =
  | { readonly is: 'open' | 'lapsed'; readonly hold: CountedHold }
  | { readonly is: 'ended'; readonly placedAt: number }
  | { readonly is: 'unknown' };

/** What an id of a hold says: it is open, it lapsed within 35 days, it could have been one, or it is none. */
function found(account: PlainAccount, id: string, at: number): Found {
  const open = account.counted.holds.find((one) => one.placed.hold === id && !one.ended);
  if (open !== undefined) return { is: 'open', hold: open };
  const lapsed = account.lapsed.find((one) => one.hold.placed.hold === id && at < one.endedAt + 35 * DAY_MS);
  if (lapsed !== undefined) return { is: 'lapsed', hold: lapsed.hold };
  const [, order = '', placed = ''] = id.split('-');
  const placedAt = Number.parseInt(placed, 36);
  const number = Number.parseInt(order, 36);
  const could = number >= 1 && number <= account.counted.holds.length && placedAt <= at;
  return could ? { is: 'ended', placedAt } : { is: 'unknown' };
}

export function plainCapture(account: PlainAccount, command: Capture, at: number): PlainDecision {
  const hold = found(account, command.hold, at);
  if (hold.is === 'unknown') return 'UnknownHold';
  if (hold.is === 'ended') return 'HoldAlreadyEnded';
  const { placed } = hold.hold;
  const amounts = command.lines === undefined ? placed.amounts : totals(command.lines);
  const lines = command.lines === undefined ? placed.lines : metered(command.lines);
  return undeclared(account, amounts) ? 'Malformed' : settled(account, hold, { amounts, lines }, command, at);
}

const metered = (lines: readonly Line[]): readonly Line[] | undefined =>
  lines.some((line) => line.meter !== undefined) ? lines : undefined;

interface Cost {
  readonly amounts: readonly Money[];
  readonly lines: readonly Line[] | undefined;
}

const settled = (
  account: PlainAccount,
  hold: Extract<Found, { hold: CountedHold }>,
  cost: Cost,
  command: Capture | RecordUsage,
  at: number,
): readonly Fact[] =>
  hold.is === 'open'
    ? captured(account, hold.hold, cost, command, at)
    : drawnLate(account, hold.hold, cost, command, at);

/** Spends the shares in order, gives back the rest, and pays what is beyond as the nearest node above the payer says. */
function captured(
  account: PlainAccount,
  { placed, placedAt }: CountedHold,
  cost: Cost,
  command: Capture | RecordUsage,
  at: number,
): readonly Fact[] {
  const split = splitHold(account, placed, cost.amounts);
  const beyond = cost.amounts
    .map(({ currency, amount }) => ({ currency, amount: amount - inCurrency(placed.amounts, currency) }))
    .filter(({ amount }) => amount > 0n);
  const policy = account
    .pathOf(placed.payer)
    .map((id) => account.node(id).captureBeyond)
    .find((one) => one !== undefined);
  const paid = pay(account, placed.payer, beyond, policy ?? 'draw', at);
  const owed = paid.owed.reduce(addOwed, split.owed);
  const particulars = merged(command.particulars, placed.particulars);
  const charge = told({
    number: account.counted.charges.length + 1,
    chain: account.chainSince(placed.hold),
    ...cost,
    usedAt: command.usedAt,
    usage: 'usage' in command ? command.usage : undefined,
    particulars,
    countedAt: clamped(command.usedAt, placedAt, at),
  });
  const { drawn, beyondOverage, uncollected } = paid;
  const fields = { ...charge, ...someOf({ drawn, beyondOverage, uncollected, owed, broken: split.broken }) };
  const end = fact({
    type: 'HoldCaptured',
    hold: placed.hold,
    payer: placed.payer,
    nodes: placed.nodes,
    ...fields,
    spent: split.spent,
    returned: split.returned,
  });
  const members = account.chains.find((one) => one.hold === placed.hold)?.members ?? [];
  return [...windowsOf(account, members, end), end, ...pooled(account, split.returned)];
}

function windowsOf(account: PlainAccount, members: readonly string[], charge: Fact): readonly Fact[] {
  if (charge.type !== 'HoldCaptured' && charge.type !== 'CreditsDrawn') return [];
  return windowsBegun(account, members, lessUncollected(charge), charge.countedAt, false);
}

function drawnLate(
  account: PlainAccount,
  { placed, placedAt }: CountedHold,
  cost: Cost,
  command: Capture | RecordUsage,
  at: number,
): readonly Fact[] {
  const members = account.chains.find((one) => one.hold === placed.hold)?.members ?? [];
  const particulars = merged(command.particulars, placed.particulars);
  const chain = account.chainSince(placed.hold);
  const of = { payer: placed.payer, nodes: placed.nodes, hold: placed.hold, late: true, particulars, chain };
  return drawn(account, members, of, cost, command, clamped(command.usedAt, placedAt, at), at);
}

function drawn(
  account: PlainAccount,
  members: readonly string[],
  of: { readonly payer: string } & Readonly<Record<string, unknown>>,
  cost: Cost,
  command: Capture | RecordUsage,
  countedAt: number,
  at: number,
): readonly Fact[] {
  const { drawn: parts, owed, beyondOverage } = pay(account, of.payer, cost.amounts, 'draw', at);
  const draw = fact({
    type: 'CreditsDrawn',
    ...told({
      number: account.counted.charges.length + 1,
      ...of,
      ...cost,
      usedAt: command.usedAt,
      usage: 'usage' in command ? command.usage : undefined,
      countedAt,
    }),
    ...someOf({ drawn: parts, owed, beyondOverage }),
  });
  return [...windowsOf(account, members, draw), draw];
}

export function plainRecord(account: PlainAccount, command: RecordUsage, at: number): PlainDecision {
  const hold = command.hold === undefined ? undefined : found(account, command.hold, at);
  if (hold?.is === 'unknown') return 'UnknownHold';
  const payer = command.payer ?? account.opened?.defaultProject ?? '';
  const fault = faultOfNodes(account, [payer, ...command.nodes]);
  const of = { payer, nodes: command.nodes, hold: command.hold, particulars: command.particulars };
  if (command.unpriced !== undefined)
    return (
      fault ?? [
        fact({
          type: 'UsageUnpriced',
          ...told({ ...of, usedAt: command.usedAt, usage: command.usage, reason: command.unpriced }),
        }),
      ]
    );
  const cost = { amounts: totals(command.lines ?? []), lines: metered(command.lines ?? []) };
  const isUndeclared = undeclared(account, cost.amounts);
  if (hold?.is === 'open' || hold?.is === 'lapsed')
    return isUndeclared ? 'Malformed' : settled(account, hold, cost, command, at);
  if (fault !== undefined) return fault;
  if (isUndeclared) return 'Malformed';
  const countedAt = clamped(command.usedAt, hold?.is === 'ended' ? hold.placedAt : undefined, at);
  return drawn(account, account.membersOf([payer, ...command.nodes]), of, cost, command, countedAt, at);
}

export function plainVoid(account: PlainAccount, { hold: id }: VoidHold, at: number): PlainDecision {
  const hold = found(account, id, at);
  if (hold.is !== 'open') return hold.is === 'unknown' ? 'UnknownHold' : 'HoldAlreadyEnded';
  return given(account, hold.hold, 'HoldVoided', {});
}

export function plainExtend(account: PlainAccount, { hold: id, holdForMs }: ExtendHold, at: number): PlainDecision {
  const hold = found(account, id, at);
  if (hold.is !== 'open') return hold.is === 'unknown' ? 'UnknownHold' : 'HoldAlreadyEnded';
  return [fact({ type: 'HoldExtended', hold: id, expiresAt: at + holdForMs })];
}

/** An end of a hold that gives everything back. */
export function given(
  account: PlainAccount,
  { placed }: CountedHold,
  type: 'HoldVoided' | 'HoldExpired',
  more: { readonly at?: number },
): readonly Fact[] {
  const { returned, broken } = splitHold(account, placed, []);
  return [fact({ type, hold: placed.hold, ...more, returned, ...someOf({ broken }) }), ...pooled(account, returned)];
}

function splitHold(
  account: PlainAccount,
  placed: CountedHold['placed'],
  cost: readonly Money[],
): {
  readonly spent: readonly Part[];
  readonly returned: readonly Part[];
  readonly broken: readonly Part[];
  readonly owed: readonly PlainOwed[];
} {
  const left = cost.map((money) => ({ ...money }));
  const take = (currency: string, most: bigint): bigint => {
    const money = left.find((one) => one.currency === currency);
    if (money === undefined) return 0n;
    const taken = least(money.amount, most);
    money.amount -= taken;
    return taken;
  };
  const parts = placed.shares.map(({ lot, amount }) => {
    const taken = take(account.counted.lot(lot).currency, amount);
    return { lot, taken, back: amount - taken, ended: account.counted.lot(lot).ended };
  });
  const back = (ended: boolean): readonly Part[] =>
    parts.filter((part) => part.back > 0n && part.ended === ended).map(({ lot, back: amount }) => ({ lot, amount }));
  return {
    spent: parts.filter(({ taken }) => taken > 0n).map(({ lot, taken: amount }) => ({ lot, amount })),
    returned: back(false),
    broken: back(true),
    owed: (placed.owed ?? [])
      .map((one) => ({ ...one, amount: take(one.currency, one.amount) }))
      .filter(({ amount }) => amount > 0n),
  };
}

interface Paid {
  readonly drawn: readonly Part[];
  readonly owed: readonly PlainOwed[];
  readonly beyondOverage: readonly Money[];
  readonly uncollected: readonly Money[];
}

/** Pays what has happened: from lots, then as overage that is allowed, then as overage that is not. */
function pay(account: PlainAccount, payer: string, cost: readonly Money[], policy: string, at: number): Paid {
  if (policy === 'cap') return { drawn: [], owed: [], beyondOverage: [], uncollected: cost };
  const funding = account.fundingOf(payer);
  const parts: Part[] = [];
  const beyondOverage: Money[] = [];
  let owed: readonly PlainOwed[] = [];
  for (const { currency, amount } of cost) {
    const lots = policy === 'draw' ? fromLots(account, funding, currency, amount, at) : { parts: [], missing: amount };
    parts.push(...lots.parts);
    let { missing } = lots;
    for (const node of funding) {
      const taken = least(missing, overageLeft(account, node, currency));
      if (taken > 0n) owed = addOwed(owed, { node, currency, amount: taken });
      missing -= taken;
    }
    if (missing === 0n) continue;
    const { counted } = account;
    const allows = (node: string): boolean => counted.balance(counted.overageLimits, node, currency).amount > 0n;
    owed = addOwed(owed, { node: funding.find(allows) ?? funding[0] ?? payer, currency, amount: missing });
    beyondOverage.push({ currency, amount: missing });
  }
  return { drawn: parts, owed, beyondOverage, uncollected: [] };
}

const inCurrency = (bag: readonly Money[], currency: string): bigint =>
  sumOf(bag.filter((money) => money.currency === currency));

/** What was told at the end, and for the rest what was told at the beginning. */
function merged(after: Particulars | undefined, before: Particulars | undefined): object | undefined {
  if (after === undefined && before === undefined) return undefined;
  const tags = { ...before?.tags, ...after?.tags };
  return { ...before, ...after, ...(Object.keys(tags).length > 0 && { tags }) };
}
