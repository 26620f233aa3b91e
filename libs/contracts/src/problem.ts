import { z } from 'zod';
import { CODES, type Code } from './codes.js';

/** What a refused request gets: a code from the closed list and one sentence that says what to do. */
export interface Problem {
  readonly code: Code;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The reply body of a refused request, or of one refused item of a batch. */
export interface ProblemReply {
  readonly error: Problem;
}

export const problemReplySchema = z.object({
  error: z.object({
    code: z.enum(CODES),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});

export const problem = (code: Code, message: string, details?: Problem['details']): Problem =>
  details === undefined ? { code, message } : { code, message, details };

export const isProblemReply = (reply: unknown): reply is ProblemReply =>
  typeof reply === 'object' && reply !== null && 'error' in reply;

/** One sentence from a zod error: what is wrong with which field. Values are never repeated, so secrets stay out of it. */
export function malformed(error: z.ZodError, where = ''): Problem {
  const [first] = error.issues;
  if (first === undefined) return problem('Malformed', 'The request does not have the expected shape.');
  const field = [where, ...first.path.map(String)].filter((part) => part !== '').join('.');
  const more = error.issues.length - 1;
  const rest = more > 0 ? ` (and ${String(more)} more)` : '';
  return problem('Malformed', `${field === '' ? 'The request' : field}: ${sentenceOf(first)}${rest}.`, { field });
}

/** What is wrong with a field, to be put behind its name. */
export function sentenceOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `unknown field ${issue.keys.map((key) => `"${key.slice(0, 64)}"`).join(', ')}; remove it or correct its name`;
    case 'invalid_type':
      // The issue does not say what it got, but its own message does; a message of the schema's author stands as it is.
      if (!issue.message.startsWith('Invalid input')) return issue.message.replace(/\.$/, '');
      return issue.message.endsWith('received undefined')
        ? `is missing; it takes ${articled(issue.expected)}`
        : `takes ${articled(issue.expected)}`;
    case 'invalid_value':
      if (!issue.message.startsWith('Invalid ')) return issue.message;
      return `takes ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_big':
      return issue.message.startsWith('Too big')
        ? `is above the most, ${sizeOf(issue.origin, issue.maximum)}`
        : issue.message;
    case 'too_small':
      return issue.message.startsWith('Too small')
        ? `is below the least, ${sizeOf(issue.origin, issue.minimum)}`
        : issue.message;
    case 'invalid_key':
      return issue.issues[0] === undefined
        ? 'has a name that nothing can have'
        : `its name ${sentenceOf(issue.issues[0])}`;
    case 'invalid_union':
      return unionSentence(issue);
    default:
      return issue.message.replace(/\.$/, '');
  }
}

const UNITS: Readonly<Record<string, string>> = {
  string: ' characters',
  array: ' items',
  object: ' fields',
  record: ' fields',
};
const sizeOf = (origin: string, size: number | bigint): string => `${String(size)}${UNITS[origin] ?? ''}`;

/**
 * Of the forms that something may have, the only one of its own kind (an object of the objects), else the one with least amiss:
 * what is amiss with it. Where it is of none of the forms, and the schema's author says which there are, that.
 */
function unionSentence({ errors, message }: z.core.$ZodIssueInvalidUnion): string {
  const [, kinds] = /^Invalid discriminator value\. Expected (.*)$/.exec(message) ?? [];
  if (kinds !== undefined) return `takes ${kinds.replaceAll("'", '"').replaceAll(' | ', ', ')}`;
  const ofItsKind = errors.filter(
    (issues) => !issues.some(({ code, path }) => /^invalid_(type|value)$/.test(code) && path.length === 0),
  );
  const forms = ofItsKind.length === 1 ? ofItsKind : errors;
  const [nearest] = [...forms].sort((one, other) => one.length - other.length);
  const [first] = nearest ?? [];
  const told = message.startsWith('Invalid ') ? undefined : message.replace(/\.$/, '');
  if (first === undefined) return told ?? 'fits none of the forms that it may have';
  const field = first.path.map(String).join('.');
  if (field !== '') return `${field} ${sentenceOf(first)}`;
  return first.code === 'custom' ? sentenceOf(first) : (told ?? sentenceOf(first));
}

const NAMES: Readonly<Record<string, string>> = {
  record: 'an object',
  object: 'an object',
  array: 'an array',
  int: 'a whole number',
};
const articled = (expected: string): string => NAMES[expected] ?? `a ${expected}`;
