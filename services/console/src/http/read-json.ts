import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { malformedRequest } from './http-problem.js';

/** Reads a body of JSON. @throws HttpProblem that says where it is wrong, without repeating what it says. */
export function readJson(text: string): unknown {
  if (text.trim() === '') throw malformedRequest('The body is empty; it takes JSON.');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw malformedRequest(`The body is no JSON${whereWrong(text)}.`);
  }
}

/** The engine's own message repeats the text and seldom names a place, so that the fault is looked for once more. */
function whereWrong(text: string): string {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first === undefined) return '';
  const before = text.slice(0, first.offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  const what = printParseErrorCode(first.error)
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
  return ` at line ${String(before.length)}, column ${String(column)}: ${what}`;
}
