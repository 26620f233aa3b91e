import { BOUNDS } from './primitives.js';
import { problem, type Problem, type ProblemReply } from './problem.js';

/** Many requests in one message. The reply has one item for each, in the same order. */
export interface Batch<Item> {
  readonly items: readonly Item[];
}

export type BatchReply<Reply> = Batch<Reply | ProblemReply>;

/** Whether a parsed body is meant as a batch: an object whose one field is an array `items`. */
export function batchItems(body: unknown): readonly unknown[] | undefined {
  if (typeof body !== 'object' || body === null || !('items' in body)) return undefined;
  const { items } = body;
  return Array.isArray(items) && Object.keys(body).length === 1 ? items : undefined;
}

/** Why a batch is too long, or undefined. */
export const batchFault = (items: readonly unknown[]): Problem | undefined =>
  items.length > BOUNDS.itemsPerBatchMax
    ? problem(
        'Malformed',
        `items: has ${String(items.length)} items; the most in one message is ${String(BOUNDS.itemsPerBatchMax)}.`,
      )
    : undefined;
