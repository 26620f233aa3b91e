import { isNothing, totalOf } from '../bag.js';
import type { Authorize, OpenSession } from '../commands.js';
import type { HoldPlaced, SessionOpened } from '../facts.js';
import { isRefusal, refuse } from '../refusal.js';
import { homeOf } from '../sessions/open-sessions.js';
import { nestingOf, nextSessionId, SESSION_NESTING_MAX } from '../sessions/session-id.js';
import type { AccountState } from '../state/account-state.js';
import { authorize } from './authorize.js';
import type { Decision, Moment } from './decision.js';

/** Sets a reserve aside, by the rules that hold for a call of the same amounts. */
export function openSession(state: AccountState, command: OpenSession, moment: Moment): Decision {
  if (isNothing(totalOf(command.lines)))
    return refuse('Malformed', 'amounts: is nothing; a session lives on its reserve.');
  const payer = command.payer && state.nodes.get(command.payer);
  if (payer !== undefined && nestingOf(payer) >= SESSION_NESTING_MAX)
    return refuse('Malformed', `session: ${payer.id} stands in ${String(SESSION_NESTING_MAX)} sessions already.`);
  const decision = authorize(state, reserveAsked(command), moment);
  if (isRefusal(decision)) return decision;
  return decision.map((fact) => (fact.type === 'HoldPlaced' ? openedWith(state, fact) : fact));
}

const reserveAsked = ({ payer, nodes, lines, accept, lifeForMs, particulars }: OpenSession): Authorize => ({
  type: 'authorize',
  ...(payer !== undefined && { payer }),
  nodes,
  lines: totalOf(lines),
  accept,
  holdForMs: lifeForMs,
  ...(particulars !== undefined && { particulars }),
});

function openedWith(state: AccountState, reserve: HoldPlaced): SessionOpened {
  const { payer, nodes, expiresAt, amounts, session: within, shares, owed } = reserve;
  const { tightest, asked, binding, observed, particulars } = reserve;
  const giver = state.nodes.get(payer);
  const around = giver && homeOf(giver);
  return {
    type: 'SessionOpened',
    session: nextSessionId(state),
    payer,
    nodes,
    endsAt: around === undefined ? expiresAt : Math.min(expiresAt, around.dueAt),
    amounts,
    ...(within !== undefined && { within }),
    shares,
    ...(owed !== undefined && { owed }),
    ...(tightest !== undefined && { tightest }),
    ...(asked !== undefined && { asked }),
    ...(binding !== undefined && { binding }),
    ...(observed !== undefined && { observed }),
    ...(particulars !== undefined && { particulars }),
  };
}
