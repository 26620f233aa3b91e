import { UNLIMITED } from '@exchequer/kernel';
import type { Authorize } from '../../commands.js';
import type { RefusalCode } from '../../refusal.js';
import { sumOf, type Cost } from '../recount-cost.js';
import { counts } from '../recount-limits.js';
import { referenceAuthorize } from '../reference-authorize.js';
import type { PlainAccount } from './plain-account.js';
import { fact, someOf, told, type PlainDecision } from './plain-decision.js';
import { fromLots, overageLeft } from './plain-lots.js';
import { leftOf, limitsOn, named, windowsBegun } from './plain-limits.js';

/** Asks the reference what a call may have, and states that as facts. */
export function plainAuthorize(account: PlainAccount, command: Authorize, at: number): PlainDecision {
  const payer = command.payer ?? account.opened?.defaultProject ?? '';
  const fault = account.opened === undefined ? 'UnknownAccount' : faultOfNodes(account, [payer, ...command.nodes]);
  if (fault !== undefined) return fault;
  if (undeclared(account, command.lines)) return 'Malformed';
  const answer = referenceAuthorize(account.asStored(), command, at);
  if (answer.is === 'refused') return answer.code as RefusalCode;
  const asked = totals(command.lines);
  const amounts = answer.amounts.map(moneyOf);
  const members = account.membersOf([payer, ...command.nodes]);
  const metered = command.lines.some((line) => line.meter !== undefined);
  const ratio = answer.binding === undefined ? undefined : boundBy(account, command, payer, answer.binding, at);
  const lines = command.lines.map((line) => ({
    ...line,
    amount: (ratio === undefined ? line.amount : (line.amount * ratio.part) / ratio.whole) as typeof line.amount,
  }));
  const cost = { amounts, lines: metered ? lines : undefined, paid: [], told: command.particulars } as unknown as Cost;
  return [
    ...windowsBegun(account, members, cost, at, true),
    fact({
      type: 'HoldPlaced',
      hold: `h-${(account.counted.holds.length + 1).toString(36)}-${at.toString(36)}`,
      payer,
      nodes: command.nodes,
      expiresAt: at + command.holdForMs,
      amounts,
      shares: answer.shares.map((share) => ({ lot: share.split(' ')[0], amount: BigInt(share.split(' ')[1] ?? '') })),
      ...someOf({ owed: answer.owed.map(owedOf), lines: metered ? lines : [] }),
      ...told({ tightest: tightest(account, members, cost, at), particulars: command.particulars }),
      ...(ratio !== undefined && { asked, ...(metered && { askedLines: command.lines }), binding: ratio.binding }),
    }),
  ];
}

const moneyOf = (text: string) => ({ currency: text.split(' ')[0], amount: BigInt(text.split(' ')[1] ?? '') });
const owedOf = (text: string) => ({ node: text.split(' ')[0], ...moneyOf(text.slice(text.indexOf(' ') + 1)) });

/** The first of the nodes that is not there, or takes no part. */
export function faultOfNodes(account: PlainAccount, nodes: readonly string[]): RefusalCode | undefined {
  for (const id of nodes) {
    if (!account.nodes.some((node) => node.id === id)) return 'UnknownNode';
    if (account.node(id).archived) return 'NodeArchived';
  }
  return undefined;
}

export const undeclared = (account: PlainAccount, parts: readonly { readonly currency: string }[]): boolean =>
  parts.some(({ currency }) => !account.currencies.some((one) => one.currency === currency));

/** By currency, in order of mention. */
export const totals = (lines: readonly { readonly currency: string; readonly amount: bigint }[]) =>
  [...new Set(lines.map((line) => line.currency))].map((currency) => ({
    currency,
    amount: sumOf(lines.filter((line) => line.currency === currency)),
  }));

/** What made a request smaller: by which part, and how facts name it. */
function boundBy(account: PlainAccount, command: Authorize, payer: string, by: string, at: number) {
  const [node = '', name = ''] = by.split(' ');
  const members = account.membersOf([payer, ...command.nodes]);
  const limit = limitsOn(account, members).find((one) => one.set.node === node && one.set.limit === name);
  if (limit === undefined) {
    const funding = account.fundingOf(payer);
    const whole = sumOf(command.lines.filter((line) => line.currency === name));
    const { missing } = fromLots(account, funding, name, whole, at);
    const part = whole - missing + funding.reduce((sum, one) => sum + overageLeft(account, one, name), 0n);
    return { part, whole, binding: { node: payer, currency: name, remaining: part } };
  }
  const cost = { amounts: totals(command.lines), lines: command.lines, paid: [], told: command.particulars };
  const left = leftOf(account, limit, at);
  const part = left > 0n ? left : 0n;
  const whole = counts(limit, members, cost as unknown as Cost);
  return { part, whole, binding: named(limit, part, at) };
}

/** The limit that is left with the least, the first of them. */
function tightest(account: PlainAccount, members: readonly string[], cost: Cost, at: number) {
  const left = limitsOn(account, members)
    .map((limit) => ({ limit, part: counts(limit, members, cost) }))
    .filter(({ part }) => part > 0n)
    .map(({ limit, part }) => ({ limit, after: leftOf(account, limit, at) - part }));
  const [first, ...others] = left;
  if (first === undefined) return undefined;
  const { limit, after } = others.reduce((a, b) => (b.after < a.after ? b : a), first);
  return named(limit, limit.amount === UNLIMITED ? UNLIMITED : after, at);
}
