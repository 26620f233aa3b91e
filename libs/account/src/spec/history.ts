import { AccountState } from '../state/account-state.js';
import type { Command } from '../commands.js';
import type { Fact } from '../facts.js';
import { isRefusal, type Refusal } from '../refusal.js';
import { Book } from './book.js';
import { Dice } from './dice.js';
import { someCommand, someTicks } from './random-command.js';
import { firstFunds, openingPolicy } from './random-policy.js';
import { toyCalendar } from './toy-calendar.js';

/** The choices of each command of a history; those of the first are the tree that it begins with. */
export type History = readonly (readonly number[])[];

/** What a history shows after each of its commands. */
export interface Played {
  readonly book: Book;
  readonly at: number;
  readonly command: Command;
  readonly decision: readonly Fact[] | Refusal;
}

/** Plays a history on a new account, what is due before each command, and shows every step. */
export function playHistory(history: History, watch: (played: Played) => void = () => undefined): Book {
  const book = new Book(new AccountState(), toyCalendar);
  const [first = [], ...rest] = history;
  let at = 0;
  const play = (command: Command): readonly Fact[] | Refusal => {
    const decision = book.do(at, command);
    watch({ book, at, command, decision });
    return decision;
  };
  if (isRefusal(play(openingPolicy(new Dice(first))))) play(openingPolicy(new Dice([])));
  for (const command of firstFunds(book.state, new Dice(first))) play(command);
  for (const numbers of rest) {
    const dice = new Dice(numbers);
    at += someTicks(dice);
    book.advance(at);
    play(someCommand(book, dice, at));
  }
  return book;
}
