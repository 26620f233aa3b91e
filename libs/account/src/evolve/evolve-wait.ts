import type { Instant } from '@exchequer/kernel';
import type { CostReturned, OutcomeAwaited, OutcomeTold } from '../facts.js';
import { OUTCOME_KNOWN_MS } from '../outcomes/wait-for.js';
import type { AccountState } from '../state/account-state.js';
import { AwaitingHold } from '../state/awaiting-hold.js';
import { chainOfUsage } from './evolve-charge.js';
import { giveBack, hold as setAside } from './evolve-credits.js';
import { addToCounts, endHold, takeFromCounts } from './evolve-hold.js';
import { keepInReserve, takeFromReserve } from './evolve-session.js';

/** What a call cost takes the place of its hold, or is held anew, until the outcome of its task is told. */
export function evolveAwaited(state: AccountState, fact: OutcomeAwaited, at: Instant): void {
  const before = state.holds.get(fact.hold);
  if ((before === undefined) !== (fact.placed === true) || before instanceof AwaitingHold)
    throw new Error(`broken invariant: hold ${fact.hold} waits for an outcome but is not open`);
  const chain = before?.chain ?? chainOfUsage(state, { ...fact, of: fact.meantFor }, at);
  if (before !== undefined) takeFromCounts(state, before);
  else if (fact.late === true && fact.meantFor !== undefined) state.lapsed.delete(fact.meantFor);
  giveBack(state, fact.returned, fact.broken);
  if (fact.kept !== undefined) keepInReserve(state, fact.kept);
  for (const part of fact.reserves ?? []) takeFromReserve(state, part);
  setAside(state, fact.drawn ?? []);
  const hold = new AwaitingHold(fact, before?.order ?? state.nextHold, chain, before?.placedAt ?? at, state.lots);
  if (before === undefined) state.nextHold += 1;
  addToCounts(state, hold);
  waitFurther(state, hold);
}

/** Lists a cost under the task that it waits for. */
export function waitFurther({ awaiting }: AccountState, hold: AwaitingHold): void {
  const { task } = hold.awaited;
  const others = awaiting.get(task);
  if (others === undefined) awaiting.set(task, new Set([hold]));
  else others.add(hold);
}

/** All that waits for the task is due now. */
export function evolveOutcomeTold(state: AccountState, { task, outcome }: OutcomeTold, at: Instant): void {
  for (const hold of state.awaiting.get(task) ?? []) {
    state.due.remove(hold);
    hold.outcome = outcome;
    hold.dueAt = at;
    state.due.add(hold);
  }
  state.outcomes.delete(task);
  state.outcomes.set(task, { outcome, toldAt: at });
  for (const [other, { toldAt }] of state.outcomes) {
    if (toldAt + OUTCOME_KNOWN_MS > at) break;
    state.outcomes.delete(other);
  }
}

export function evolveCostReturned(state: AccountState, fact: CostReturned): void {
  endHold(state, fact.hold);
  giveBack(state, fact.returned, fact.broken);
  for (const part of fact.keeps ?? []) keepInReserve(state, part);
}
