import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Configure } from '../commands.js';
import type { Pooling } from '../facts.js';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';
import type { Book } from './book.js';
import { node } from './book.js';
import { differences } from './compare-recount.js';
import { playHistory, type History } from './history.js';
import { poolsAsStated } from './random-pools.js';

/** Up to forty commands, each from up to thirty choices; the first makes a tree of up to sixteen nodes below the root. */
const numbers = fc.array(fc.nat({ max: 9_999 }), { maxLength: 30, size: 'max' });
const histories: fc.Arbitrary<History> = fc.array(numbers, { maxLength: 40, size: 'max' });

const below = (top: NodeState): readonly NodeState[] =>
  [...top.children]
    .filter((child) => !child.archived && child.session === undefined)
    .flatMap((child) => [child, ...below(child)]);

/** One command that says of every node below another how it is pooled, and nothing else that is new. */
const switched = (top: NodeState, pooling: Pooling): Configure => ({
  type: 'configure',
  account: 'toy' as never,
  currencies: [],
  nodes: below(top).map((one) => node(one.id, { pooling, ...poolsAsStated(one, pooling) })),
  archive: [],
});

const availableIn = (nodes: readonly NodeState[]): Readonly<Record<string, string>> => {
  const sums: Record<string, bigint> = {};
  for (const { purses } of nodes)
    for (const lot of [...purses.values()].flatMap(({ lots }) => lots))
      sums[lot.grant.id] = (sums[lot.grant.id] ?? 0n) + lot.available;
  return Object.fromEntries(
    Object.entries(sums)
      .filter(([, sum]) => sum > 0n)
      .map(([grant, sum]) => [grant, String(sum)]),
  );
};

/** By grant what is held, spent and forfeited, and every hold with its shares: nothing of it may change. */
const settledIn = ({ grants, holds, sessions }: AccountState): string =>
  JSON.stringify(
    [
      [...grants.values()].map(({ id, lots }) => [
        id,
        ...(['held', 'spent', 'forfeited'] as const).map((part) => lots.reduce((sum, lot) => sum + lot[part], 0n)),
      ]),
      [...holds.values()].map(({ id, shares, owed }) => [id, shares, owed]),
      [...sessions.values()].map(({ id, shares, owed }) => [id, shares, owed]),
    ],
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );

const voidAll = (book: Book): void => {
  const { now } = book.state;
  for (const task of [...book.state.awaiting.keys()]) book.must(now, { type: 'tell-outcome', task, outcome: 'none' });
  book.advance(now);
  for (const hold of [...book.state.holds.keys()]) book.must(now, { type: 'void', hold });
  for (const session of [...book.state.sessions.keys()])
    if (book.state.sessions.has(session)) book.must(book.state.now, { type: 'end-session', session });
};

describe('switching all under a node between siloed and pooled, in one step', () => {
  it('loses nothing there or back, leaves holds alone, and what comes back later follows its pool', () =>
    fc.assert(
      fc.property(histories, fc.nat(), (history, which) => {
        const book = playHistory(history);
        const { state } = book;
        const tops = [...state.nodes.values()].filter(
          (one) => one.pooling !== 'parent' && !one.archived && one.session === undefined,
        );
        const top = tops[which % tops.length];
        if (top === undefined) throw new Error('the root is never pooled');
        const subtree = [top, ...below(top)];
        const available = availableIn(subtree);
        const settled = settledIn(state);
        for (const pooling of ['parent', 'own', 'parent'] as const) {
          book.must(state.now, switched(top, pooling));
          expect(availableIn(subtree)).toEqual(available);
          expect(availableIn(pooling === 'parent' ? [top] : subtree)).toEqual(available);
          expect(settledIn(state)).toBe(settled);
        }
        voidAll(book);
        expect(availableIn(below(top))).toEqual({});
        expect(differences(book.booked, state)).toEqual([]);
      }),
      { numRuns: 80 },
    ));

  it('gives back to a silo what is held for it, and to the pool what is held when it is pooled again', () =>
    fc.assert(
      fc.property(histories, (history) => {
        const book = playHistory(history);
        const root = book.state.opening?.root;
        if (root === undefined) throw new Error('the account is not open');
        book.must(book.state.now, switched(root, 'own'));
        const held = [...book.state.lots.values()].filter((lot) => lot.held > 0n && !lot.node.archived && !lot.ended);
        const due = new Map(held.map((lot) => [lot.id, lot.available + lot.held]));
        voidAll(book);
        for (const lot of held) if (!lot.ended) expect(lot.available).toBe(due.get(lot.id));
      }),
      { numRuns: 40 },
    ));
});
