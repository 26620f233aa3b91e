import { describe, expect, it } from '@jest/globals';
import { amount, nodeId, UNLIMITED, type WindowSpec } from '@exchequer/kernel';
import fc from 'fast-check';
import type { Command, LimitPolicy } from '../commands.js';
import type { Fact, Threshold } from '../facts.js';
import { AccountState } from '../state/account-state.js';
import { readFact, storeFact } from '../stored/fact-codec.js';
import { restoreState } from '../stored/restore-state.js';
import { storeState } from '../stored/store-state.js';
import { Book, configure, CREDIT, every, node, under } from './book.js';
import { differences } from './compare-recount.js';
import { Dice } from './dice.js';
import { someThresholds } from './random-thresholds.js';
import { toyCalendar } from './toy-calendar.js';

/** Up to fifty commands, each from a few choices: all of them at one limit, so that much happens to its thresholds. */
const histories = fc.array(fc.array(fc.nat({ max: 9_999 }), { maxLength: 12, size: 'max' }), {
  maxLength: 50,
  size: 'max',
});

const WINDOWS: readonly [WindowSpec, ...WindowSpec[]] = [
  every('day'),
  { kind: 'rolling', lengthMs: 9 },
  { kind: 'sliding', lengthMs: 7 },
  { kind: 'lifetime' },
];

const someAmount = (dice: Dice) => (dice.once(9) ? UNLIMITED : amount(BigInt(dice.below(12))));

function someLimit(window: WindowSpec, dice: Dice): LimitPolicy {
  const ends = window.kind === 'calendar' || window.kind === 'rolling';
  const most = someAmount(dice);
  const at: Threshold = most === UNLIMITED ? { used: amount(9n) } : { share: '1' };
  return {
    name: 'z' as never,
    currency: CREDIT,
    amount: most,
    window,
    mode: 'alert',
    thresholds: [{ share: '0.5' }, { left: amount(2n) }],
    pauses: { at, ...(ends && dice.below(3) > 0 && { resume: 'at-reset' }) },
    ...(dice.once(4) && { thresholds: someThresholds(dice).thresholds ?? [] }),
  };
}

function policy(window: WindowSpec, dice: Dice, at: number): Command {
  const override = { limit: 'z' as never, currency: CREDIT, amount: someAmount(dice), until: at + dice.below(4) };
  const limits = [someLimit(window, dice)];
  return configure(node('org', { limits, ...(dice.once(3) && { overrides: [override] }) }), under('org', 'ada'));
}

function someCommand(book: Book, window: WindowSpec, dice: Dice, at: number): Command {
  const place = dice.pickAny(book.charges());
  const some = [{ currency: CREDIT, amount: amount(BigInt(dice.below(6))) }];
  switch (dice.below(8)) {
    case 0:
      return policy(window, dice, at);
    case 1:
    case 2:
      return book.correction(place ?? 0, dice.below(3) === 0 ? { lines: some } : { refund: some });
    case 3:
      return { type: 'resume', node: nodeId('org') };
    default:
      return {
        type: 'record',
        payer: nodeId('ada'),
        nodes: [],
        lines: some,
        ...(dice.once(3) && { usedAt: at - dice.below(14) }),
      };
  }
}

function play(history: readonly (readonly number[])[], watch: (book: Book) => void = () => undefined): Book {
  const book = new Book(new AccountState(), toyCalendar);
  const [first = [], ...rest] = history;
  const start = new Dice(first);
  const window = start.pick(WINDOWS);
  book.must(0, policy(window, start, 0));
  let at = 0;
  for (const numbers of rest) {
    const dice = new Dice(numbers);
    at += dice.pick([0, 1, 0, 2, 0, 5]);
    book.do(at, someCommand(book, window, dice, at));
    watch(book);
  }
  return book;
}

/** What can become of a threshold, and of the pause at one. */
function turnOf(fact: Fact): string | undefined {
  switch (fact.type) {
    case 'ThresholdCrossed':
      return `crossed ${fact.crossing > 1 ? 'again ' : ''}${fact.from === undefined ? 'without windows' : 'in a window'}`;
    case 'ThresholdRecovered':
      return `left ${fact.from === undefined ? 'without windows' : 'in a window'}`;
    case 'NodePaused':
      return `paused ${fact.resumesAt === undefined ? 'until a person resumes' : 'until the window ends'}`;
    case 'NodeResumed':
      return `resumed ${fact.at === undefined ? 'by a person' : 'by itself'}`;
    default:
      return undefined;
  }
}

describe('thresholds of one limit, whatever is charged, corrected, changed and overridden', () => {
  it('are crossed as the facts, counted anew, bear out', () =>
    fc.assert(
      fc.property(histories, (history) => {
        play(history, (book) => expect(differences(book.booked, book.state)).toEqual([]));
      }),
      { numRuns: 120 },
    ));

  it('are the same again after a replay, and after a snapshot at any time', () =>
    fc.assert(
      fc.property(histories, (history) => {
        const book = play(history, ({ state }) => {
          const again = restoreState(JSON.parse(JSON.stringify(storeState(state))) as never);
          expect(again && storeState(again)).toEqual(storeState(state));
          expect(again?.due.size).toBe(state.due.size);
        });
        expect(JSON.stringify(storeState(book.replayed()))).toBe(book.text());
        for (const { fact } of book.booked) expect(readFact(storeFact(fact))).toEqual(fact);
      }),
      { numRuns: 60 },
    ));

  it('are judged as often as a policy changes them, and not once more when it is applied again', () =>
    fc.assert(
      fc.property(histories, fc.nat({ max: 99 }), (history, choice) => {
        const book = play(history);
        const at = book.state.now;
        const window = book.state.nodes.get(nodeId('org'))?.limits[0]?.window ?? { kind: 'lifetime' };
        const again = policy(window, new Dice([choice]), at);
        book.must(at, again);
        expect(book.must(at, again)).toEqual([]);
      }),
      { numRuns: 60 },
    ));

  it('come, among those that are tried here, upon every turn that they can take', () => {
    const turns = new Set<string>();
    for (const history of fc.sample(histories, { seed: 20_261_121, numRuns: 150 }))
      for (const { fact } of play(history).booked) {
        const turn = turnOf(fact);
        if (turn !== undefined) turns.add(turn);
      }
    expect([...turns].sort()).toEqual([
      'crossed again in a window',
      'crossed again without windows',
      'crossed in a window',
      'crossed without windows',
      'left in a window',
      'left without windows',
      'paused until a person resumes',
      'paused until the window ends',
      'resumed by a person',
      'resumed by itself',
    ]);
  });
});
