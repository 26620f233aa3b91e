import { amount, ZERO } from '@exchequer/kernel';
import type { Owed, ReservePart, SessionEnded, SessionOpened, Share } from '../facts.js';
import { inScope } from '../limits/scope.js';
import { COUNTER_KEPT_MS } from '../limits/windows.js';
import { addToOwed, isSameDebt, owedInAll } from '../overage/owed.js';
import { countPools } from '../pools/count-pools.js';
import { isRefusal } from '../refusal.js';
import { reserveScoped } from '../sessions/reserve.js';
import { sessionNumber } from '../sessions/session-id.js';
import type { AccountState } from '../state/account-state.js';
import { NodeState } from '../state/node-state.js';
import { SessionState } from '../state/session-state.js';
import { limitsOf, resolveChain } from '../tree/chain.js';
import { giveBack, hold as setAside } from './evolve-credits.js';
import { nodeOf } from './evolve-tree.js';

/** The tree does not change for anybody else, so that no chain has to be derived anew. */
export function evolveSession(state: AccountState, fact: SessionOpened, at: number): void {
  const { payer, nodes, amounts, shares, owed, within } = fact;
  const chain = resolveChain(state, payer, nodes);
  if (isRefusal(chain)) throw new Error(`broken invariant: session ${fact.session} names nodes that are not there`);
  const node = new NodeState(fact.session, 'session', chain.payer, 'parent');
  const session = new SessionState(
    node,
    sessionNumber(fact.session),
    chain,
    at,
    fact.endsAt,
    amounts,
    shares,
    owed,
    fact.particulars,
  );
  state.nextSession = session.order + 1;
  if (within === undefined) setAside(state, shares);
  else takeFromReserve(state, { session: within, shares, ...(owed !== undefined && { owed }) });
  holdOwed(state, owed, 1n);
  countReserve(state, session, session, 1n);
  node.session = session;
  chain.payer.children.add(node);
  state.nodes.set(node.id, node);
  state.sessions.set(node.id, session);
  state.due.add(session);
}

export function evolveSessionEnd(state: AccountState, fact: SessionEnded): void {
  const session = openSession(state, fact.session);
  const { node, chain } = session;
  countReserve(state, session, session, -1n);
  holdOwed(state, session.owed, -1n);
  giveBack(state, fact.returned, fact.broken);
  if (fact.kept !== undefined) keepInReserve(state, fact.kept);
  node.session = 'ended';
  node.parent?.children.delete(node);
  state.nodes.delete(node.id);
  state.sessions.delete(node.id);
  state.due.remove(session);
  state.lastChain = undefined;
  state.endedSessions.set(node.id, { node, chain, endedAt: fact.at });
  for (const ended of state.endedSessions.values()) {
    if (ended.endedAt + COUNTER_KEPT_MS > fact.at) break;
    state.endedSessions.delete(ended.node.id);
  }
}

/** A part of a reserve goes to a call, or to a session inside: it stays set aside, and counts there from now on. */
export function takeFromReserve(state: AccountState, part: ReservePart): void {
  changeReserve(state, part, -1n);
}

/** A part of what was taken from a reserve comes back to it. */
export function keepInReserve(state: AccountState, part: ReservePart): void {
  changeReserve(state, part, 1n);
}

function changeReserve(state: AccountState, part: ReservePart, sign: 1n | -1n): void {
  const session = openSession(state, part.session);
  for (const share of part.shares)
    changePart(
      session.shares,
      (one) => one.lot === share.lot,
      (one) => ({
        ...one,
        amount: amount(one.amount + sign * share.amount),
      }),
    );
  for (const owed of part.owed ?? [])
    changePart(
      session.owed,
      (one) => isSameDebt(one, owed),
      (one) => addToOwed(one, owed, sign),
    );
  holdOwed(state, part.owed, sign);
  countReserve(state, session, part, sign);
}

function changePart<Part extends Share | Owed>(
  left: Part[],
  isSame: (one: Part) => boolean,
  changed: (one: Part) => Part,
): void {
  const index = left.findIndex(isSame);
  const before = left[index];
  const after = before && changed(before);
  if (after === undefined || after.amount < ZERO) throw new Error('broken invariant: a reserve has no such part');
  left[index] = after;
}

type Counted = Pick<ReservePart, 'shares' | 'owed'>;

/** What is left of a reserve counts as a hold of whoever opened the session. */
function countReserve(state: AccountState, session: SessionState, part: Counted, sign: 1n | -1n): void {
  const scoped = reserveScoped(state, session, part);
  for (const member of session.chain.members)
    for (const money of scoped.amounts) {
      const activity = member.activityIn(money.currency);
      activity.held = amount(activity.held + sign * money.amount);
    }
  for (const limit of limitsOf(state, session.chain)) {
    const counted = inScope(limit, scoped);
    if (counted !== ZERO) limit.held = amount(limit.held + sign * counted);
  }
  countPools(state, session.chain.way, part, 'held', sign);
}

/** Changes what is set aside as overage. */
export function holdOwed(state: AccountState, owed: readonly Owed[] | undefined, sign: 1n | -1n): void {
  for (const one of owed ?? []) {
    const purse = nodeOf(state, one.node).purse(one.currency);
    purse.owedHeld = amount(purse.owedHeld + sign * owedInAll(one));
  }
}

function openSession(state: AccountState, id: SessionState['id']): SessionState {
  const session = state.sessions.get(id);
  if (session === undefined) throw new Error(`broken invariant: session ${id} is named but is not open`);
  return session;
}
