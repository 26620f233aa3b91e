import {
  decide,
  evolve,
  isRefusal,
  nextDue,
  totalOf,
  type Authorize,
  type HoldPlaced,
  type Line,
  type Moment,
  type OpenSession,
  type SessionOpened,
} from '@exchequer/account';
import type { AuthorizationReply, DecidedAgain, OpenSessionReply } from '@exchequer/contracts';
import type { Calendar } from '@exchequer/kernel';
import { formatPosition, type FactAddress, type Replica } from '@exchequer/replica';
import { amountsOf, instant } from '../edge/wire.js';
import { acceptedReply, deniedReply } from '../methods/authorize.js';
import type { AuthorizeAsked } from '../methods/prepare-authorize.js';
import { deniedOpening, openedReply } from '../methods/sessions.js';
import { decideRated, type RatedDecision } from '../rates/decide-rated.js';
import type { RateCounts } from '../rates/rate-counts.js';
import type { Glimpse, Refused } from '../host/decided.js';

/** An account as it stood just before a decision that is to be made again. */
export interface Past {
  readonly account: string;
  readonly replica: Replica;
  /** When it was decided. */
  readonly at: number;
  readonly calendar: Calendar;
  /** Where the facts of an approval begin; of a refusal, the last fact before it. */
  readonly first: FactAddress;
  /** What the rates had let through by then; absent where the command has their verdict of that time with it. */
  readonly rates: RateCounts | undefined;
}

/** Brings an account up to an instant: what was due by then is done, as the account itself had done it. */
export function advanceTo({ replica: { state }, at, calendar }: Pick<Past, 'replica' | 'at' | 'calendar'>): void {
  const moment: Moment = { at, calendar };
  for (let due = nextDue(state, moment); due !== undefined; due = nextDue(state, moment))
    for (const fact of due.facts) evolve(state, fact, at);
}

/** Decides a request again as the account stood, and answers as its owner would. The replica is used up by it. */
export function decideAgain(past: Past, asked: AuthorizeAsked): AuthorizationReply {
  const glimpse = glimpseOf(past);
  const { command, decision } = decided(glimpse, asked.command, past.rates);
  if (isRefusal(decision)) {
    const refused: Refused = { ...glimpse, is: 'refused', command, refusal: decision };
    return deniedReply(refused, asked) ?? errorReply(refused, command.lines);
  }
  for (const fact of decision) evolve(glimpse.state, fact, past.at);
  return acceptedReply(
    { ...glimpse, is: 'accepted', facts: decision, first: past.first, decidedAt: past.at, repeated: false },
    asked,
  );
}

const decided = ({ state, moment }: Glimpse, command: Authorize, rates: RateCounts | undefined): RatedDecision =>
  rates === undefined
    ? { command, decision: decide(state, command, moment) }
    : decideRated(state, command, rates, moment);

/** As {@link decideAgain}, for a session that was to be opened. */
export function decideOpeningAgain(past: Past, command: OpenSession): DecidedAgain {
  const glimpse = glimpseOf(past);
  const decision = decide(glimpse.state, command, glimpse.moment);
  if (isRefusal(decision)) {
    const refused: Refused = { ...glimpse, is: 'refused', command, refusal: decision };
    return deniedOpening(refused, command, true) ?? errorReply(refused, command.lines);
  }
  for (const fact of decision) evolve(glimpse.state, fact, past.at);
  const { first, at: decidedAt } = past;
  return openedReply({ ...glimpse, is: 'accepted', facts: decision, first, decidedAt, repeated: false }, true);
}

/** The answer that an approval got, as the ledger's fact says it. */
export const replyOf = (past: Past, placed: HoldPlaced, asked: AuthorizeAsked): AuthorizationReply =>
  acceptedReply(
    { ...glimpseOf(past), is: 'accepted', facts: [placed], first: past.first, decidedAt: past.at, repeated: true },
    asked,
  );

/** As {@link replyOf}, of a session that was opened. */
export const openingReplyOf = (past: Past, opened: SessionOpened): OpenSessionReply =>
  openedReply({
    ...glimpseOf(past),
    ...{ is: 'accepted', facts: [opened], first: past.first, decidedAt: past.at, repeated: true },
  });

function glimpseOf({ account, replica: { state, last }, at, calendar }: Past): Glimpse {
  const moment: Moment = { at, calendar };
  return { account, state, moment, last };
}

/** What its owner says with an error is told here in the form of an answer: it was one, once. */
const errorReply = ({ refusal, account, moment, last }: Refused, lines: readonly Line[]): AuthorizationReply => ({
  decision: 'denied',
  code: refusal.code,
  message: refusal.message,
  amounts: amountsOf(totalOf(lines)),
  binding: null,
  decidedAt: instant(moment.at),
  position: formatPosition(account, last),
});
