import type { Instant } from '@exchequer/kernel';
import { totalOf, type Bag } from '../bag.js';
import type { OutcomeRule, OutcomeTold, Particulars } from '../facts.js';
import { COUNTER_KEPT_MS } from '../limits/windows.js';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';
import { isCharged, outcomeRuleOf } from './outcome-rule.js';

/** How long it is known how a task came out: as long as usage of it counts for limits. */
export const OUTCOME_KNOWN_MS = COUNTER_KEPT_MS;

/** What a cost waits for, and how long. */
export interface Wait {
  readonly task: string;
  readonly rule: OutcomeRule;
  readonly until: Instant;
  /** It is known already, and returns the cost at once. */
  readonly outcome?: string;
}

/**
 * The wait of a cost for the outcome of its task. Undefined where it is charged at once: no rule speaks of its type of task,
 * it names no task, or the outcome is known and charges it.
 */
export function waitFor(
  state: AccountState,
  payer: NodeState,
  particulars: Particulars | undefined,
  at: Instant,
): Wait | undefined {
  if (state.outcomePolicies === 0 || particulars?.taskId === undefined || particulars.taskType === undefined)
    return undefined;
  const { taskId: task, taskType } = particulars;
  const rule = outcomeRuleOf(payer, taskType);
  if (rule === undefined) return undefined;
  const outcome = particulars.outcome ?? knownOutcome(state, task, at);
  if (outcome === undefined) return { task, rule, until: at + rule.withinMs };
  return isCharged(rule, outcome) ? undefined : { task, rule, until: at, outcome };
}

function knownOutcome(state: AccountState, task: string, at: Instant): string | undefined {
  const told = state.outcomes.get(task);
  return told === undefined || told.toldAt + OUTCOME_KNOWN_MS <= at ? undefined : told.outcome;
}

/** Usage that says how its task came out says so for all that waits for it. */
export const outcomeToldBy = (state: AccountState, particulars: Particulars | undefined): readonly OutcomeTold[] =>
  state.outcomePolicies + state.awaiting.size === 0 ||
  particulars?.taskId === undefined ||
  particulars.outcome === undefined
    ? []
    : [outcomeOf(state, particulars.taskId, particulars.outcome)];

/** How a task came out, with what becomes of all that has waited for it. */
export function outcomeOf({ awaiting }: AccountState, task: string, outcome: string): OutcomeTold {
  const calls = [...(awaiting.get(task) ?? [])];
  const comesTo = (charged: boolean): Bag =>
    totalOf(
      calls
        .filter(({ awaited }) => isCharged(awaited, outcome) === charged)
        .flatMap(({ amounts }) => amounts)
        .toSorted((a, b) => (a.currency < b.currency ? -1 : 1)),
    );
  const [charged, returned] = [comesTo(true), comesTo(false)];
  return {
    type: 'OutcomeTold',
    task,
    outcome,
    ...(calls.length > 0 && { calls: calls.length }),
    ...(charged.length > 0 && { charged }),
    ...(returned.length > 0 && { returned }),
  };
}
