import { ZERO } from '@exchequer/kernel';
import { totalOf, type Bag, type Line, type Money } from '../bag.js';
import type { Actual } from '../commands.js';
import type { CaptureBeyond, Charge, Owed, Particulars, ReservePart, UsageOrigin } from '../facts.js';
import { planFromLots, roomIn, type DrawPlan, type Funding } from '../lots/plan-draw.js';
import { mergeOwed } from '../overage/owed.js';
import { isCritical, planBeyondOverage, planOverage } from '../overage/plan-overage.js';
import { openSessionsOf } from '../sessions/open-sessions.js';
import { partOf, planFromReserve } from '../sessions/reserve.js';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';
import { fundingOf, type Chain } from '../tree/chain.js';

/** How a cost without a hold, or beyond one, is paid. */
export type Settled = Pick<Charge, 'reserves' | 'drawn' | 'owed' | 'beyondOverage' | 'uncollected'>;

/**
 * Pays a cost that has happened already: it is never refused. A session draws on its reserve and on those around it; the
 * rest, and all of it for any other node, is paid on the funding path of who opened it.
 */
export function payCost(
  state: AccountState,
  payer: NodeState,
  cost: Bag,
  policy: CaptureBeyond,
  at: number,
  particulars: Particulars | undefined,
): Settled {
  const critical = isCritical(particulars);
  const funding = fundingOf(state, payer);
  if (payer.session === undefined) return payDirectly(funding, cost, policy, at, critical);
  const reserves: ReservePart[] = [];
  let rest = cost;
  for (const session of openSessionsOf(payer)) {
    const plan: DrawPlan = { shares: [], owed: [] };
    rest = rest
      .map(({ currency, amount: wanted }) => ({
        currency,
        amount: planFromReserve(state, plan, session, currency, wanted),
      }))
      .filter((money) => money.amount > ZERO);
    const part = partOf(session, plan.shares, plan.owed);
    if (part !== undefined) reserves.push(part);
  }
  const settled = payDirectly(funding, rest, policy, at, critical);
  if (reserves.length === 0) return settled;
  const owed = reserves.reduce<readonly Owed[]>((sum, part) => mergeOwed(sum, part.owed ?? []), []);
  const all = mergeOwed(owed, settled.owed ?? []);
  return { reserves, ...settled, ...(all.length > 0 && { owed: all }) };
}

/** What funds do not cover, as far as pool rules let them, is owed or written off. */
function payDirectly(funding: Funding, cost: Bag, policy: CaptureBeyond, at: number, critical: boolean): Settled {
  if (cost.length === 0) return {};
  if (policy === 'cap') return { uncollected: cost };
  const { fundingPath } = funding;
  const plan: DrawPlan = { shares: [], owed: [] };
  const beyond: Money[] = [];
  for (const { currency, amount: wanted } of cost) {
    const room = roomIn(funding, currency, at);
    const unfunded = policy === 'draw' ? planFromLots(plan, fundingPath, currency, wanted, at, room) : wanted;
    const missing = planOverage(plan, fundingPath, currency, unfunded, room, critical);
    if (missing === ZERO) continue;
    planBeyondOverage(plan, fundingPath, currency, missing);
    beyond.push({ currency, amount: missing });
  }
  return {
    ...(plan.shares.length > 0 && { drawn: plan.shares }),
    ...(plan.owed.length > 0 && { owed: plan.owed }),
    ...(beyond.length > 0 && { beyondOverage: beyond }),
  };
}

/** The nearest statement of what happens to a cost beyond its hold; `draw` where nobody says. */
export function captureBeyondOf(node: NodeState): CaptureBeyond {
  for (let at: NodeState | undefined = node; at !== undefined; at = at.parent)
    if (at.captureBeyond !== undefined) return at.captureBeyond;
  return 'draw';
}

export interface Cost {
  readonly amounts: Bag;
  readonly lines: readonly Line[] | undefined;
  /** Why it is at stated prices, if it is. */
  readonly provisional: string | undefined;
  /** What it cost at market prices, where the caller's own key was used. */
  readonly market: Bag | undefined;
}

/** What is told of usage, beside what it cost. */
export interface Told {
  readonly usedAt?: number;
  readonly usage?: UsageOrigin;
  readonly particulars?: Particulars;
}

/** What a charge says of its usage, apart from its number and from who pays and counts it. */
export type Used = Omit<Charge, keyof Settled | 'number' | 'chain' | 'way'>;

/** The part of a charge that says what was used, and when limits count it. */
export const usedCharge = (
  { amounts, lines, provisional, market }: Cost,
  { usedAt, usage }: Told,
  particulars: Particulars | undefined,
  countedAt: number,
  { openers }: Chain,
): Used => ({
  amounts,
  ...(lines !== undefined && { lines }),
  ...(openers !== undefined && { openers }),
  ...(usedAt !== undefined && { usedAt }),
  countedAt,
  ...(usage !== undefined && { usage }),
  ...(particulars !== undefined && { particulars }),
  ...(market !== undefined && { market }),
  ...(provisional !== undefined && { provisional }),
});

/** The total of priced lines; the lines themselves only where they name meters. */
export const costOf = (
  lines: readonly Line[],
  { provisional, market }: Pick<Actual, 'provisional' | 'market'> = {},
): Cost => ({
  provisional,
  market,
  amounts: totalOf(lines),
  lines: lines.some((line) => line.meter !== undefined) ? lines : undefined,
});
