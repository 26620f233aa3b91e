import { amount, ZERO, type Instant } from '@exchequer/kernel';
import type { Charge, CreditsDrawn, HoldCaptured } from '../facts.js';
import { countedCost } from '../limits/counted-cost.js';
import { inScope } from '../limits/scope.js';
import { countSliding } from '../limits/sliding.js';
import { counterAt } from '../limits/windows.js';
import type { Address } from '../memory/address-table.js';
import { bookedAtOf } from '../outcomes/had-waited.js';
import { drawnBy } from '../corrections/standing.js';
import { owedInAll } from '../overage/owed.js';
import { countPools, type Payment } from '../pools/count-pools.js';
import { isRefusal } from '../refusal.js';
import type { AccountState } from '../state/account-state.js';
import { limitsOf, resolveUsageChain, type Chain } from '../tree/chain.js';
import { giveBack, spendAvailable, spendHeld } from './evolve-credits.js';
import { endHold } from './evolve-hold.js';
import { waitForPrice } from './evolve-provisional.js';
import { keepInReserve, takeFromReserve } from './evolve-session.js';
import { nodeOf } from './evolve-tree.js';

export function evolveCapture(state: AccountState, fact: HoldCaptured, at: Instant, address?: Address): void {
  const { chain } = endHold(state, fact.hold);
  spendHeld(state, fact.spent);
  giveBack(state, fact.returned, fact.broken);
  if (fact.kept !== undefined) keepInReserve(state, fact.kept);
  pay(state, fact);
  countSpent(state, chain, fact);
  waitForPrice(state, fact, bookedAtOf(fact, at), address);
  state.nextCharge += 1;
}

export function evolveDraw(state: AccountState, fact: CreditsDrawn, at: Instant, address?: Address): void {
  const chain = chainOfUsage(state, { ...fact, of: fact.hold }, at);
  if (fact.late === true && fact.hold !== undefined) state.lapsed.delete(fact.hold);
  pay(state, fact);
  countSpent(state, chain, fact);
  waitForPrice(state, fact, at, address);
  state.nextCharge += 1;
}

interface Usage extends Pick<CreditsDrawn, 'payer' | 'nodes' | 'late'> {
  /** The hold that it was meant for. */
  readonly of: CreditsDrawn['hold'];
}

/** The chain that was remembered for the hold, or the one that stands now. */
export function chainOfUsage(state: AccountState, { payer, nodes, late, of }: Usage, at: Instant): Chain {
  const lapsed = late === true && of !== undefined ? state.lapsed.get(of) : undefined;
  if (lapsed !== undefined) return lapsed.chain;
  const chain = resolveUsageChain(state, payer, nodes, at);
  if (isRefusal(chain)) throw new Error('broken invariant: usage names nodes that are not there');
  return chain;
}

export function pay(state: AccountState, { reserves, drawn, owed }: Charge): void {
  for (const part of reserves ?? []) {
    takeFromReserve(state, part);
    spendHeld(state, part.shares);
  }
  spendAvailable(state, drawn);
  for (const one of owed ?? []) {
    const purse = nodeOf(state, one.node).purse(one.currency);
    purse.owed = amount(purse.owed + owedInAll(one));
  }
}

/** Counts what was spent at every member of the chain and in every limit's window of the counted instant. */
function countSpent(state: AccountState, chain: Chain, fact: Charge): void {
  const counted = countedCost(fact, state.lots);
  for (const member of chain.members)
    for (const money of counted.amounts) {
      const activity = member.activityIn(money.currency);
      activity.spent = amount(activity.spent + money.amount);
    }
  for (const limit of limitsOf(state, chain)) {
    const part = inScope(limit, counted);
    if (part === ZERO) continue;
    if (limit.sliding !== undefined) {
      countSliding(limit, limit.sliding, part, fact.countedAt, state.now);
      continue;
    }
    const counter = counterAt(limit, fact.countedAt);
    if (counter === undefined)
      throw new Error(`broken invariant: ${limit.name} of ${limit.node.id} has no window open`);
    counter.used = amount(counter.used + part);
  }
  if (state.pooled > 0) countPools(state, chain.way, paymentOf(fact), 'used', 1n);
}

/** Everything that pays for a charge: what its hold had set aside, what came from reserves, and what was drawn. */
const paymentOf = ({ spent = [], owed, ...charge }: Charge & Partial<Pick<HoldCaptured, 'spent'>>): Payment => ({
  shares: [...spent, ...drawnBy(charge)],
  owed,
});
