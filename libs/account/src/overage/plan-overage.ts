import { amount, minusFloored, scaleDown, smaller, ZERO, type Amount, type CurrencyId } from '@exchequer/kernel';
import type { Owed, Particulars } from '../facts.js';
import type { DrawPlan } from '../lots/plan-draw.js';
import type { PoolRoom } from '../pools/pool-room.js';
import type { NodeState } from '../state/node-state.js';
import { surchargeOf } from './overage-terms.js';

/** Whether the work is marked critical: it may be paid by overage that is for such work only. */
export const isCritical = (particulars: Particulars | undefined): boolean => particulars?.critical === true;

/** Takes from the overage that the funding path still allows, nearest node first. Returns what is missing. */
export function planOverage(
  plan: DrawPlan,
  fundingPath: readonly NodeState[],
  currency: CurrencyId,
  wanted: Amount,
  room: PoolRoom | undefined,
  critical: boolean,
): Amount {
  let missing = wanted;
  for (const node of fundingPath) {
    if (missing === ZERO) return ZERO;
    const allowed = smaller(missing, overageRoom(node, currency, critical));
    const taken = room === undefined ? allowed : room.fromOverage(node, allowed);
    if (taken === ZERO) continue;
    room?.take(node, taken);
    oweMore(plan, node, currency, taken);
    missing = amount(missing - taken);
  }
  return missing;
}

/** Owes what nothing allows: at the nearest node with overage, else at the payer. A cost that happened is never lost. */
export function planBeyondOverage(
  plan: DrawPlan,
  fundingPath: readonly NodeState[],
  currency: CurrencyId,
  owed: Amount,
): void {
  const [payer] = fundingPath;
  const node = fundingPath.find((candidate) => (candidate.purses.get(currency)?.overageLimit ?? 0n) > 0n) ?? payer;
  if (node === undefined) throw new Error('a funding path is never empty');
  oweMore(plan, node, currency, owed);
}

/** What the overage of a node would still pay for, in nano-units of cost: at its rate, and only if it is for such work. */
export function overageRoom(node: NodeState, currency: CurrencyId, critical: boolean): Amount {
  const purse = node.purses.get(currency);
  if (purse === undefined || (purse.overageFor === 'critical' && !critical)) return ZERO;
  const left = minusFloored(purse.overageLimit, amount(purse.owed + purse.owedHeld));
  const rate = purse.overageRate;
  return rate === undefined ? left : scaleDown(left, { part: rate.whole, whole: rate.part });
}

/** All that a node owes by a plan is one debt, rounded up once. */
function oweMore(plan: DrawPlan, node: NodeState, currency: CurrencyId, more: Amount): void {
  const index = plan.owed.findIndex((one) => one.node === node.id && one.currency === currency);
  const cost = amount((plan.owed[index]?.amount ?? ZERO) + more);
  const surcharge = surchargeOf(node.purses.get(currency), cost);
  const owed: Owed = { node: node.id, currency, amount: cost, ...(surcharge > ZERO && { surcharge }) };
  if (index < 0) plan.owed.push(owed);
  else plan.owed[index] = owed;
}
