import type { Command } from '../commands.js';
import { outcomeOf } from '../outcomes/wait-for.js';
import type { AccountState } from '../state/account-state.js';
import { unknownAccount } from '../tree/find-node.js';
import { authorize } from './authorize.js';
import { capture } from './capture.js';
import { configure } from './configure.js';
import { correct } from './correct.js';
import type { Decision, Moment } from './decision.js';
import { nextDueAt } from './due.js';
import { extendHold, voidHold } from './end-hold.js';
import { endSession } from './end-session.js';
import { grant } from './grant.js';
import { pause, resume } from './pause.js';
import { openSession } from './open-session.js';
import { recordUsage } from './record-usage.js';
import { transfer } from './transfer.js';

/**
 * What a command brings about at an instant: facts, or one refusal. Reads the state and touches nothing.
 *
 * @throws Error when something is due that has not been evolved, or when time went back: a fault of the caller.
 */
export function decide(state: AccountState, command: Command, moment: Moment): Decision {
  if (moment.at < state.now) throw new Error('broken invariant: time went back');
  const due = nextDueAt(state);
  if (due !== undefined && due <= moment.at) throw new Error('broken invariant: due facts come before a command');
  if (state.opening === undefined && command.type !== 'configure' && command.type !== 'advance') return unknownAccount;
  switch (command.type) {
    case 'authorize':
      return authorize(state, command, moment);
    case 'capture':
      return capture(state, command, moment);
    case 'record':
      return recordUsage(state, command, moment);
    case 'tell-outcome':
      return [outcomeOf(state, command.task, command.outcome)];
    case 'correct':
      return correct(state, command, moment);
    case 'void':
      return voidHold(state, command, moment);
    case 'extend':
      return extendHold(state, command, moment);
    case 'grant':
      return grant(state, command, moment);
    case 'transfer':
      return transfer(state, command, moment);
    case 'open-session':
      return openSession(state, command, moment);
    case 'end-session':
      return endSession(state, command, moment);
    case 'configure':
      return configure(state, command, moment);
    case 'pause':
      return pause(state, command);
    case 'resume':
      return resume(state, command);
    case 'advance':
      return [];
  }
}
