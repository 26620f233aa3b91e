import { apply, BLANK, keyOf, type Paper } from './model.js';
import type { Operation } from './operation.js';

const REFUSALS = new Set(['LimitReached', 'InsufficientCredits', 'HoldAlreadyEnded']);

/** An operation, or the copy of one: a copy that nobody heard of takes effect once, never or too late to matter. */
interface Candidate {
  readonly operation: Operation;
  readonly answeredAt: number;
  readonly answer: string | undefined;
}

/**
 * Whether some order of the operations, each at a moment between its call and its answer, gives every answer that was
 * given (Wing and Gong, 1993, with the visited pairs of done operations and state remembered, after Lowe, 2017). Those
 * without an answer may take effect at any moment after their call, or never.
 */
export function isLinearizable(history: readonly Operation[]): boolean {
  const candidates = history.flatMap(candidatesOf);
  const visited = new Set<string>();
  const search = (done: number, paper: Paper): boolean => {
    const open = candidates.filter((_, index) => (done & (1 << index)) === 0);
    if (open.every(({ answer }) => answer === undefined)) return true;
    const key = `${String(done)} ${keyOf(paper)}`;
    if (visited.has(key)) return false;
    visited.add(key);
    const firstAnswer = Math.min(...open.map(({ answeredAt }) => answeredAt));
    return candidates.some((candidate, index) => {
      const isOpen = (done & (1 << index)) === 0 && candidate.operation.invokedAt <= firstAnswer;
      if (!isOpen || isDoneByCopy(candidate, candidates, done)) return false;
      const { answer, after } = apply(paper, candidate.operation);
      const fits = candidate.answer === undefined ? !REFUSALS.has(answer) : candidate.answer === answer;
      return fits && search(done | (1 << index), after);
    });
  };
  if (candidates.length > 30) throw new RangeError('a history of more than 30 operations is too long to search');
  return search(0, BLANK);
}

function candidatesOf(operation: Operation): readonly Candidate[] {
  const { answer, copies } = operation;
  if (answer === undefined) return [{ operation, answeredAt: Infinity, answer: undefined }];
  const known: Candidate = { operation, answeredAt: answer.at, answer: answer.text };
  const mayComeLater = copies > 1 && REFUSALS.has(answer.text);
  return mayComeLater ? [known, { operation, answeredAt: Infinity, answer: undefined }] : [known];
}

/** The same id takes effect once: of an accepted operation there is no second one. */
const isDoneByCopy = (one: Candidate, all: readonly Candidate[], done: number): boolean =>
  all.some(
    (other, index) =>
      other !== one &&
      other.operation.id === one.operation.id &&
      (done & (1 << index)) !== 0 &&
      other.answer === undefined,
  );
