import { describe, expect, it } from '@jest/globals';
import { amount } from '@exchequer/kernel';
import fc from 'fast-check';
import type { Line } from '../bag.js';
import type { Capture } from '../commands.js';
import type { Pooling } from '../facts.js';
import { isRefusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import { AwaitingHold } from '../state/awaiting-hold.js';
import { restoreState } from '../stored/restore-state.js';
import { storeState } from '../stored/store-state.js';
import { Book, node } from './book.js';
import { playHistory, type History } from './history.js';
import { DATA, USD } from './random-words.js';
import { toyCalendar } from './toy-calendar.js';

/** Up to forty commands, each from up to thirty choices. */
const numbers = fc.array(fc.nat({ max: 9_999 }), { maxLength: 30, size: 'max' });
const histories: fc.Arbitrary<History> = fc.array(numbers, { maxLength: 40, size: 'max' });

/** What a currency's credits are doing, over the whole account. */
function sums(state: AccountState): Readonly<Record<string, string>> {
  const total: Record<string, bigint> = {};
  const add = (key: string, part: bigint): void => {
    total[key] = (total[key] ?? 0n) + part;
  };
  for (const lot of state.lots.values())
    for (const part of ['available', 'held', 'spent', 'forfeited', 'revoked'] as const)
      add(`${lot.grant.id} ${part}`, lot[part]);
  for (const { purses } of state.nodes.values())
    for (const purse of purses.values()) {
      add(`${purse.currency} owed`, purse.owed);
      add(`${purse.currency} owed held`, purse.owedHeld);
    }
  return Object.fromEntries(Object.entries(total).map(([key, sum]) => [key, sum.toString()]));
}

/** Everything of a state but the parts that say by which meters something was held. */
const balances = (state: AccountState): string => {
  const { lots, nodes } = storeState(state);
  return JSON.stringify([lots, nodes]);
};

function copyOf(book: Book): Book {
  const state = restoreState(storeState(book.state));
  if (state === undefined) throw new Error('the snapshot was not understood');
  return new Book(state, toyCalendar);
}

describe('credits', () => {
  it('stay what they are through transfers and changes of the tree: nothing is made, spent or lost', () =>
    fc.assert(
      fc.property(histories, (history) => {
        let before: { readonly count: number; readonly sums: ReturnType<typeof sums> } | undefined;
        playHistory(history, ({ book, command }) => {
          const now = sums(book.state);
          const quiet = book.booked
            .slice(before?.count)
            .every(({ fact }) => !/^(Hold|Lot|Session|Credits(Granted|Drawn))/.test(fact.type));
          if (quiet && before !== undefined && (command.type === 'transfer' || command.type === 'configure'))
            expect(now).toEqual(before.sums);
          before = { count: book.booked.length, sums: now };
        });
      }),
      { numRuns: 100 },
    ));

  it('stay what they are however often every node is switched between siloed and pooled', () =>
    fc.assert(
      fc.property(
        histories,
        fc.array(fc.constantFrom<Pooling>('own', 'own-then-parent', 'parent'), { maxLength: 4 }),
        (history, modes) => {
          const book = playHistory(history);
          const before = sums(book.state);
          for (const pooling of modes) {
            const open = [...book.state.nodes.values()].filter(
              (one) => !one.archived && one.parent !== undefined && one.session === undefined,
            );
            const nodes = open.map((one) => node(one.id, { pooling }));
            const { state } = book;
            book.must(state.now, { type: 'configure', account: 'toy' as never, currencies: [], nodes, archive: [] });
            expect(sums(state)).toEqual(before);
            if (pooling === 'parent')
              expect(
                [...state.lots.values()].filter((lot) => lot.available > 0n && lot.node !== state.opening?.root),
              ).toEqual([]);
          }
        },
      ),
      { numRuns: 60 },
    ));
});

describe('the cost of a call', () => {
  const parts = fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 5 });

  it('is the same in many lines as in one, to every balance and to every limit that counts all of it', () =>
    fc.assert(
      fc.property(histories, fc.nat(), parts, parts, (history, which, inUsd, inData) => {
        const book = playHistory(history);
        const open = [...book.state.holds.values()].filter(
          (hold) =>
            !(hold instanceof AwaitingHold) &&
            hold.chain.members.every(({ limits }) => limits.every((limit) => limit.selection?.meters === undefined)),
        );
        const hold = open[which % Math.max(open.length, 1)];
        if (hold === undefined) return;
        const lines = (amounts: readonly number[], currency: typeof USD): Line[] =>
          amounts.map((part, index) => ({
            currency,
            amount: amount(BigInt(part)),
            ...(index % 2 === 0 && { meter: 'input' }),
          }));
        const total = (amounts: readonly number[], currency: typeof USD): Line => ({
          currency,
          amount: amount(BigInt(amounts.reduce((sum, part) => sum + part, 0))),
        });
        const outcome = (cost: readonly Line[]): string => {
          const copy = copyOf(book);
          const command: Capture = { type: 'capture', hold: hold.id, lines: cost };
          if (isRefusal(copy.do(copy.state.now, command))) throw new Error('an open hold was not captured');
          return balances(copy.state);
        };
        expect(outcome([...lines(inUsd, USD), ...lines(inData, DATA)])).toBe(
          outcome([total(inUsd, USD), total(inData, DATA)]),
        );
      }),
      { numRuns: 150 },
    ));
});
