import type { Command } from '../../commands.js';
import type { Fact } from '../../facts.js';
import type { CountedLot } from '../recount-lots.js';
import { nextNotice } from '../recount-notices.js';
import type { PlainAccount } from './plain-account.js';
import { plainAuthorize } from './plain-authorize.js';
import { plainConfigure } from './plain-configure.js';
import { plainCorrect } from './plain-correct.js';
import { plainGrant, plainTransfer } from './plain-credits.js';
import { fact, told, type PlainDecision } from './plain-decision.js';
import { given, plainExtend, plainVoid } from './plain-holds.js';
import { plainTold } from './plain-outcomes.js';
import { plainPause, plainResume } from './plain-pause.js';
import { overrideEnded, tierAdvanced } from './plain-rule-changes.js';
import { endOf, plainEndSession, plainOpenSession } from './plain-sessions.js';
import { plainCapture, plainEndOfWait, plainRecord } from './plain-settle.js';
import { tierDueAt } from './plain-tiers.js';

/** What a command brings about, by the rules alone. */
export function plainDecide(account: PlainAccount, command: Command, at: number): PlainDecision {
  if (account.opened === undefined && command.type !== 'configure' && command.type !== 'advance')
    return 'UnknownAccount';
  switch (command.type) {
    case 'authorize':
      return plainAuthorize(account, command, at);
    case 'capture':
      return plainCapture(account, command, at);
    case 'record':
      return plainRecord(account, command, at);
    case 'tell-outcome':
      return [plainTold(account, command.task, command.outcome)];
    case 'void':
      return plainVoid(account, command, at);
    case 'extend':
      return plainExtend(account, command, at);
    case 'grant':
      return plainGrant(account, command, at);
    case 'transfer':
      return plainTransfer(account, command, at);
    case 'configure':
      return plainConfigure(account, command, at);
    case 'pause':
      return plainPause(account, command);
    case 'resume':
      return plainResume(account, command);
    case 'open-session':
      return plainOpenSession(account, command, at);
    case 'end-session':
      return plainEndSession(account, command, at);
    case 'correct':
      return plainCorrect(account, command, at);
    case 'advance':
      return [];
  }
}

interface Due {
  readonly at: number;
  readonly facts: () => readonly Fact[];
}

/**
 * What happens first of all that is due by an instant: at the same one holds before sessions, overrides, lots, resumptions and a tier,
 * of each kind the older before the newer.
 */
export function plainDue(account: PlainAccount, at: number): readonly Fact[] | undefined {
  const due = [...duesOf(account)].filter((one) => one.at <= at);
  const [first, ...others] = due;
  return first === undefined ? undefined : others.reduce((a, b) => (b.at < a.at ? b : a), first).facts();
}

const notice = ({ id, node, currency, available, held }: CountedLot, expiresAt: number, at: number): Fact =>
  fact({
    type: 'LotExpiring',
    lot: id,
    node,
    currency,
    amount: available + held,
    ...told({ held: held === 0n ? undefined : held }),
    expiresAt,
    beforeMs: expiresAt - at,
    at,
  });

function* duesOf(account: PlainAccount): Iterable<Due> {
  const { holds, lots, sessions } = account.counted;
  for (const hold of holds)
    if (!hold.ended)
      yield {
        at: hold.endsAt,
        facts: () =>
          hold.awaited === undefined
            ? given(account, hold, 'HoldExpired', { at: hold.endsAt })
            : plainEndOfWait(account, hold),
      };
  for (const session of sessions.all) {
    const { endsAt } = session.opened;
    if (!session.ended) yield { at: endsAt, facts: () => endOf(account, session, 'time', endsAt) };
  }
  for (const one of [...account.overrides].sort((a, b) => a.order - b.order))
    yield { at: one.until, facts: () => overrideEnded(account, one) };
  for (const lot of lots) {
    const { id, endsAt, ended, available: forfeited } = lot;
    if (endsAt === undefined || ended) continue;
    const noticeAt = nextNotice(account.counted, lot);
    if (noticeAt !== undefined) yield { at: noticeAt, facts: () => [notice(lot, endsAt, noticeAt)] };
    yield { at: endsAt, facts: () => [fact({ type: 'LotExpired', lot: id, at: endsAt, forfeited })] };
  }
  for (const { node, at } of account.resumptions) yield { at, facts: () => [fact({ type: 'NodeResumed', node, at })] };
  const tierAt = tierDueAt(account);
  if (tierAt !== undefined) yield { at: tierAt, facts: () => tierAdvanced(account, tierAt) };
}
