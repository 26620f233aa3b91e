import { problem, sentenceOf, type Problem } from '@exchequer/contracts';
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { keepExactNumbers } from './exact-numbers.js';
import { policySchema, type Policy } from './policy-schema.js';
import { unreadableIn } from './unreadable-yaml.js';

/** Where something stands in a policy file, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A policy file that was read, and that can say where each of its parts stands. */
export interface ReadPolicy {
  readonly policy: Policy;
  readonly placeOf: (path: readonly PropertyKey[]) => Place;
  /** As much of a path as the file has. */
  readonly statedPart: (path: readonly PropertyKey[]) => readonly PropertyKey[];
}

/** Reads a policy file, or says what is wrong with it, with line and column. */
export function readPolicy(text: string, fileName: string): ReadPolicy | Problem {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  keepExactNumbers(document);
  const [fault] = document.errors;
  const unreadable = fault === undefined ? unreadableIn(document) : { offset: fault.pos[0], message: fault.message };
  if (unreadable !== undefined) {
    const { line, col } = lines.linePos(unreadable.offset);
    return policyProblem(fileName, { line, column: col }, sentence(unreadable.message));
  }
  const placeOf = (path: readonly PropertyKey[]): Place => placeIn(document, lines, path);
  const parsed = policySchema.safeParse(document.toJS({ maxAliasCount: -1 }));
  if (parsed.success) return { policy: parsed.data, placeOf, statedPart: (path) => statedIn(document, path) };
  const [issue] = parsed.error.issues;
  if (issue === undefined) throw parsed.error;
  return issueProblem(fileName, issue, placeOf);
}

/** A fault of a policy file, so that an editor can jump to it: `policy.yaml:12:7: …`. */
export const policyProblem = (fileName: string, place: Place, message: string): Problem =>
  problem('Malformed', `${fileName}:${String(place.line)}:${String(place.column)}: ${message}`, { ...place });

function issueProblem(fileName: string, issue: z.core.$ZodIssue, placeOf: ReadPolicy['placeOf']): Problem {
  const field = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const where = field === '' ? 'a policy' : field;
    return policyProblem(
      fileName,
      placeOf([...issue.path, key]),
      `${where} has no field "${key}"; remove it or correct its name.`,
    );
  }
  return policyProblem(fileName, placeOf(issue.path), `${field === '' ? 'the policy' : field}: ${sentenceOf(issue)}.`);
}

/** The place of a value; of its key where the value is not there; of what is around it where both are missing. */
function placeIn(document: Document, lines: LineCounter, path: readonly PropertyKey[]): Place {
  const offset = offsetOf(document, statedIn(document, path));
  if (offset === undefined) return { line: 1, column: 1 };
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** As much of a path as a document has. */
function statedIn(document: Document, path: readonly PropertyKey[]): readonly PropertyKey[] {
  let length = path.length;
  while (length > 0 && offsetOf(document, path.slice(0, length)) === undefined) length -= 1;
  return path.slice(0, length);
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true);
  const key = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
    );
    if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0];
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

const sentence = (message: string): string => `${message.split('\n')[0]?.replace(/[.:]?$/, '') ?? 'not YAML'}.`;
