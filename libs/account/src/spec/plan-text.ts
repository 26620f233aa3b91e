import type { Configure } from '../commands.js';
import { decide } from '../decide/decide.js';
import type { Fact } from '../facts.js';
import { isRefusal } from '../refusal.js';
import { changesOf, type Change } from '../report/changes.js';
import { t, type Book } from './book.js';

/** What a policy would change, in lines such as `change limit daily of team: 1 credit → 2 credit`. */
export function plan(book: Book, command: Configure): readonly string[] {
  const decision = decide(book.state, command, { at: t(9), calendar: book.calendar });
  if (isRefusal(decision)) throw new Error(decision.message);
  return told(book, decision);
}

/** As {@link plan}, of facts. */
export const told = (book: Book, facts: readonly Fact[]): readonly string[] => changesOf(book.state, facts).map(lineOf);

const lineOf = ({ action, subject, from, to }: Change): string =>
  `${action} ${subject}${from === undefined && to === undefined ? '' : ':'}${from === undefined ? '' : ` ${from} →`}${to === undefined ? '' : ` ${to}`}`;
