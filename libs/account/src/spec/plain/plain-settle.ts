import { DAY_MS } from '@exchequer/kernel';
import type { Line } from '../../bag.js';
import type { Capture, RecordUsage } from '../../commands.js';
import type { Fact, HoldPlaced, Particulars } from '../../facts.js';
import type { RefusalCode } from '../../refusal.js';
import { lessUncollected, paidBy } from '../recount-cost.js';
import type { CountedHold } from '../recount-holds.js';
import { wayOf } from '../recount-tree.js';
import { clamped } from '../recount-windows.js';
import type { PlainAccount } from './plain-account.js';
import { faultOfNodes, totals, undeclared } from './plain-authorize.js';
import { fact, someOf, told, type PlainDecision } from './plain-decision.js';
import { pooled } from './plain-lots.js';
import { addOwed } from './plain-owed.js';
import { found, type Found } from './plain-holds.js';
import { pausesBy } from './plain-limit-pause.js';
import { windowsBegun } from './plain-limits.js';
import { inCurrency, pay, type Money } from './plain-pay.js';
import { periodsBegun, statedWay } from './plain-pool-rules.js';
import { awaited, endOfWait, outcomeSaid, waitOf } from './plain-outcomes.js';
import { givenBack, homeOf, split } from './plain-split.js';
import { crossedByCharge } from './plain-thresholds.js';

export function plainCapture(account: PlainAccount, command: Capture, at: number): PlainDecision {
  const hold = found(account, command.hold, at);
  if (hold.is === 'unknown') return 'UnknownHold';
  if (hold.is === 'ended') return 'HoldAlreadyEnded';
  const { placed } = hold.hold;
  const amounts = command.lines === undefined ? placed.amounts : totals(command.lines);
  const lines = command.lines === undefined ? placed.lines : metered(command.lines);
  const { provisional, market } = command.lines === undefined ? placed : command;
  const cost = { amounts, lines, provisional, market };
  return undeclared(account, amounts) ? 'Malformed' : settled(account, hold, cost, command, at);
}

const metered = (lines: readonly Line[]): readonly Line[] | undefined =>
  lines.some((line) => line.meter !== undefined) ? lines : undefined;

interface Cost {
  readonly amounts: readonly Money[];
  readonly lines: readonly Line[] | undefined;
  readonly provisional: string | undefined;
  readonly market: readonly Money[] | undefined;
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
  { placed, placedAt, way }: CountedHold,
  cost: Cost,
  command: Capture | RecordUsage,
  at: number,
): readonly Fact[] {
  const parts = split(account, placed, cost.amounts, homeOf(account, placed.payer));
  const beyond = cost.amounts
    .map(({ currency, amount }) => ({ currency, amount: amount - inCurrency(placed.amounts, currency) }))
    .filter(({ amount }) => amount > 0n);
  const policy = account
    .pathOf(placed.payer)
    .map((id) => account.nodes.find((one) => one.id === id)?.captureBeyond)
    .find((one) => one !== undefined);
  const particulars = merged(command.particulars, earlier(placed, cost));
  const paid = pay(account, placed.payer, beyond, policy ?? 'draw', at, particulars);
  const owed = paid.owed.reduce(addOwed, parts.owed);
  const used = told({
    ...cost,
    openers: placed.openers,
    usedAt: command.usedAt,
    usage: 'usage' in command ? command.usage : undefined,
    particulars,
    countedAt: clamped(command.usedAt, placedAt, at),
  });
  const charge = {
    number: account.counted.charges.length + 1,
    ...told(chainSince(account, placed.hold)),
    ...used,
  };
  const { reserves, drawn, beyondOverage, uncollected } = paid;
  const members = account.chains.find((one) => one.hold === placed.hold)?.members ?? [];
  const said = outcomeSaid(account, particulars);
  const wait = waitOf(account, placed.payer, particulars, at);
  if (wait !== undefined) {
    const { payer, nodes, hold } = placed;
    const flags = someOf({ beyondOverage, uncollected, retainedOwed: parts.owed });
    const fields = { hold, payer, nodes, ...used, ...flags, ...givenBack(parts) };
    const waiting = { members, retained: parts.spent, reserves, drawn, owed };
    return [...awaited(account, waiting, wait, fields, at), ...pooled(account, parts.returned), ...said];
  }
  const fields = { ...charge, ...someOf({ reserves, drawn, beyondOverage, uncollected, owed }) };
  const end = fact({
    type: 'HoldCaptured',
    hold: placed.hold,
    payer: placed.payer,
    nodes: placed.nodes,
    ...fields,
    spent: parts.spent,
    ...givenBack(parts),
  });
  const { windows, crossings } = around(account, members, end, at);
  const periods = periodsBegun(account, way, cost.amounts, at, at);
  return [...windows, ...periods, end, ...pooled(account, parts.returned), ...crossings, ...said];
}

/** What waited for an outcome is charged as it was told then, or goes back. */
export function plainEndOfWait(account: PlainAccount, hold: CountedHold): readonly Fact[] {
  return endOfWait(account, hold, ({ placed, way, awaited: waiting }, particulars, at) => {
    const { hold: id, payer, nodes, shares, owed } = placed;
    const { amounts, lines, openers, usedAt, usage, market, provisional, beyondOverage, uncollected, late } =
      waiting ?? {};
    const used = { amounts, lines, openers, usedAt, usage, market, provisional, beyondOverage, uncollected, late };
    const end = fact({
      type: 'HoldCaptured',
      number: account.counted.charges.length + 1,
      ...told({ ...chainSince(account, id), ...used, owed }),
      hold: id,
      payer,
      nodes,
      countedAt: clamped(waiting?.countedAt, undefined, at),
      particulars,
      spent: shares,
      returned: [],
      at,
    });
    const members = account.chains.find((one) => one.hold === id)?.members ?? [];
    const { windows, crossings } = around(account, members, end, at);
    return [...windows, ...periodsBegun(account, way, amounts ?? [], at, at), end, ...crossings];
  });
}

/** What comes before a charge, and what follows from it: windows that begin, thresholds that are crossed, pauses. */
function around(account: PlainAccount, members: readonly string[], charge: Fact, at: number) {
  if (charge.type !== 'HoldCaptured' && charge.type !== 'CreditsDrawn') return { windows: [], crossings: [] };
  const shares = [
    ...(charge.type === 'HoldCaptured' ? charge.spent : []),
    ...(charge.reserves ?? []).flatMap((part) => part.shares),
    ...(charge.drawn ?? []),
  ];
  const cost = lessUncollected(charge, paidBy(account.counted, shares, charge.owed));
  const crossings = crossedByCharge(account, members, cost, charge.countedAt, at);
  return {
    windows: windowsBegun(account, members, cost, charge.countedAt, false),
    crossings: [...crossings, ...pausesBy(account, crossings)],
  };
}

function drawnLate(
  account: PlainAccount,
  { placed, placedAt, way }: CountedHold,
  cost: Cost,
  command: Capture | RecordUsage,
  at: number,
): readonly Fact[] {
  const members = account.chains.find((one) => one.hold === placed.hold)?.members ?? [];
  const particulars = merged(command.particulars, earlier(placed, cost));
  const { payer, nodes, hold, openers } = placed;
  const of = { payer, nodes, hold, late: true, particulars, openers };
  return drawn(
    account,
    { members, way, stated: chainSince(account, hold) },
    of,
    cost,
    command,
    clamped(command.usedAt, placedAt, at),
    at,
  );
}

interface Drawing extends Readonly<Record<string, unknown>> {
  readonly payer: string;
  readonly hold?: string | undefined;
  readonly particulars?: Particulars | undefined;
}

interface Counting {
  readonly members: readonly string[];
  readonly way: readonly string[];
  /** As the charge states them, where the tree does not tell them. */
  readonly stated: Readonly<Record<string, unknown>>;
}

function drawn(
  account: PlainAccount,
  { members, way, stated }: Counting,
  of: Drawing,
  cost: Cost,
  command: Capture | RecordUsage,
  countedAt: number,
  at: number,
): readonly Fact[] {
  const {
    reserves,
    drawn: parts,
    owed,
    beyondOverage,
  } = pay(account, of.payer, cost.amounts, 'draw', at, of.particulars);
  const said = outcomeSaid(account, of.particulars);
  const wait = waitOf(account, of.payer, of.particulars, at);
  if (wait !== undefined) {
    const { hold: meantFor, ...named } = of;
    const usage = 'usage' in command ? command.usage : undefined;
    const hold = `h-${(account.counted.holds.length + 1).toString(36)}-${at.toString(36)}`;
    const fields = told({ ...named, ...cost, usedAt: command.usedAt, usage, countedAt, hold, placed: true, meantFor });
    const waiting = { members, retained: [], reserves, drawn: parts, owed };
    return [...awaited(account, waiting, wait, { ...fields, returned: [], ...someOf({ beyondOverage }) }, at), ...said];
  }
  const draw = fact({
    type: 'CreditsDrawn',
    ...told({
      number: account.counted.charges.length + 1,
      ...of,
      ...stated,
      ...cost,
      usedAt: command.usedAt,
      usage: 'usage' in command ? command.usage : undefined,
      countedAt,
    }),
    ...someOf({ reserves, drawn: parts, owed, beyondOverage }),
  });
  const { windows, crossings } = around(account, members, draw, at);
  return [...windows, ...periodsBegun(account, way, cost.amounts, at, at), draw, ...crossings, ...said];
}

export function plainRecord(account: PlainAccount, command: RecordUsage, at: number): PlainDecision {
  const hold = command.hold === undefined ? undefined : found(account, command.hold, at);
  if (hold?.is === 'unknown') return 'UnknownHold';
  const payer = command.payer ?? account.opened?.defaultProject ?? '';
  const named = [payer, ...command.nodes];
  const fault = faultOfUsers(account, named, at);
  const openers = account.openersOf(named);
  const of = {
    payer,
    nodes: command.nodes,
    hold: command.hold,
    particulars: command.particulars,
    ...someOf({ openers }),
  };
  if (command.unpriced !== undefined)
    return (
      fault ?? [
        fact({
          type: 'UsageUnpriced',
          ...told({ ...of, usedAt: command.usedAt, usage: command.usage, reason: command.unpriced }),
        }),
        ...outcomeSaid(account, command.particulars),
      ]
    );
  const { lines = [], provisional, market } = command;
  const cost = { amounts: totals(lines), lines: metered(lines), provisional, market };
  const isUndeclared = undeclared(account, cost.amounts);
  if (hold?.is === 'open' || hold?.is === 'lapsed')
    return isUndeclared ? 'Malformed' : settled(account, hold, cost, command, at);
  if (fault !== undefined) return fault;
  if (isUndeclared) return 'Malformed';
  const countedAt = clamped(command.usedAt, hold?.is === 'ended' ? hold.placedAt : undefined, at);
  const members = account.membersOf(named);
  const way = wayOf(account.counted, payer);
  const isInSession = named.some((id) => account.isSession(id));
  const chain = isInSession ? { chain: members, way: statedWay(account, way) } : {};
  return drawn(account, { members, way, stated: chain }, of, cost, command, countedAt, at);
}

/** As for a call, but sessions that ended in the last 35 days still use. */
function faultOfUsers(account: PlainAccount, named: readonly string[], at: number): RefusalCode | undefined {
  const stillUses = (id: string): boolean =>
    account.endedSessions.some(({ session, endedAt }) => session === id && at < endedAt + 35 * DAY_MS);
  return faultOfNodes(
    account,
    named.filter((id) => !stillUses(id)),
  );
}

/** The members, and the way, that a charge of a hold states: those of its day, where the tree does not tell them. */
function chainSince(account: PlainAccount, hold: string): Readonly<Record<string, unknown>> {
  const chain = account.chains.find((one) => one.hold === hold);
  if (chain?.isMoved !== true) return {};
  return {
    chain: chain.members.filter((id) => !account.counted.sessions.isEnded(id)),
    way: statedWay(account, account.counted.holds.find(({ placed }) => placed.hold === hold)?.way ?? []),
  };
}

/** What is at stated prices was priced by no card, whatever priced its hold. */
function earlier({ particulars }: HoldPlaced, { provisional }: Cost): Particulars | undefined {
  if (provisional === undefined || particulars === undefined) return particulars;
  return Object.fromEntries(Object.entries(particulars).filter(([name]) => name !== 'card'));
}

/** What was told at the end, and for the rest what was told at the beginning. */
function merged(after: Particulars | undefined, before: Particulars | undefined): Particulars | undefined {
  if (after === undefined && before === undefined) return undefined;
  const tags = { ...before?.tags, ...after?.tags };
  return { ...before, ...after, ...(Object.keys(tags).length > 0 && { tags }) };
}
