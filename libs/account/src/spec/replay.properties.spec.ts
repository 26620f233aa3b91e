import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evolve } from '../evolve/evolve.js';
import { isRefusal } from '../refusal.js';
import { AccountState } from '../state/account-state.js';
import { readFact, storeFact, type StoredFact } from '../stored/fact-codec.js';
import { restoreState } from '../stored/restore-state.js';
import { storeState } from '../stored/store-state.js';
import type { StoredState } from '../stored/stored-state.js';
import { Book, chargeAddress, decisionText, type Booked } from './book.js';
import { playHistory, type History } from './history.js';
import { toyCalendar } from './toy-calendar.js';

/** Up to forty commands, each from up to thirty choices. */
const numbers = fc.array(fc.nat({ max: 9_999 }), { maxLength: 30, size: 'max' });
const histories: fc.Arbitrary<History> = fc.array(numbers, { maxLength: 40, size: 'max' });

const throughJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

const textOf = (state: AccountState): string => JSON.stringify(storeState(state));

/** The state as a snapshot gives it back. */
function restored(state: AccountState): AccountState {
  const again = restoreState(throughJson<StoredState>(storeState(state)));
  if (again === undefined) throw new Error('the snapshot was not understood');
  return again;
}

/** Folds facts as they are read from a ledger. */
function fold(state: AccountState, booked: readonly Booked[]): AccountState {
  for (const { fact, at } of booked)
    evolve(state, readFact(throughJson<StoredFact>(storeFact(fact))), at, chargeAddress(state));
  return state;
}

describe('I6: the facts of an account', () => {
  it('fold to its live state, and from a snapshot at any of them on as well', () =>
    fc.assert(
      fc.property(histories, (history) => {
        const book = playHistory(history);
        const live = new AccountState();
        const texts = [textOf(live)];
        for (const booked of book.booked) texts.push(textOf(fold(live, [booked])));
        expect(texts.at(-1)).toBe(book.text());
        for (let cut = 0; cut < texts.length; cut += 1) {
          const before = fold(new AccountState(), book.booked.slice(0, cut));
          expect(textOf(before)).toBe(texts[cut]);
          const again = restored(before);
          expect(textOf(again)).toBe(texts[cut]);
          if (cut % 5 === 0) expect(textOf(fold(again, book.booked.slice(cut)))).toBe(book.text());
        }
      }),
      { numRuns: 30 },
    ));

  it('are decided alike by an account that was just restored, command by command', () =>
    fc.assert(
      fc.property(histories, fc.nat({ max: 3 }), (history, kept) => {
        let again: Book | undefined;
        playHistory(history, ({ book, at, command, decision }) => {
          if (again !== undefined) {
            expect(decisionText(again.do(at, command))).toBe(decisionText(decision));
            expect(again.text()).toBe(book.text());
          }
          const age = book.booked.length % (kept + 1);
          if (again === undefined || age === 0) again = new Book(restored(book.state), toyCalendar);
        });
      }),
      { numRuns: 100 },
    ));
});

describe('what is due', () => {
  it('comes, but for the instant of the last booking, to the same whether it is booked at its instant or before the next command', () =>
    fc.assert(
      fc.property(histories, (history) => {
        const busy = new Book(new AccountState(), toyCalendar);
        const quiet = playHistory(history, ({ at, command, decision }) => {
          for (
            let due = busy.state.due.peek()?.dueAt;
            due !== undefined && due <= at;
            due = busy.state.due.peek()?.dueAt
          )
            busy.advance(Math.max(due, busy.state.now));
          expect(decisionText(busy.do(at, command))).toBe(decisionText(decision));
        });
        busy.state.now = quiet.state.now;
        expect(busy.text()).toBe(quiet.text());
      }),
      { numRuns: 100 },
    ));

  it('has a name that no other has', () =>
    fc.assert(
      fc.property(histories, (history) => {
        const names: string[] = [];
        const { booked } = playHistory(history);
        for (const { fact } of booked) {
          if (fact.type === 'HoldExpired') names.push(fact.hold);
          if (fact.type === 'LotExpired') names.push(fact.lot);
          if (fact.type === 'LotExpiring') names.push(`${fact.lot}/${String(fact.beforeMs)}`);
          if (fact.type === 'SessionEnded') names.push(fact.session);
        }
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 60 },
    ));
});

describe('a refusal', () => {
  it('leaves nothing behind: the history without it comes to the same', () =>
    fc.assert(
      fc.property(histories, (history) => {
        const without = new Book(new AccountState(), toyCalendar);
        const book = playHistory(history, ({ at, command, decision }) => {
          if (isRefusal(decision)) return;
          expect(decisionText(without.do(at, command))).toBe(decisionText(decision));
        });
        without.advance(book.state.now);
        without.state.now = book.state.now;
        expect(without.text()).toBe(book.text());
      }),
      { numRuns: 100 },
    ));
});
