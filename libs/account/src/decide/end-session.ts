import { EMPTY_BAG, type Bag } from '../bag.js';
import type { EndSession } from '../commands.js';
import type { Fact, SessionEnded } from '../facts.js';
import { givenBack, splitHold } from '../holds/split-hold.js';
import { followByItself, followToPool } from '../lots/follow-pool.js';
import { refuse, type Refusal } from '../refusal.js';
import { homeOf, innermostFirst } from '../sessions/open-sessions.js';
import type { AccountState } from '../state/account-state.js';
import type { SessionState } from '../state/session-state.js';
import { knownNode, sessionEnded } from '../tree/find-node.js';
import type { Decision, Moment } from './decision.js';

/** Ends a session before its time. */
export function endSession(state: AccountState, command: EndSession, { at }: Moment): Decision {
  const session = state.sessions.get(command.session);
  return session === undefined ? noSession(state, command) : endOfSession(state, session, 'command', at);
}

function noSession(state: AccountState, { session: id }: EndSession): Refusal {
  if (state.endedSessions.has(id)) return sessionEnded(id);
  const node = knownNode(state, id);
  return 'code' in node ? node : refuse('Malformed', `session: ${id} is a node of the tree, not a session.`);
}

/**
 * Ends a session, those inside it first. What they have left goes back to its lots; only a session that ends by itself,
 * while the one around it goes on, leaves it there.
 */
export function endOfSession(
  state: AccountState,
  session: SessionState,
  reason: 'command' | 'time',
  at: number,
): readonly Fact[] {
  const ended = innermostFirst(session).map((one): SessionEnded => {
    const home = one === session ? homeOf(one.chain.payer) : undefined;
    return {
      type: 'SessionEnded',
      session: one.id,
      at,
      reason: one === session ? reason : 'parent',
      spent: spentBy(one),
      ...givenBack(splitHold(state, one, EMPTY_BAG, home)),
    };
  });
  const returned = ended.flatMap((one) => one.returned);
  return [...ended, ...(reason === 'time' ? followByItself(state, returned, at) : followToPool(state, returned))];
}

const isSome = (part: { readonly amount: bigint }): boolean => part.amount > 0n;

const spentBy = ({ node }: SessionState): Bag =>
  Array.from(node.activity, ([currency, { spent }]) => ({ currency, amount: spent })).filter(isSome);
