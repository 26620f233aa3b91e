import {
  depthOf,
  isObserved,
  leftOf,
  limitLines,
  openSessionAt,
  poolLines,
  type AccountState,
  type Moment,
  type NodeState,
  type RateState,
} from '@exchequer/account';
import type { CurrencyBalance, LotReply, NodeReply, RateReply } from '@exchequer/contracts';
import { END_OF_TIME, formatAmount, START_OF_TIME, type CurrencyId } from '@exchequer/kernel';
import { amountsOf, instant, limitReply, pausedReply, poolReply } from '../edge/wire.js';
import type { RateCounts } from '../rates/rate-counts.js';
import { windowEnd } from '../rates/window-counts.js';

/** A node as it stands: what it has, what is held and spent by it and all under it, and its own limits. */
export const nodeReply = (state: AccountState, node: NodeState, moment: Moment, rates?: RateCounts): NodeReply => ({
  node: node.id,
  kind: node.kind,
  ...(node.parent !== undefined && { parent: node.parent.id }),
  depth: depthOf(node),
  pooling: node.pooling,
  ...(node.archived && { archived: true }),
  ...(node.paused !== undefined && { paused: pausedReply(node.paused) }),
  ...(node.entitlements !== undefined && { entitlements: node.entitlements.stated }),
  ...(isObserved(node) && { observed: true }),
  ...sessionOf(state, node),
  balances: [...state.currencies.keys()].flatMap((currency) => balanceIn(node, currency) ?? []),
  limits: limitLines(node.limits, moment).map(limitReply),
  ...(node.pools !== undefined && { pools: poolLines(node, moment.at).map(poolReply) }),
  ...(node.rates !== undefined && { rates: node.rates.all.map((rate) => rateReply(rate, moment.at, rates)) }),
});

const rateReply = (rate: RateState, at: number, rates: RateCounts | undefined): RateReply => ({
  rate: rate.name,
  count: rate.count,
  ...(rate.then !== 'refuse' && { then: rate.then }),
  ...(rate.then === 'slow' && { slowMs: rate.slowMs }),
  ...(rates !== undefined && { used: rates.usedAt(rate, at), resetsAt: instant(windowEnd(rate, at)) }),
});

function sessionOf(state: AccountState, node: NodeState): Pick<NodeReply, 'session'> {
  const session = openSessionAt(node);
  if (session === undefined) return {};
  const { openedAt, dueAt, reserve } = session;
  const left = amountsOf(leftOf(state, session));
  return { session: { openedAt: instant(openedAt), expiresAt: instant(dueAt), reserve: amountsOf(reserve), left } };
}

/** Undefined where the node has never had anything to do with the currency. */
function balanceIn(node: NodeState, currency: CurrencyId): CurrencyBalance | undefined {
  const purse = node.purses.get(currency);
  const activity = node.activity.get(currency);
  if (purse === undefined && activity === undefined) return undefined;
  let available = 0n;
  let heldInLots = 0n;
  for (const lot of purse?.lots ?? []) {
    available += lot.available;
    heldInLots += lot.held;
  }
  return {
    currency,
    available: formatAmount(available),
    heldInLots: formatAmount(heldInLots),
    held: formatAmount(activity?.held ?? 0n),
    spent: formatAmount(activity?.spent ?? 0n),
    owed: formatAmount(purse?.owed ?? 0n),
  };
}

/** The lots of a node that still have something, or hold something. */
export const lotReplies = (node: NodeState): readonly LotReply[] =>
  [...node.purses.values()].flatMap((purse) =>
    purse.lots
      .filter((lot) => lot.available > 0n || lot.held > 0n)
      .map((lot) => ({
        lot: lot.id,
        grant: lot.grant.id,
        currency: purse.currency,
        layer: lot.grant.layer,
        priority: lot.grant.priority,
        available: formatAmount(lot.available),
        held: formatAmount(lot.held),
        spent: formatAmount(lot.spent),
        ...(lot.grant.startsAt !== START_OF_TIME && { startsAt: instant(lot.grant.startsAt) }),
        ...(lot.expires && { expiresAt: instant(lot.expiresAt) }),
        ...(lot.noticeAt !== END_OF_TIME && { noticeAt: instant(lot.noticeAt) }),
      })),
  );
