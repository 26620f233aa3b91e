import { decide, isRefusal, type AccountState, type Authorize, type Decision, type Moment } from '@exchequer/account';
import type { RateCounts } from './rate-counts.js';

/** A decision, and the command as it was decided: with the verdict of the rates. */
export interface RatedDecision {
  readonly command: Authorize;
  readonly decision: Decision;
}

/**
 * Decides a call where the account has rates. A delay that a limit asks for may lead into a window in which a rate has no
 * room: the rates are then asked once more, about when the call will run.
 */
export function decideRated(state: AccountState, command: Authorize, rates: RateCounts, moment: Moment): RatedDecision {
  const judged = rates.judged(state, command, moment.at);
  const decision = decide(state, judged, moment);
  const waitMs = isRefusal(decision) ? 0 : waitFor(decision);
  if (waitMs === 0) return { command: judged, decision };
  const again = rates.judged(state, command, moment.at, waitMs);
  return { command: again, decision: decide(state, again, moment) };
}

/** The delay that a limit asks for; 0 where it does not, or where it is shorter than that of a rate. */
function waitFor(facts: Exclude<Decision, { code: unknown }>): number {
  for (const fact of facts) if (fact.type === 'HoldPlaced') return fact.delay?.limit === undefined ? 0 : fact.delay.ms;
  return 0;
}
