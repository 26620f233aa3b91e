import type { Authorize, EndSession, OpenSession } from '../../commands.js';
import type { Fact } from '../../facts.js';
import type { CountedSession } from '../recount-sessions.js';
import type { PlainAccount } from './plain-account.js';
import { plainAuthorize, totals } from './plain-authorize.js';
import { fact, isRefused, told, type PlainDecision } from './plain-decision.js';
import { pooled } from './plain-lots.js';
import { givenBack, homeOf, split } from './plain-split.js';

const NESTED_MAX = 8;

/** Asks for the reserve as a call would, and opens a session in place of the hold. */
export function plainOpenSession(account: PlainAccount, command: OpenSession, at: number): PlainDecision {
  const amounts = totals(command.lines);
  if (amounts.every(({ amount }) => amount === 0n)) return 'Malformed';
  const around = command.payer === undefined ? [] : openersOut(account, command.payer);
  if (around.length >= NESTED_MAX) return 'Malformed';
  const { payer, nodes, accept, lifeForMs: holdForMs, particulars } = command;
  // Sums of what the command's own lines name.
  const lines = amounts as unknown as Authorize['lines'];
  const asked: Authorize = {
    type: 'authorize',
    ...(payer !== undefined && { payer }),
    nodes,
    lines,
    accept,
    holdForMs,
    ...(particulars !== undefined && { particulars }),
  };
  const decision = plainAuthorize(account, asked, at);
  if (isRefused(decision)) return decision;
  return decision.map((one) => (one.type === 'HoldPlaced' ? opened(account, one) : one));
}

/** The open session that a payer is, and those that it stands in. */
const openersOut = (account: PlainAccount, payer: string): readonly string[] =>
  account.nodes.some(({ id, isSession }) => id === payer && isSession)
    ? account.pathOf(payer).filter((id) => account.isSession(id))
    : [];

function opened(account: PlainAccount, placed: Extract<Fact, { type: 'HoldPlaced' }>): Fact {
  const { payer, nodes, amounts, session: within, shares, owed, tightest, asked, binding, observed } = placed;
  const around = account.counted.sessions.find(homeOf(account, payer) ?? '');
  return fact({
    type: 'SessionOpened',
    session: `session/s-${String(account.counted.sessions.all.length + 1)}`,
    endsAt: Math.min(placed.expiresAt, around?.opened.endsAt ?? Infinity),
    ...told({ payer, nodes, amounts, within, shares, owed, tightest, asked, binding, observed }),
    ...told({ particulars: placed.particulars }),
  });
}

export function plainEndSession(account: PlainAccount, { session: id }: EndSession, at: number): PlainDecision {
  const session = account.counted.sessions.find(id);
  if (session?.ended === false) return endOf(account, session, 'command', at);
  if (account.endedSessions.some((one) => one.session === id)) return 'NodeArchived';
  return account.nodes.some((node) => node.id === id) ? 'Malformed' : 'UnknownNode';
}

/** Ends the sessions inside first. Only the one that is ended by itself leaves its rest with the session around it. */
export function endOf(
  account: PlainAccount,
  session: CountedSession,
  reason: 'command' | 'time',
  at: number,
): readonly Fact[] {
  const ended = innermostFirst(account, session).map((one) =>
    one === session
      ? endedFact(account, one, reason, at, homeOf(account, one.opened.payer))
      : endedFact(account, one, 'parent', at, undefined),
  );
  const returned = ended.flatMap((one) => (one.type === 'SessionEnded' ? one.returned : []));
  return [...ended, ...pooled(account, returned, [], reason === 'time' ? { at } : {})];
}

function innermostFirst(account: PlainAccount, session: CountedSession): readonly CountedSession[] {
  const inside = account.counted.sessions.all.filter(
    (one) => !one.ended && one.opened.payer === session.opened.session,
  );
  return [...inside.flatMap((one) => innermostFirst(account, one)), session];
}

function endedFact(
  account: PlainAccount,
  { opened: { session }, left, leftOwed }: CountedSession,
  reason: string,
  at: number,
  home: string | undefined,
): Fact {
  const spent = account.counted.activity
    .filter(({ node, amount }) => node === session && amount > 0n)
    .map(({ currency, amount }) => ({ currency, amount }));
  const parts = split(account, { shares: left, owed: leftOwed }, [], home);
  return fact({ type: 'SessionEnded', session, at, reason, spent, ...givenBack(parts) });
}
