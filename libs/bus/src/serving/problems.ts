import { CODES, problem, type Problem } from '@exchequer/contracts';

/** Refusals that the server itself gives, before or instead of the handler. */

export const tooLarge = (bytes: number, bytesMax: number): Problem =>
  problem('Malformed', `The message has ${String(bytes)} bytes; the most is ${String(bytesMax)}. Divide it.`, {
    bytes,
    bytesMax,
  });

export const overloaded = (retryAfterMs: number): Problem =>
  problem('Overloaded', `More is waiting here than can be done; send it again in ${String(retryAfterMs)} ms.`, {
    retryAfterMs,
  });

export const WRONG_DEADLINE = problem('Malformed', 'Exchequer-Deadline takes an instant in epoch milliseconds.');

export const DEADLINE_PASSED = problem(
  'DeadlineExceeded',
  'The deadline had passed before the work began; nothing was done.',
);

export const STOPPING = problem('Unavailable', 'This instance is shutting down; send the same again.');

export const FAILED = problem(
  'Unavailable',
  'The work failed, its outcome is not known; send the same again under the same id.',
);

export const NOT_ANSWERED = problem(
  'Unavailable',
  'The work did not end in time, its outcome is not known; send the same again under the same id.',
);

/** What a handler threw, if it is a refusal in the shape of one; else undefined. */
export function thrownProblem(thrown: unknown): Problem | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown) || !('message' in thrown)) return undefined;
  const { code, message } = thrown;
  const known = CODES.find((each) => each === code);
  if (known === undefined || typeof message !== 'string') return undefined;
  const details = 'details' in thrown && isRecord(thrown.details) ? thrown.details : undefined;
  return problem(known, message, details);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
