import { amount, ZERO } from '@exchequer/kernel';
import type { CostReturned, Fact, HoldCaptured, OutcomeAwaited, Owed, ReservePart, Share } from '../facts.js';
import { movedChain } from '../corrections/charge-chain.js';
import { clampUse } from '../limits/windows.js';
import { followByItself } from '../lots/follow-pool.js';
import { lotOf } from '../lots/lot-of.js';
import { openSessionsOf } from '../sessions/open-sessions.js';
import { partOf } from '../sessions/reserve.js';
import { sessionNumber } from '../sessions/session-id.js';
import type { AccountState } from '../state/account-state.js';
import type { AwaitingHold } from '../state/awaiting-hold.js';
import type { SessionState } from '../state/session-state.js';
import { bookCharge } from './book-charge.js';
import type { Moment } from './decision.js';

/** The end of a wait for an outcome: the cost is charged, or goes back. */
export const endWait = (state: AccountState, hold: AwaitingHold, moment: Moment): readonly Fact[] =>
  hold.charged ? charge(state, hold, moment) : giveBackCost(state, hold, moment);

/** As the capture that it would have been, with all that was set aside for it; it counts at the instant of its usage. */
function charge(state: AccountState, hold: AwaitingHold, moment: Moment): readonly Fact[] {
  const { chain, awaited, outcome } = hold;
  const { lines, owed, countedAt, uncollected, beyondOverage } = awaited;
  const particulars = { ...awaited.particulars, ...(outcome !== undefined && { outcome }) };
  const captured: HoldCaptured = {
    type: 'HoldCaptured',
    hold: hold.id,
    ...movedChain(state, chain),
    number: state.nextCharge,
    ...usedIn(awaited),
    ...(lines !== undefined && { lines }),
    countedAt: clampUse(countedAt, undefined, moment.at),
    particulars,
    spent: hold.shares,
    returned: [],
    ...(owed !== undefined && { owed }),
    ...(beyondOverage !== undefined && { beyondOverage }),
    ...(uncollected !== undefined && { uncollected }),
    at: hold.dueAt,
    ...(awaited.late === true && { late: true }),
  };
  return bookCharge(state, chain, captured, moment);
}

/** Whose usage it was, when, and what it comes to, as it was told when the wait began. */
const usedIn = ({
  payer,
  nodes,
  openers,
  amounts,
  market,
  usedAt,
  usage,
  particulars,
  provisional,
}: OutcomeAwaited): Used => ({
  payer,
  nodes,
  ...(openers !== undefined && { openers }),
  amounts,
  ...(market !== undefined && { market }),
  ...(usedAt !== undefined && { usedAt }),
  ...(usage !== undefined && { usage }),
  ...(particulars !== undefined && { particulars }),
  ...(provisional !== undefined && { provisional }),
});

type Used = Pick<
  CostReturned,
  'payer' | 'nodes' | 'openers' | 'amounts' | 'market' | 'usedAt' | 'usage' | 'particulars' | 'provisional'
>;

/** Each part goes back to where it came from: the reserve of a session, or what is open around it, else its lot. */
function giveBackCost(state: AccountState, hold: AwaitingHold, { at }: Moment): readonly Fact[] {
  const { awaited, outcome } = hold;
  const keeps = keptBy(hold);
  const left = lessKept(hold.shares, keeps);
  const returned = left.filter((share) => !lotOf(state, share.lot).ended);
  const broken = left.filter((share) => lotOf(state, share.lot).ended);
  const fact: CostReturned = {
    type: 'CostReturned',
    hold: hold.id,
    at,
    task: awaited.task,
    ...(outcome !== undefined && { outcome }),
    ...usedIn(awaited),
    returned,
    ...(broken.length > 0 && { broken }),
    ...(keeps.length > 0 && { keeps }),
  };
  return [fact, ...followByItself(state, returned, at)];
}

/** What goes back to sessions: what was of the hold to the one that keeps it now, and each part of a reserve likewise. */
function keptBy({ chain, awaited }: AwaitingHold): readonly ReservePart[] {
  const open = openSessionsOf(chain.payer);
  const { retained, retainedOwed = [], reserves = [] } = awaited;
  const parts: readonly (Kept & { readonly session: SessionState | undefined })[] = [
    { session: open[0], shares: retained, owed: retainedOwed },
    ...reserves.map(({ session, shares, owed = [] }) => ({
      session: open.find(({ order }) => order <= sessionNumber(session)),
      shares,
      owed,
    })),
  ];
  return open.flatMap((session) => {
    const kept = parts.filter((part) => part.session === session);
    return (
      partOf(
        session,
        kept.flatMap(({ shares }) => shares),
        kept.flatMap(({ owed }) => owed),
      ) ?? []
    );
  });
}

interface Kept {
  readonly shares: readonly Share[];
  readonly owed: readonly Owed[];
}

function lessKept(shares: readonly Share[], keeps: readonly ReservePart[]): readonly Share[] {
  const kept = keeps.flatMap((part) => part.shares);
  return shares
    .map(({ lot, amount: whole }) => ({
      lot,
      amount: amount(kept.reduce<bigint>((left, part) => (part.lot === lot ? left - part.amount : left), whole)),
    }))
    .filter((share) => share.amount > ZERO);
}
