import { ZERO, type Instant } from '@exchequer/kernel';
import type { Moment } from '../decide/decision.js';
import type { WindowOpened } from '../facts.js';
import type { LimitState } from '../state/limit-state.js';
import { inScope, type Scoped } from './scope.js';
import { counterAt, windowFor } from './windows.js';

/** Placing a hold starts the rolling windows that are not running. Undefined when none starts. */
export function rollingWindowsFor(
  limits: readonly LimitState[],
  granted: Scoped,
  moment: Moment,
): readonly WindowOpened[] | undefined {
  let opened: WindowOpened[] | undefined;
  for (const limit of limits) {
    if (limit.window.kind !== 'rolling' || counterAt(limit, moment.at) !== undefined) continue;
    if (inScope(limit, granted) === ZERO) continue;
    (opened ??= []).push(openingOf(limit, moment.at, moment));
  }
  return opened;
}

/** The windows in which a spending is the first to count, at the instant at which limits count it. */
export function windowsToCount(
  limits: readonly LimitState[],
  spent: Scoped,
  countedAt: Instant,
  moment: Moment,
): readonly WindowOpened[] {
  const opened: WindowOpened[] = [];
  for (const limit of limits)
    if (limit.sliding === undefined && counterAt(limit, countedAt) === undefined && inScope(limit, spent) !== ZERO)
      opened.push(openingOf(limit, countedAt, moment));
  return opened;
}

/** The fact that a limit begins to count in the window at an instant. */
export function openingOf(limit: LimitState, at: Instant, { calendar }: Moment): WindowOpened {
  const { from, to } = windowFor(limit, at, calendar);
  return { type: 'WindowOpened', node: limit.node.id, limit: limit.name, from, to };
}
