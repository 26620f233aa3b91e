import { formatLength } from '@exchequer/kernel';
import type { OutcomeRule } from '../facts.js';
import type { NodeState } from '../state/node-state.js';

/** The rule for tasks of a type: that of the payer, else of the nearest above that has one for it. */
export function outcomeRuleOf(payer: NodeState, taskType: string): OutcomeRule | undefined {
  for (let node: NodeState | undefined = payer; node !== undefined; node = node.parent) {
    const rule = node.outcomes?.find(({ taskTypes }) => taskTypes.includes(taskType));
    if (rule !== undefined) return rule;
  }
  return undefined;
}

/** Whether a cost is charged: by the outcome that was told, or where none was. */
export const isCharged = (
  { charge, otherwise }: Pick<OutcomeRule, 'charge' | 'otherwise'>,
  outcome: string | undefined,
): boolean => otherwise === 'charge' || (outcome !== undefined && charge.includes(outcome));

/** As people read it; equal for equal rules. */
export const textOfOutcomes = (rules: readonly OutcomeRule[] | undefined): string | undefined =>
  rules
    ?.map(
      ({ taskTypes, charge, withinMs, otherwise }) =>
        `${taskTypes.join(', ')}: charged when ${charge.join(' or ')} within ${formatLength(withinMs)}, else ${
          otherwise === 'charge' ? 'charged all the same' : 'returned'
        }`,
    )
    .join('; ');
