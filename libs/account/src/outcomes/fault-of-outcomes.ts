import { DAY_MS } from '@exchequer/kernel';
import type { NodePolicy } from '../commands.js';
import { refuse, type Refusal } from '../refusal.js';
import { OUTCOME_KNOWN_MS } from './wait-for.js';

/** What is wrong with the rules of a node for tasks that are charged by their outcome, if anything is. */
export function faultOfOutcomes({ node, outcomes = [] }: NodePolicy, path: string): Refusal | undefined {
  const named = new Set<string>();
  for (const [index, { taskTypes, charge, withinMs }] of outcomes.entries()) {
    const where = `${path}.outcomes.${String(index)}`;
    if (withinMs < 1 || withinMs > OUTCOME_KNOWN_MS)
      return refuse(
        'Malformed',
        `${node} may wait for an outcome for at most ${String(OUTCOME_KNOWN_MS / DAY_MS)} days.`,
        `${where}.within`,
      );
    if (taskTypes.length === 0 || charge.length === 0)
      return refuse('Malformed', `${node} must name types of tasks, and outcomes that are charged.`, where);
    for (const taskType of taskTypes) {
      if (named.has(taskType))
        return refuse('Malformed', `${node} states twice what becomes of tasks ${taskType}.`, `${where}.taskTypes`);
      named.add(taskType);
    }
  }
  return undefined;
}
