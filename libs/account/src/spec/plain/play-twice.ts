import type { SeededRandom } from '@exchequer/testing';
import type { Command } from '../../commands.js';
import { decide } from '../../decide/decide.js';
import { evolve } from '../../evolve/evolve.js';
import type { Fact } from '../../facts.js';
import { isRefusal, type Refusal } from '../../refusal.js';
import { AccountState } from '../../state/account-state.js';
import { Book } from '../book.js';
import { Dice } from '../dice.js';
import { someCommand, someSpending, someTicks } from '../random-command.js';
import { firstFunds, openingPolicy, poolingPolicy } from '../random-policy.js';
import { toyCalendar } from '../toy-calendar.js';
import { PlainAccount } from './plain-account.js';
import { boundByPools, type KINDS_BOUND } from './plain-bound.js';
import { evolvePlain } from './plain-evolve.js';
import { plainDecide, plainDue } from './plain-decide.js';
import { isRefused, type PlainDecision } from './plain-decision.js';

/** How two accounts came through the same commands. */
export interface PlayedTwice {
  /** Commands that brought about facts. */
  readonly passed: number;
  /** Costs that had happened already, and that pool rules made draw on something else. */
  readonly bound: readonly (typeof KINDS_BOUND)[number][];
  /** Refunds that came to a new lot, because theirs had ended. */
  readonly renewed: number;
  /** The first thing that they decided differently. */
  readonly differs: object | undefined;
}

const NUMBERS_PER_COMMAND = 30;
const NUMBERS_OF_POOLS = 90;

/** Gives an account and a plain one the same random commands, each evolving by its own facts, until they differ. */
export function playTwice(random: SeededRandom, commands: number): PlayedTwice {
  const book = new Book(new AccountState(), toyCalendar);
  const plain = new PlainAccount();
  const dice = (numbers = random.integer(0, NUMBERS_PER_COMMAND)): Dice =>
    new Dice(Array.from({ length: numbers }, () => random.integer(0, 10_000)));
  let at = 0;
  let passed = 0;
  let renewed = 0;
  const bound: (typeof KINDS_BOUND)[number][] = [];
  const bookFast = (facts: readonly Fact[]): void => {
    for (const fact of facts) {
      evolve(book.state, fact, at);
      book.booked.push({ fact, at });
      if (fact.type === 'ChargeCorrected') renewed += fact.renewed?.length ?? 0;
    }
  };
  const both = (what: string, fast: PlainDecision, slow: PlainDecision): object | undefined => {
    if (textOf(fast) !== textOf(slow)) return { at, what, fast: textOf(fast), plain: textOf(slow) };
    if (!isRefused(fast)) bookFast(fast);
    if (!isRefused(slow)) for (const fact of slow) evolvePlain(plain, fact, at);
    return undefined;
  };
  const dueDiffers = (): object | undefined => {
    for (;;) {
      const fast = book.due(at);
      const slow = plainDue(plain, at);
      if (fast === undefined && slow === undefined) return undefined;
      const differs = both('what is due', fast?.facts ?? [], slow ?? []);
      if (differs !== undefined) return differs;
    }
  };
  const play = (command: Command): object | undefined => {
    const due = dueDiffers();
    if (due !== undefined) return due;
    const fast = decide(book.state, command, { at, calendar: toyCalendar });
    if (!isRefusal(fast)) {
      passed += 1;
      const kind = boundByPools(plain, command, fast, at);
      if (kind !== undefined) bound.push(kind);
    }
    return both(command.type, isRefusal(fast) ? plainly(fast) : fast, plainDecide(plain, command, at));
  };
  let differs = play(openingPolicy(dice()));
  if (plain.opened === undefined) differs ??= play(openingPolicy(new Dice([])));
  for (const command of firstFunds(book.state, dice())) differs ??= play(command);
  const isPooled = random.integer(0, 2) === 0;
  if (isPooled) differs ??= play(poolingPolicy(book.state, dice(NUMBERS_OF_POOLS)));
  for (let count = 0; count < commands && differs === undefined; count += 1) {
    const choices = dice();
    at += someTicks(choices);
    differs = dueDiffers() ?? play(isPooled ? someSpending(book, choices, at) : someCommand(book, choices, at));
  }
  return { passed, bound, renewed, differs };
}

/** A refusal in the words of the plain account. */
const plainly = ({ code, binding, wouldPass, otherModels }: Refusal): PlainDecision => ({
  code,
  ...(binding !== undefined && { binding: { ...binding } }),
  ...(wouldPass !== undefined && { wouldPass }),
  ...(otherModels !== undefined && { otherModels }),
});

/** What a session has spent is a sum by currency, and in no order. */
const inOneOrder = (fact: Fact): Fact =>
  fact.type === 'SessionEnded'
    ? { ...fact, spent: fact.spent.toSorted((a, b) => (a.currency < b.currency ? -1 : 1)) }
    : fact;

/** A text that is the same for the same content, in whatever order its fields were written. */
const textOf = (value: PlainDecision): string =>
  JSON.stringify(
    typeof value === 'string' ? { code: value } : isRefused(value) ? value : value.map(inOneOrder),
    (_, one: unknown) => {
      if (typeof one === 'bigint') return one.toString();
      if (typeof one !== 'object' || one === null || Array.isArray(one)) return one;
      return Object.fromEntries(
        Object.entries(one)
          .filter(([, field]) => field !== undefined)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    },
  );
