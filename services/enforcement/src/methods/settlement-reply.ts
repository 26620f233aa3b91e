import type {
  AccountState,
  Charge,
  CreditsDrawn,
  Fact,
  HoldCaptured,
  OutcomeAwaited,
  Share,
  UsageUnpriced,
} from '@exchequer/account';
import type { AwaitsReply, SettlementReply } from '@exchequer/contracts';
import { formatPosition } from '@exchequer/replica';
import { amountsOf, debtOf, instant, sourcesOf, sumOf } from '../edge/wire.js';
import type { Accepted } from '../host/decided.js';

/** A fact that settles usage. */
export type Settling = HoldCaptured | CreditsDrawn | OutcomeAwaited | UsageUnpriced;

/** The reply to a capture or a record, from its facts alone. */
export function settlementReply(decided: Accepted): SettlementReply {
  const { facts, first, account, state } = decided;
  const index = facts.findIndex(isSettling);
  const fact = facts[index];
  if (fact === undefined || !isSettling(fact)) throw new Error('broken invariant: a settlement settled nothing');
  return {
    ...outcomeOf(state, fact),
    decidedAt: instant(decided.decidedAt),
    position: formatPosition(account, { revision: first.revision, index: first.index + index }),
    ...(decided.repeated && { repeated: true }),
  };
}

/** Whether they are the facts of a settlement. */
export const isSettlement = (facts: readonly Fact[]): boolean => facts.some(isSettling);

export const isSettling = (fact: Fact): fact is Settling =>
  fact.type === 'HoldCaptured' ||
  fact.type === 'CreditsDrawn' ||
  fact.type === 'OutcomeAwaited' ||
  fact.type === 'UsageUnpriced';

type Outcome = Omit<SettlementReply, 'decidedAt' | 'position' | 'repeated'>;

function outcomeOf(state: AccountState, fact: Settling): Outcome {
  switch (fact.type) {
    case 'UsageUnpriced':
      return { outcome: 'unpriced', ...(fact.hold !== undefined && { hold: fact.hold }), amounts: {}, sources: [] };
    case 'HoldCaptured':
      return {
        outcome: 'captured',
        hold: fact.hold,
        ...costOf(state, fact, [...fact.spent, ...reservedIn(fact), ...(fact.drawn ?? [])]),
        returned: amountsOf(sumOf(state, [...fact.returned, ...(fact.kept?.shares ?? [])])),
      };
    case 'OutcomeAwaited':
      return {
        outcome: fact.outcome === undefined ? 'awaiting' : 'returned',
        hold: fact.hold,
        ...(fact.outcome === undefined && { awaits: awaitsOf(fact) }),
        ...costOf(state, fact, [...fact.retained, ...reservedIn(fact), ...(fact.drawn ?? [])]),
        returned: amountsOf(sumOf(state, [...fact.returned, ...(fact.kept?.shares ?? [])])),
        ...(fact.late === true && { late: true }),
      };
    case 'CreditsDrawn':
      return {
        outcome: 'drawn',
        ...(fact.hold !== undefined && { hold: fact.hold }),
        ...costOf(state, fact, [...reservedIn(fact), ...(fact.drawn ?? [])]),
        ...(fact.late === true && { late: true }),
      };
  }
}

const awaitsOf = ({ task, until, charge, otherwise }: OutcomeAwaited): AwaitsReply => ({
  taskId: task,
  until: instant(until),
  charge,
  otherwise,
});

type Cost = Pick<Charge, 'amounts' | 'owed' | 'beyondOverage' | 'uncollected' | 'market' | 'provisional'>;

/** Taken from the reserves of sessions. */
export const reservedIn = ({ reserves = [] }: Pick<Charge, 'reserves'>): readonly Share[] =>
  reserves.flatMap(({ shares }) => shares);

/** What something costs, and who pays: parts of lots, and what is owed. */
export const costOf = (state: AccountState, charge: Cost, shares: readonly Share[]) => ({
  amounts: amountsOf(charge.amounts),
  sources: sourcesOf(state, shares, charge.owed),
  ...(charge.owed !== undefined && { owed: amountsOf(debtOf(charge.owed)) }),
  ...(charge.beyondOverage !== undefined && { beyondOverage: amountsOf(charge.beyondOverage) }),
  ...(charge.uncollected !== undefined && { uncollected: amountsOf(charge.uncollected) }),
  ...(charge.market !== undefined && { marketCost: amountsOf(charge.market) }),
  ...(charge.provisional !== undefined && { unpriced: true as const }),
});
