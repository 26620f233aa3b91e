import { DAY_MS, SECOND_MS } from '@exchequer/kernel';
import { z } from 'zod';
import { cloudEvent, eventIdentity } from './cloud-event.js';
import { idText, type AmountsMap } from './primitives.js';

/** Calls of one task name it alike: `ticket-4711`. */
export const taskText = z.string().min(1, 'is empty').max(128, 'is longer than 128 characters');
/** How a task came out, in a word of whoever tells it: `resolved`. */
export const outcomeText = z.string().min(1, 'is empty').max(64, 'is longer than 64 characters');
const taskTypeText = z.string().min(1, 'is empty').max(64, 'is longer than 64 characters');

export const OTHERWISE = ['return', 'charge'] as const;
export const OUTCOME_WITHIN_MAX_MS = 35 * DAY_MS;

/** Calls of tasks of these types wait for the outcome of their task, and are charged if it is one of those named. */
export const outcomeRuleSchema = z.strictObject({
  taskTypes: z.array(taskTypeText).min(1, 'names no type of task').max(64, 'names more than 64 types of tasks'),
  charge: z.array(outcomeText).min(1, 'names no outcome').max(32, 'names more than 32 outcomes'),
  withinMs: z.int().min(SECOND_MS, 'is shorter than a second').max(OUTCOME_WITHIN_MAX_MS, 'is longer than 35 days'),
  /** What becomes of the cost after any other outcome, and when none was told in time. */
  otherwise: z.enum(OTHERWISE),
});

/** Says how a task came out. */
export const outcomeSchema = z.strictObject({
  id: idText,
  taskId: taskText,
  outcome: outcomeText,
  /** Set by `meter` for events. */
  usage: eventIdentity.optional(),
});

export const OUTCOME_EVENT_TYPE = 'exchequer.outcome.v1';

/** How a task came out, as a CloudEvents 1.0 event in JSON, wherever usage events are taken. */
export const outcomeEventSchema = z.object({
  ...cloudEvent(OUTCOME_EVENT_TYPE),
  data: z.strictObject({ taskId: taskText, outcome: outcomeText }),
});

export type OutcomeRuleBody = z.infer<typeof outcomeRuleSchema>;
export type OutcomeBody = z.infer<typeof outcomeSchema>;
export type OutcomeEvent = z.infer<typeof outcomeEventSchema>;

export interface OutcomeReply {
  readonly taskId: string;
  readonly outcome: string;
  /** How many calls had waited for it. */
  readonly calls: number;
  /** What of their cost is charged now, and what goes back. */
  readonly charged: AmountsMap;
  readonly returned: AmountsMap;
  readonly decidedAt: string;
  readonly position: string;
  readonly repeated?: true;
}
