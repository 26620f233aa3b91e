import {
  isRefusal,
  limitLines,
  limitsOf,
  resolveChain,
  type EndSession,
  type OpenSession,
  type SessionEnded,
  type SessionOpened,
} from '@exchequer/account';
import {
  endSessionSchema,
  openSessionSchema,
  parseDuration,
  type EndSessionBody,
  type EndSessionReply,
  type LimitReply,
  type OpenSessionBody,
  type OpenSessionReply,
} from '@exchequer/contracts';
import { nodeId } from '@exchequer/kernel';
import { formatPosition } from '@exchequer/replica';
import { refusalReply } from '../edge/refusal-reply.js';
import { amountsOf, bindingOf, instant, limitReply, linesOf, sourcesOf, sumOf, tightestOf } from '../edge/wire.js';
import type { Accepted, Glimpse, Refused } from '../host/decided.js';
import { particularsOf } from '../pricing/price-use.js';
import { storedLines } from '../refusals/refusal-context.js';
import type { RefusalRow } from '../refusals/refusal-row.js';
import { deniedReply, named } from './authorize.js';
import type { CommandMethod } from './method.js';

/** What the reply to an opening needs of its request. */
export interface OpeningAsked {
  readonly command: OpenSession;
  readonly body: OpenSessionBody;
}

/** Sets a reserve aside for one run. */
export const openSessionMethod: CommandMethod<OpenSessionBody, OpeningAsked> = {
  is: 'command',
  name: 'open-session',
  schema: openSessionSchema,
  idOf: (body) => body.id,
  prepare: (body) => {
    const command = openingOf(body);
    return { command, asked: { command, body } };
  },
  replier: { accepted: (decided) => openedReply(decided), refused: deniedAndKept },
};

/** Ends a run, and gives back what is left of its reserve. */
export const endSessionMethod: CommandMethod<EndSessionBody, EndSession> = {
  is: 'command',
  name: 'end-session',
  schema: endSessionSchema,
  idOf: (body) => body.id,
  prepare: (body) => {
    const command: EndSession = { type: 'end-session', session: nodeId(body.session) };
    return { command, asked: command };
  },
  replier: { accepted: endedReply, refused: ({ refusal }) => refusalReply(refusal) },
};

/** A session around it pays; whoever is named as payer beside it is one of the nodes that the run belongs to. */
export function openingOf({
  payer,
  nodes = [],
  session,
  amounts,
  lifeFor,
  accept,
  ...told
}: OpenSessionBody): OpenSession {
  const pays = session ?? payer;
  const others = session === undefined || payer === undefined ? nodes : [payer, ...nodes];
  const particulars = particularsOf(told, undefined);
  return {
    type: 'open-session',
    ...(pays !== undefined && { payer: nodeId(pays) }),
    nodes: others.map(nodeId),
    lines: linesOf(amounts),
    accept: accept ?? 'full',
    lifeForMs: parseDuration(lifeFor),
    ...(particulars !== undefined && { particulars }),
  };
}

/** @param isFull whether every limit is told, as it stands with the reserve; else the tightest. */
export function openedReply(decided: Accepted, isFull = false): OpenSessionReply {
  const { state, facts, first, account } = decided;
  const index = facts.findIndex((fact) => fact.type === 'SessionOpened');
  const opened = facts[index] as SessionOpened | undefined;
  if (opened === undefined) throw new Error('broken invariant: no session was opened');
  return {
    decision: opened.asked === undefined ? 'allowed' : 'partial',
    session: opened.session,
    expiresAt: instant(opened.endsAt),
    amounts: amountsOf(opened.amounts),
    sources: sourcesOf(state, opened.shares, opened.owed),
    chain: isFull ? wholeChain(decided, opened) : briefChain(opened),
    ...(opened.binding !== undefined && { binding: bindingOf(opened.binding) }),
    ...(isFull && opened.observed !== undefined && { observed: opened.observed }),
    decidedAt: instant(decided.decidedAt),
    position: formatPosition(account, { revision: first.revision, index: first.index + index }),
    ...(decided.repeated && { repeated: true }),
  };
}

const briefChain = ({ tightest }: SessionOpened): readonly LimitReply[] =>
  tightest === undefined ? [] : [tightestOf(tightest)];

function wholeChain({ state, moment }: Glimpse, opened: SessionOpened): readonly LimitReply[] {
  const chain = resolveChain(state, opened.payer, opened.nodes);
  return isRefusal(chain) ? briefChain(opened) : limitLines(limitsOf(state, chain), moment).map(limitReply);
}

/** As for a call of the same amounts; undefined where it is no answer but an error. */
export function deniedOpening(decided: Refused, { lifeForMs: holdForMs, ...asked }: OpenSession, isFull = false) {
  const explain = isFull ? { explain: 'full' as const } : {};
  return deniedReply(decided, { body: explain, command: { ...asked, type: 'authorize', holdForMs } });
}

function deniedAndKept(decided: Refused, { command, body }: OpeningAsked, rows: RefusalRow[]): object {
  const reply = deniedOpening(decided, command);
  if (reply === undefined) return refusalReply(decided.refusal);
  const denied = named(reply, decided);
  const { payer, lines } = command;
  rows.push({ ...denied, payer, request: body, lines: storedLines(lines), context: { method: 'open-session' } });
  return denied;
}

function endedReply(decided: Accepted, { session }: EndSession): EndSessionReply {
  const { state, facts } = decided;
  const ended = facts.filter((fact): fact is SessionEnded => fact.type === 'SessionEnded');
  const own = ended.find((fact) => fact.session === session);
  if (own === undefined) throw new Error('broken invariant: the session did not end');
  const back = ended.flatMap(({ returned, kept }) => [...returned, ...(kept?.shares ?? [])]);
  const broken = ended.flatMap((fact) => fact.broken ?? []);
  return {
    session,
    endedWithin: ended.filter((fact) => fact !== own).map((fact) => fact.session),
    spent: amountsOf(own.spent),
    returned: amountsOf(sumOf(state, back)),
    ...(broken.length > 0 && { forfeited: amountsOf(sumOf(state, broken)) }),
    decidedAt: instant(decided.decidedAt),
    position: formatPosition(decided.account, decided.first),
    ...(decided.repeated && { repeated: true }),
  };
}
