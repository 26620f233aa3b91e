import { EMPTY_BAG } from '../bag.js';
import type { ExtendHold, VoidHold } from '../commands.js';
import { findHold, holdAlreadyEnded, unknownHold } from '../holds/find-hold.js';
import { givenBack, splitHold } from '../holds/split-hold.js';
import { followToPool } from '../lots/follow-pool.js';
import type { Refusal } from '../refusal.js';
import { homeOf } from '../sessions/open-sessions.js';
import type { AccountState } from '../state/account-state.js';
import type { HoldState } from '../state/hold-state.js';
import type { Decision, Moment } from './decision.js';

/** Gives everything back: the call did not happen. */
export function voidHold(state: AccountState, command: VoidHold, moment: Moment): Decision {
  const hold = openHold(state, command, moment);
  if ('code' in hold) return hold;
  const split = splitHold(state, hold, EMPTY_BAG, homeOf(hold.chain.payer));
  return [{ type: 'HoldVoided', hold: hold.id, ...givenBack(split) }, ...followToPool(state, split.returned)];
}

/** Moves the expiry of an open hold, to earlier or later, counted from now. */
export function extendHold(state: AccountState, command: ExtendHold, moment: Moment): Decision {
  const hold = openHold(state, command, moment);
  if ('code' in hold) return hold;
  return [{ type: 'HoldExtended', hold: hold.id, expiresAt: moment.at + command.holdForMs }];
}

function openHold(state: AccountState, { hold: id }: VoidHold | ExtendHold, { at }: Moment): HoldState | Refusal {
  const found = findHold(state, id, at);
  if (found.is === 'open') return found.hold;
  return found.is === 'unknown' ? unknownHold(id) : holdAlreadyEnded(id);
}
