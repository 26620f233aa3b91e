import { amount, type NodeId } from '@exchequer/kernel';
import { CORRECTABLE_MS } from '../corrections/bounds.js';
import { countCorrection, countedBeforeAndAfter, countedChanges } from '../corrections/counted-changes.js';
import { drawnBy, givenBackBy } from '../corrections/standing.js';
import type { ChargeCorrected } from '../facts.js';
import { owedInAll } from '../overage/owed.js';
import { countingOf, countPart, type Payment } from '../pools/count-pools.js';
import type { AccountState } from '../state/account-state.js';
import type { CorrectedCharge } from '../state/correction-state.js';
import { pay } from './evolve-charge.js';
import { renew, unspend } from './evolve-credits.js';
import { endWait } from './evolve-provisional.js';
import { nodeOf } from './evolve-tree.js';

export function evolveCorrection(state: AccountState, fact: ChargeCorrected, at: number): void {
  unspend(state, fact.returned, fact.broken, at);
  renew(state, fact.renewed, at);
  for (const forgiven of fact.forgiven ?? []) {
    const purse = nodeOf(state, forgiven.node).purse(forgiven.currency);
    purse.owed = amount(purse.owed - owedInAll(forgiven));
  }
  pay(state, fact);
  countCorrection(countedChanges(state, fact), fact.countedAt, at);
  countActivity(state, fact);
  if (fact.way !== undefined) countInPools(state, fact, fact.way);
  remember(state, fact, at);
  if (fact.settlesProvisional === true) endWait(state, fact, at);
}

function countActivity(state: AccountState, fact: ChargeCorrected): void {
  const { before, after } = countedBeforeAndAfter(state, fact);
  for (const id of fact.chain) {
    const node = nodeOf(state, id);
    for (const [bag, sign] of [
      [after.amounts, 1n],
      [before.amounts, -1n],
    ] as const)
      for (const money of bag) {
        const activity = node.activityIn(money.currency);
        activity.spent = amount(activity.spent + sign * money.amount);
      }
  }
}

/** Pool rules count the difference where they counted the charge: in its period, and not since then only. */
function countInPools(state: AccountState, fact: ChargeCorrected, ids: readonly NodeId[]): void {
  const way = ids.map((id) => nodeOf(state, id));
  const count = (payment: Payment, sign: 1n | -1n): void => {
    for (const part of countingOf(state, way, payment))
      if (part.pool.since <= fact.number && part.pool.from <= fact.bookedAt) countPart(state, part, 'used', sign);
  };
  count({ shares: drawnBy(fact), owed: fact.owed }, 1n);
  count({ shares: givenBackBy(fact), owed: fact.forgiven }, -1n);
}

/** Keeps what the charge comes to now for further corrections, and forgets what cannot be corrected any more. */
function remember(state: AccountState, fact: ChargeCorrected, at: number): void {
  const { of, amounts, lines, uncollected = [], paid, owing = [], particulars, market } = fact;
  const firstCorrectedAt = state.corrected.get(of)?.firstCorrectedAt ?? at;
  const standing: CorrectedCharge = { firstCorrectedAt, amounts, lines, uncollected, paid, owing, particulars, market };
  state.corrected.set(of, standing);
  for (const [oldest, { firstCorrectedAt: since }] of state.corrected) {
    if (since + CORRECTABLE_MS > at) break;
    state.corrected.delete(oldest);
  }
}
