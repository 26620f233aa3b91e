import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FactType } from '../facts.js';
import { isRefusal, type RefusalCode } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import { differences } from './compare-recount.js';
import { playHistory, type History } from './history.js';

/** Up to forty commands, each from up to thirty choices. */
const numbers = fc.array(fc.nat({ max: 9_999 }), { maxLength: 30, size: 'max' });
const histories: fc.Arbitrary<History> = fc.array(numbers, { maxLength: 40, size: 'max' });

const EVERY_FACT: readonly FactType[] = [
  'AccountOpened',
  'CurrencyDeclared',
  'NodeAdded',
  'NodeMoved',
  'NodeKindChanged',
  'NodeArchived',
  'NodeRestored',
  'NodePaused',
  'NodeResumed',
  'PoolingChanged',
  'LimitSet',
  'LimitAmountChanged',
  'LimitRemoved',
  'WindowOpened',
  'OverageSet',
  'CaptureBeyondSet',
  'CreditsGranted',
  'CreditsTransferred',
  'LotExpired',
  'HoldPlaced',
  'HoldExtended',
  'HoldVoided',
  'HoldExpired',
  'HoldCaptured',
  'CreditsDrawn',
  'UsageUnpriced',
];

/** All but `UnknownAccount`: these accounts are open. */
const EVERY_REFUSAL: readonly RefusalCode[] = [
  'Malformed',
  'UnknownNode',
  'NodeArchived',
  'Paused',
  'LimitReached',
  'InsufficientCredits',
  'UnknownHold',
  'HoldAlreadyEnded',
];

/** Nodes that take all from their pool and have credits of their own all the same. */
const stranded = (state: AccountState): readonly string[] =>
  [...state.lots.values()].filter((lot) => lot.node.pooling === 'parent' && lot.available > 0n).map((lot) => lot.id);

describe('I1 to I4: any history of an account', () => {
  it('keeps a state that its facts, counted anew, come to as well', () =>
    fc.assert(
      fc.property(histories, (history) => {
        let step = 0;
        const book = playHistory(history, ({ book: now }) => {
          step += 1;
          if (step % 9 === 0) expect(differences(now.booked, now.state)).toEqual([]);
        });
        expect(differences(book.booked, book.state)).toEqual([]);
      }),
      { numRuns: 250 },
    ));

  it('leaves no credits with a node that takes all from its pool, and none in use at an archived one', () =>
    fc.assert(
      fc.property(histories, (history) => {
        playHistory(history, ({ book: { state } }) => {
          expect(stranded(state)).toEqual([]);
          for (const node of state.nodes.values())
            if (node.archived) expect([...node.children].filter((child) => !child.archived)).toEqual([]);
        });
      }),
      { numRuns: 60 },
    ));

  it('comes, among those that are tried here, upon every fact and every refusal there is', () => {
    const facts = new Set<FactType>();
    const refusals = new Set<RefusalCode>();
    for (const history of fc.sample(histories, { seed: 20_261_121, numRuns: 150 }))
      playHistory(history, ({ book, decision }) => {
        if (isRefusal(decision)) refusals.add(decision.code);
        for (const { fact } of book.booked) facts.add(fact.type);
      });
    expect([...facts].sort()).toEqual([...EVERY_FACT].sort());
    expect([...refusals].sort()).toEqual([...EVERY_REFUSAL].sort());
  });
});
