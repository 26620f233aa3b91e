import { amount, type Instant } from '@exchequer/kernel';
import type { OutcomeAwaited, Share } from '../facts.js';
import { countedCost } from '../limits/counted-cost.js';
import type { Scoped } from '../limits/scope.js';
import { isCharged } from '../outcomes/outcome-rule.js';
import type { Chain } from '../tree/chain.js';
import { HoldState } from './hold-state.js';

/** How a task came out, as it was told last. */
export interface ToldOutcome {
  readonly outcome: string;
  readonly toldAt: Instant;
}

/** What a call cost, set aside until the outcome of its task is told or its time is over. It is due at that instant. */
export class AwaitingHold extends HoldState {
  /** What was told while it waited. */
  outcome: string | undefined;

  constructor(
    readonly awaited: OutcomeAwaited,
    order: number,
    chain: Chain,
    placedAt: Instant,
    lots: Scoped['lots'],
  ) {
    const { hold, until, particulars, provisional, market } = awaited;
    const { amounts, lines } = countedCost(awaited, lots);
    super(
      hold,
      order,
      chain,
      placedAt,
      until,
      amounts,
      lines,
      setAsideFor(awaited),
      awaited.owed,
      particulars,
      provisional,
      market,
    );
    this.outcome = awaited.outcome;
  }

  /** Whether its end charges it. */
  get charged(): boolean {
    return isCharged(this.awaited, this.outcome);
  }
}

/** All that pays for the cost, each lot once: of the hold, then of the reserves of sessions, then of what was available. */
function setAsideFor({ retained, reserves = [], drawn = [] }: OutcomeAwaited): readonly Share[] {
  const sums = new Map<Share['lot'], Share>();
  for (const part of [...retained, ...reserves.flatMap(({ shares }) => shares), ...drawn])
    sums.set(part.lot, { lot: part.lot, amount: amount((sums.get(part.lot)?.amount ?? 0n) + part.amount) });
  return [...sums.values()];
}
