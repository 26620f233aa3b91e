import { UNLIMITED } from '@exchequer/kernel';
import type { Authorize, SlowedBy } from '../../commands.js';
import type { Fact } from '../../facts.js';
import type { RefusalCode } from '../../refusal.js';
import { paidBy, speaksOf, sumOf, type Cost } from '../recount-cost.js';
import type { CountedLimit } from '../recount-limits.js';
import { referenceAuthorize, type Answer, type Bound } from '../reference-authorize.js';
import type { PlainAccount } from './plain-account.js';
import { fact, someOf, told, type PlainDecision } from './plain-decision.js';
import { delayOf, longest } from './plain-delay.js';
import { leftOf, limitsOn, named, passesFrom, tightest, windowsBegun } from './plain-limits.js';
import { owing } from './plain-owed.js';
import { withholding } from './plain-pool-rules.js';
import { asStored } from './plain-stored.js';

/** Asks the reference what a call may have, and states that as facts. */
export function plainAuthorize(account: PlainAccount, command: Authorize, at: number): PlainDecision {
  const payer = command.payer ?? account.opened?.defaultProject ?? '';
  const attributed = [payer, ...command.nodes];
  const fault = account.opened === undefined ? 'UnknownAccount' : faultOfNodes(account, attributed);
  if (fault !== undefined) return fault;
  if (undeclared(account, command.lines)) return 'Malformed';
  const members = account.membersOf(attributed);
  const answer = referenceAuthorize(asStored(account, at), command, at);
  if (answer.is === 'refused') return refused(account, members, command, answer, at);
  const [cheaper = ''] = answer.cheaper?.split(' ') ?? [];
  const candidate = command.candidates?.find(({ particulars }) => particulars.model === cheaper);
  const request = candidate === undefined ? command : { ...withoutMarket(command), beyondRates: [], ...candidate };
  const { slowedBy } = candidate ?? command;
  return placed(account, request, payer, answer, { instead: insteadOf(account, command, answer), slowedBy }, at);
}

/** The model that was asked for, where a cheaper one is used, and the limit or rate that wants it so. */
function insteadOf(account: PlainAccount, { particulars, lines }: Authorize, { cheaper }: Held): object | undefined {
  if (cheaper === undefined) return undefined;
  const [, by = ''] = cheaper.split(' by ');
  const node = wordOf(by, 0);
  const name = by.slice(node.length + 1);
  const isLimit = limitsOn(account, [node]).some(({ set }) => set.limit === name);
  return { model: particulars?.model, lines, node, ...(isLimit ? { limit: name } : { rate: name }) };
}

type Held = Extract<Answer, { is: 'held' }>;

/** What a hold says beside what the reference answers. */
interface Beside {
  readonly instead: object | undefined;
  readonly slowedBy: SlowedBy | undefined;
}

function placed(
  account: PlainAccount,
  command: Authorize,
  payer: string,
  answer: Held,
  { instead, slowedBy }: Beside,
  at: number,
): readonly Fact[] {
  const { bound } = answer;
  const attributed = [payer, ...command.nodes];
  const members = account.membersOf(attributed);
  const metered = command.lines.some((line) => line.meter !== undefined);
  const lines = command.lines.map((line) => ({
    ...line,
    amount: (bound === undefined ? line.amount : (line.amount * bound.part) / bound.whole) as typeof line.amount,
  }));
  const amounts = answer.amounts.map(moneyOf);
  const shares = answer.shares.map((share) => ({ lot: wordOf(share, 0), amount: BigInt(wordOf(share, 1)) }));
  const owed = answer.owed.map(owedOf);
  const paid = paidBy(account.counted, shares, owed);
  const cost = { amounts, lines: metered ? lines : undefined, paid, told: command.particulars } as unknown as Cost;
  const asking = askedOf(account, payer, members);
  return [
    ...windowsBegun(account, members, cost, at, true),
    fact({
      type: 'HoldPlaced',
      hold: `h-${(account.counted.holds.length + 1).toString(36)}-${at.toString(36)}`,
      payer,
      nodes: command.nodes,
      expiresAt: at + command.holdForMs,
      amounts,
      shares,
      ...someOf({ owed, lines: metered ? lines : [], openers: account.openersOf(attributed) }),
      ...told({ tightest: tightest(account, asking, cost, at), particulars: command.particulars, insteadOf: instead }),
      ...told({ provisional: instead === undefined ? command.provisional : undefined }),
      ...told({ market: bound === undefined ? command.market : command.market?.map(partOf(bound)) }),
      ...told({ delay: longest(delayOf(account, asking, cost, at), slowedBy), session: sessionOf(account, payer) }),
      ...(bound !== undefined && {
        asked: totals(command.lines),
        ...(metered && { askedLines: command.lines }),
        binding: bindingOf(account, members, command, bound, at),
      }),
      ...observedOf(account, command, members, answer.observed),
    }),
  ];
}

/** Another model has a market cost of its own. */
const withoutMarket = (command: Authorize): Authorize =>
  Object.fromEntries(Object.entries(command).filter(([name]) => name !== 'market')) as unknown as Authorize;

/** So much of an amount as was granted. */
const partOf =
  ({ part, whole }: { readonly part: bigint; readonly whole: bigint }) =>
  <Money extends { readonly amount: bigint }>(money: Money): Money => ({
    ...money,
    amount: (money.amount * part) / whole,
  });

function refused(
  account: PlainAccount,
  members: readonly string[],
  command: Authorize,
  { code, bound, wouldPass, others }: Extract<Answer, { is: 'refused' }>,
  at: number,
): PlainDecision {
  const otherModels = others?.map((model) => ({
    model,
    amounts: totals(command.candidates?.find(({ particulars }) => particulars.model === model)?.lines ?? []),
  }));
  return {
    code: code as RefusalCode,
    ...told({ otherModels, wouldPass: wouldPass?.map(moneyOf) }),
    ...(bound !== undefined && { binding: bindingOf(account, members, command, bound, at) }),
  };
}

const wordOf = (text: string, index: number): string => text.split(' ')[index] ?? '';
const moneyOf = (text: string) => ({ currency: wordOf(text, 0), amount: BigInt(wordOf(text, 1)) });
const owedOf = (text: string) =>
  owing(
    { node: wordOf(text, 0), ...moneyOf(text.slice(text.indexOf(' ') + 1)) },
    BigInt(wordOf(text, 2)),
    BigInt(wordOf(text, 3)),
  );

const sessionOf = (account: PlainAccount, payer: string): string | undefined =>
  account.isSession(payer) ? payer : undefined;

/** The limits of which a request asks something: not those that count what is left of its reserve already. */
function askedOf(account: PlainAccount, payer: string, members: readonly string[]): readonly CountedLimit[] {
  const session = account.counted.sessions.find(payer);
  return limitsOn(account, members).filter(
    ({ set: { node, scope } }) =>
      session?.chain.includes(node) !== true ||
      scope?.meters !== undefined ||
      !speaksOf(scope, session.opened.particulars),
  );
}

/** The first of the nodes that is not there, or takes no part. */
export function faultOfNodes(account: PlainAccount, nodes: readonly string[]): RefusalCode | undefined {
  for (const id of nodes) {
    if (account.endedSessions.some(({ session }) => session === id)) return 'NodeArchived';
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

/** What made a request smaller, as facts name it. */
function bindingOf(
  account: PlainAccount,
  members: readonly string[],
  command: Authorize,
  { by, part, isLimit, pool }: Bound,
  at: number,
) {
  const [node = '', name = ''] = by.split(' ');
  if (!isLimit)
    return {
      node,
      currency: name,
      remaining: part,
      ...(pool && withholding(account, node, name, pool, at)),
    };
  const limit = limitsOn(account, members).find(({ set }) => set.node === node && set.limit === name);
  if (limit === undefined) throw new Error(`nothing is called ${by}`);
  const { currency, scope } = limit.set;
  const counted = command.lines.filter(
    (line) => line.currency === currency && (scope?.meters?.some((meter) => meter === line.meter) ?? true),
  );
  const left = leftOf(account, limit, at);
  const remaining = limit.amount === UNLIMITED ? UNLIMITED : left > 0n ? left : 0n;
  // A limit that blocks may count nothing of the request: it lets it pass once anything is left.
  const asked = sumOf(counted) > 0n ? sumOf(counted) : 1n;
  return named(limit, remaining, passesFrom(account, limit, asked, at));
}

/** What rules that are merely observed would have refused: of each kind root first. And the rates that spill. */
function observedOf(
  account: PlainAccount,
  { beyondRates = [] }: Authorize,
  members: readonly string[],
  observed: readonly string[],
): Readonly<Record<string, unknown>> {
  // Entitlements are asked on the way from each node to the root as it is today, which a session's chain is not.
  const asked = members.flatMap((id) => account.pathOf(id)).filter((id) => !members.includes(id));
  const would = (code: string, ...by: readonly string[]): boolean => observed.includes([code, ...by].join(' '));
  const named = (spills: boolean) =>
    beyondRates
      .filter(({ rate }) => (rate.then === 'spill') === spills)
      .map(({ rate }) => ({ node: rate.node.id, rate: rate.name }));
  return someOf({
    observed: [
      ...members.filter((node) => would('Paused', node)).map((node) => ({ code: 'Paused', node })),
      ...[...members, ...new Set(asked)]
        .filter((node) => would('NotEntitled', node))
        .map((node) => ({ code: 'NotEntitled', node })),
      ...named(false).map((rate) => ({ code: 'RateLimited', ...rate })),
      ...limitsOn(account, members)
        .filter(({ set }) => would('LimitReached', set.node, set.limit))
        .map(({ set }) => ({ code: 'LimitReached', node: set.node, limit: set.limit })),
      ...members
        .filter((node) => would('InsufficientCredits', node))
        .map((node) => ({ code: 'InsufficientCredits', node })),
    ],
    spilled: named(true),
  });
}
