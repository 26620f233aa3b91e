import { describe, expect, it } from '@jest/globals';
import type { LotId, NodeId } from '@exchequer/kernel';
import fc from 'fast-check';
import type { Fact, FactType } from '../facts.js';
import { isRefusal, type RefusalCode } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';
import { differences } from './compare-recount.js';
import { playHistory, type History } from './history.js';

/** Up to forty commands, each from up to thirty choices. */
const numbers = fc.array(fc.nat({ max: 9_999 }), { maxLength: 30, size: 'max' });
const histories: fc.Arbitrary<History> = fc.array(numbers, { maxLength: 40, size: 'max' });

const EVERY_FACT: readonly FactType[] = [
  'AccountOpened',
  'CurrencyDeclared',
  'EstimateSet',
  'ModelKindRemoved',
  'ModelKindSet',
  'StatedPricesSet',
  'OwnKeySet',
  'RefundsSet',
  'ExpiryNoticeSet',
  'NodeAdded',
  'NodeMoved',
  'NodeKindChanged',
  'NodeArchived',
  'NodeRestored',
  'NodePaused',
  'NodeResumed',
  'EntitlementsSet',
  'ObserveSet',
  'RatesSet',
  'PoolingChanged',
  'PoolRulesSet',
  'PoolPeriodOpened',
  'LimitSet',
  'LimitAmountChanged',
  'LimitConductChanged',
  'LimitRemoved',
  'WindowOpened',
  'ThresholdCrossed',
  'ThresholdRecovered',
  'RuleSetDefined',
  'RuleSetRemoved',
  'NodeRulesSet',
  'LimitOverridden',
  'OverrideEnded',
  'TiersSet',
  'TierAdvanced',
  'OverageSet',
  'CaptureBeyondSet',
  'CreditsGranted',
  'CreditsTransferred',
  'LotExpiring',
  'LotExpired',
  'HoldPlaced',
  'HoldExtended',
  'HoldVoided',
  'HoldExpired',
  'HoldCaptured',
  'CreditsDrawn',
  'SessionOpened',
  'SessionEnded',
  'ChargeCorrected',
  'OutcomesSet',
  'OutcomeAwaited',
  'OutcomeTold',
  'CostReturned',
  'UsageUnpriced',
];

/** All but `UnknownAccount`: these accounts are open. */
const EVERY_REFUSAL: readonly RefusalCode[] = [
  'Malformed',
  'UnknownNode',
  'NodeArchived',
  'Paused',
  'NotEntitled',
  'RateLimited',
  'LimitReached',
  'InsufficientCredits',
  'UnknownHold',
  'HoldAlreadyEnded',
];

const EVERY_TURN = [
  'a refund comes to a new lot',
  'a refund comes to a new lot of the pool',
  'a call draws on its reserve',
  'a hold goes back to a reserve',
  'a part of a call of it goes back to a reserve',
  'a reserve is partly owed',
  'a reserve is smaller than asked',
  'a session ends and leaves something to the one around it',
  'a session ends and leaves something to its lots',
  'ends by command',
  'ends by parent',
  'ends by time',
  'opens inside another',
] as const;

/** What a fact says of a session, or of a refund. */
function turnsOf(
  fact: Fact,
  placeOf: (lot: LotId) => NodeId | undefined,
): readonly ((typeof EVERY_TURN)[number] | false)[] {
  switch (fact.type) {
    case 'SessionOpened':
      return [
        fact.within !== undefined && 'opens inside another',
        fact.owed !== undefined && 'a reserve is partly owed',
        fact.asked !== undefined && 'a reserve is smaller than asked',
      ];
    case 'SessionEnded':
      return [
        `ends by ${fact.reason}`,
        fact.kept !== undefined && 'a session ends and leaves something to the one around it',
        fact.returned.length > 0 && 'a session ends and leaves something to its lots',
      ];
    case 'HoldVoided':
    case 'HoldExpired':
      return [fact.kept !== undefined && 'a hold goes back to a reserve'];
    case 'HoldCaptured':
    case 'CreditsDrawn':
      return [
        fact.type === 'HoldCaptured' && fact.kept !== undefined && 'a part of a call of it goes back to a reserve',
        fact.reserves !== undefined && 'a call draws on its reserve',
      ];
    case 'ChargeCorrected':
      return (fact.renewed ?? []).map(({ lot, toNode }) =>
        placeOf(lot) === toNode ? 'a refund comes to a new lot' : 'a refund comes to a new lot of the pool',
      );
    default:
      return [];
  }
}

/** Nodes that take all from their pool and have credits of their own all the same. */
const stranded = (state: AccountState): readonly string[] =>
  [...state.lots.values()].filter((lot) => lot.node.pooling === 'parent' && lot.available > 0n).map((lot) => lot.id);

/** Pauses that a limit brought about. */
const pausesIn = (facts: readonly Fact[]) =>
  facts.flatMap((fact) => (fact.type === 'NodePaused' && fact.by !== 'person' ? [{ ...fact, by: fact.by }] : []));

const observed = (node: NodeState | undefined): boolean =>
  node !== undefined && (node.observe || observed(node.parent));

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

  it('is paused by a limit exactly where the command that came to its threshold says so, unless something lasts longer', () =>
    fc.assert(
      fc.property(histories, (history) => {
        playHistory(history, ({ book: { state }, decision }) => {
          if (isRefusal(decision)) return;
          const pausing = decision.flatMap((fact) =>
            fact.type === 'ThresholdCrossed' && fact.pauses !== undefined ? [{ ...fact, ...fact.pauses }] : [],
          );
          for (const { node, limit, resumesAt = Infinity } of pausing) {
            const paused = state.nodes.get(node)?.paused;
            const end = paused === undefined ? -Infinity : (paused.resumption?.dueAt ?? Infinity);
            if (!observed(state.nodes.get(node)))
              expect({ limit, lasts: end >= resumesAt }).toEqual({ limit, lasts: true });
          }
          for (const { node, by, resumesAt } of pausesIn(decision)) {
            expect(observed(state.nodes.get(node))).toBe(false);
            const said = pausing.filter((one) => one.limit === by.limit && one.node === (by.node ?? node));
            expect(said.map((one) => one.resumesAt)).toContain(resumesAt);
            if (by.node !== undefined) expect(said.some((one) => one.below === true)).toBe(true);
          }
        });
      }),
      { numRuns: 150 },
    ));

  it('comes, among those that are tried here, upon every turn that a session or a refund can take', () => {
    const turns = new Set<string>();
    for (const history of fc.sample(histories, { seed: 20_261_121, numRuns: 1_500 })) {
      if (turns.size === EVERY_TURN.length) break;
      const { booked, state } = playHistory(history);
      const placeOf = (lot: LotId): NodeId | undefined => state.lots.get(lot)?.node.id;
      for (const { fact } of booked) for (const turn of turnsOf(fact, placeOf)) if (turn !== false) turns.add(turn);
    }
    expect([...turns].sort()).toEqual([...EVERY_TURN].sort());
  });

  it('comes, among those that are tried here, upon every fact and every refusal there is', () => {
    const facts = new Set<FactType>();
    const refusals = new Set<RefusalCode>();
    for (const history of fc.sample(histories, { seed: 20_261_121, numRuns: 1_500 })) {
      if (facts.size === EVERY_FACT.length && refusals.size === EVERY_REFUSAL.length) break;
      playHistory(history, ({ book, decision }) => {
        if (isRefusal(decision)) refusals.add(decision.code);
        for (const { fact } of book.booked) facts.add(fact.type);
      });
    }
    expect([...facts].sort()).toEqual([...EVERY_FACT].sort());
    expect([...refusals].sort()).toEqual([...EVERY_REFUSAL].sort());
  });
});
