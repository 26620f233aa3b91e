import { amount, type Amount, type Instant } from '@exchequer/kernel';
import type { PayingLayer } from '../facts.js';
import { planFunds, roomIn, type DrawPlan, type Funding } from '../lots/plan-draw.js';
import { isCritical } from '../overage/plan-overage.js';
import { planFromReserve } from '../sessions/reserve.js';
import type { LimitState } from '../state/limit-state.js';
import { SessionState } from '../state/session-state.js';
import type { Scoped } from './scope.js';

/** What a request is paid from: its funding path, or what is left of the reserve of its session. */
export type Funds = Funding | SessionState;

/**
 * How much of `wanted` a limit of layers lets pass: credits are drawn in order, so it ends where the draw would first take
 * more than `room` from the layers that the limit counts, whatever would come after.
 */
export function passingByLayers(
  limit: LimitState,
  layers: ReadonlySet<PayingLayer>,
  funds: Funds,
  wanted: Amount,
  room: Amount,
  { lots, particulars }: Pick<Scoped, 'lots' | 'particulars'>,
  at: Instant,
): Amount {
  const plan: DrawPlan = { shares: [], owed: [] };
  if (funds instanceof SessionState) planFromReserve({ lots }, plan, funds, limit.currency, wanted);
  else {
    const room = roomIn(funds, limit.currency, at);
    planFunds(plan, funds.fundingPath, limit.currency, wanted, at, room, isCritical(particulars));
  }
  let passed = 0n;
  let left: bigint = room;
  const steps = [
    ...plan.shares.map((share) => ({ layer: lots.get(share.lot)?.grant.layer, amount: share.amount })),
    ...plan.owed.map((owed) => ({ layer: 'overage' as const, amount: owed.amount })),
  ];
  for (const { layer, amount: part } of steps) {
    if (layer !== undefined && layers.has(layer)) {
      if (part > left) return amount(passed + left);
      left -= part;
    }
    passed += part;
  }
  // What nothing pays for is for the funds to refuse, not for this limit.
  return wanted;
}
