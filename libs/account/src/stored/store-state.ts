import { END_OF_TIME } from '@exchequer/kernel';
import type { LimitRule } from '../facts.js';
import type { Crossings } from '../limits/thresholds.js';
import { termsOf, textOfTerms } from '../overage/overage-terms.js';
import type { AccountState } from '../state/account-state.js';
import type { CorrectedCharge } from '../state/correction-state.js';
import { AwaitingHold } from '../state/awaiting-hold.js';
import type { HoldState, LapsedHold } from '../state/hold-state.js';
import type { LimitState } from '../state/limit-state.js';
import type { GrantState, LotState } from '../state/lot-state.js';
import type { NodeState, Purse } from '../state/node-state.js';
import type { PauseState } from '../state/pause-state.js';
import type { SessionState } from '../state/session-state.js';
import type { NodeRules } from '../state/node-rules.js';
import type { TierState } from '../state/tier-state.js';
import type { Chain } from '../tree/chain.js';
import { BAG, ESTIMATE, LIMIT_AMOUNT, LINES, MONEY, OWED, SHARES, TIERS, type StoredEstimate } from './field-codecs.js';
import { storeFact } from './fact-codec.js';
import { LIMIT_RULES, writeConduct, type StoredLimitRule } from './limit-rule-codec.js';
import { storePools } from './pool-store.js';
import {
  STATE_VERSION,
  type StoredChain,
  type StoredCorrection,
  type StoredCrossings,
  type StoredGrant,
  type StoredHold,
  type StoredLapsed,
  type StoredLimit,
  type StoredLot,
  type StoredNode,
  type StoredPause,
  type StoredPurse,
  type StoredSession,
  type StoredRules,
  type StoredState,
} from './stored-state.js';

/**
 * The whole state as plain JSON. Two states that were folded from the same facts give the same text, whether a snapshot
 * stood between or not.
 */
export function storeState(state: AccountState): StoredState {
  const chains = new ChainTable();
  const { opening } = state;
  return {
    version: STATE_VERSION,
    ...(opening !== undefined && {
      opening: {
        account: opening.account,
        root: opening.root.id,
        defaultProject: opening.defaultProject.id,
        openedAt: opening.openedAt,
      },
    }),
    now: state.now,
    next: [
      state.nextHold,
      state.nextGrant,
      state.nextLot,
      state.nextSession,
      state.nextOverride,
      state.nextCharge,
      state.nextResumption,
    ],
    unpriced: state.unpriced,
    ...(state.statedPrices !== undefined && { statedPrices: state.statedPrices }),
    ...(state.provisional.size > 0 && { provisional: [...state.provisional] }),
    ...(state.outcomes.size > 0 && {
      outcomes: Array.from(state.outcomes, ([task, { outcome, toldAt }]) => [task, outcome, toldAt] as const),
    }),
    currencies: Array.from(state.currencies, ([currency, { display }]) => [currency, display] as const),
    ...(state.ruleSets.size > 0 && {
      ruleSets: Array.from(state.ruleSets, ([set, limits]) => [set, storeRules(limits)] as const),
    }),
    ...(state.modelKinds.size > 0 && { modelKinds: [...state.modelKinds] }),
    ...((state.tier.ladder.length > 0 || state.tier.advances > 0) && { tier: storeTier(state.tier) }),
    nodes: Array.from(state.nodes.values(), storeNode),
    grants: Array.from(state.grants.values(), storeGrant),
    lots: Array.from(state.lots.values(), storeLot),
    holds: Array.from(state.holds.values(), (hold) => storeHold(hold, chains)),
    lapsed: Array.from(state.lapsed.values(), (hold) => storeLapsed(hold, chains)),
    sessions: Array.from(state.sessions.values(), (session) => storeSession(session, chains)),
    endedSessions: Array.from(state.endedSessions.values(), ({ node, chain, endedAt }) => ({
      id: node.id,
      chain: chains.indexOf(chain),
      endedAt,
    })),
    corrected: Array.from(state.corrected, storeCorrection),
    moveCount: state.moveCount,
    moves: state.moves.map(({ node, from, nextCharge, at }) => [node, from, nextCharge, at] as const),
    chains: chains.rows,
  };
}

/** Chains are shared by many holds and stored once. */
class ChainTable {
  readonly rows: StoredChain[] = [];
  private readonly indexes = new Map<string, number>();

  indexOf({ payer, nodes, openers, members, way, moveCount }: Chain): number {
    const row: StoredChain = {
      payer: payer.id,
      ...(payer.session === 'ended' && { under: stillThere(payer).id }),
      nodes,
      ...(openers !== undefined && { openers }),
      members: members.filter((member) => member.session !== 'ended').map((member) => member.id),
      way: way.map((node) => node.id),
      moveCount,
    };
    const key = JSON.stringify(row);
    let index = this.indexes.get(key);
    if (index === undefined) {
      index = this.rows.push(row) - 1;
      this.indexes.set(key, index);
    }
    return index;
  }
}

/** What has ended has left the tree; whoever opened it stands for it. */
function stillThere(session: NodeState): NodeState {
  let node = session;
  while (node.session === 'ended' && node.parent !== undefined) node = node.parent;
  return node;
}

/** Currencies stay in the order in which the node came by them: what is decided next may go through them in order. */
const storeNode = (node: NodeState): StoredNode => ({
  id: node.id,
  kind: node.kind,
  ...(node.parent !== undefined && { parent: node.parent.id }),
  pooling: node.pooling,
  ...(node.archived && { archived: true }),
  ...(node.captureBeyond !== undefined && { captureBeyond: node.captureBeyond }),
  ...(node.ownKey !== undefined && { ownKey: node.ownKey }),
  ...(node.outcomes !== undefined && { outcomes: node.outcomes }),
  ...(node.refunds !== undefined && { refunds: node.refunds }),
  ...(node.expiryNoticeMs !== undefined && { expiryNoticeMs: node.expiryNoticeMs }),
  ...(node.estimate !== undefined && { estimate: ESTIMATE.write(node.estimate) as StoredEstimate }),
  ...(node.paused !== undefined && { paused: storePause(node.paused) }),
  ...(node.rules !== undefined && { rules: storeNodeRules(node.rules) }),
  ...(node.entitlements !== undefined && { entitlements: node.entitlements.stated }),
  ...(node.observe && { observe: true }),
  ...(node.rates !== undefined && {
    rates: node.rates.stated,
    ratesSince: node.rates.all.map(({ name, since }) => [name, since] as const),
  }),
  ...(node.pools !== undefined && { pools: storePools(node.pools) }),
  limits: node.limits.map(storeLimit),
  purses: Array.from(node.purses.values(), storePurse),
  activity: Array.from(
    node.activity,
    ([currency, { held, spent }]) => [currency, held.toString(), spent.toString()] as const,
  ),
});

function storePurse(purse: Purse): StoredPurse {
  const { currency, overageLimit, owed, owedHeld } = purse;
  const stored = [currency, overageLimit.toString(), owed.toString(), owedHeld.toString()] as const;
  const terms = termsOf(purse);
  return textOfTerms(terms) === '' ? stored : [...stored, terms];
}

const storePause = ({ by, actor, reason, since, resumption }: PauseState): StoredPause => ({
  by,
  ...(actor !== undefined && { actor }),
  ...(reason !== undefined && { reason }),
  since,
  ...(resumption !== undefined && { resumption: [resumption.order, resumption.dueAt] as const }),
});

const storeLimit = (limit: LimitState): StoredLimit => ({
  name: limit.name,
  currency: limit.currency,
  amount: LIMIT_AMOUNT.write(limit.amount) as string,
  window: limit.window,
  ...(limit.scope !== undefined && { scope: limit.scope }),
  since: limit.since,
  ...(limit.pace !== undefined && { pace: limit.pace }),
  ...(Object.keys(limit.conduct).length > 0 && { conduct: writeConduct(limit.conduct) }),
  held: limit.held.toString(),
  counters: limit.counters.map(({ from, to, used, crossings }) =>
    crossings === undefined
      ? ([from, to, used.toString()] as const)
      : ([from, to, used.toString(), storeCrossings(crossings)] as const),
  ),
  ...(limit.crossings !== undefined && { crossings: storeCrossings(limit.crossings) }),
  ...(limit.rule !== undefined && { rule: limit.rule }),
});

const storeCrossings = (crossings: Crossings): StoredCrossings =>
  Array.from(crossings, ([threshold, { crossing, crossed }]) => [threshold, crossing, crossed] as const);

const storeRules = (limits: readonly LimitRule[]) => LIMIT_RULES.write(limits) as readonly StoredLimitRule[];

const storeNodeRules = ({ roles, groups, precedence, personal, overrides }: NodeRules): StoredRules => ({
  roles,
  groups,
  precedence,
  personal: storeRules(personal),
  overrides: Array.from(
    overrides.values(),
    ({ order, limit, currency, amount, dueAt }) =>
      [order, limit, currency, LIMIT_AMOUNT.write(amount) as string, dueAt] as const,
  ),
});

const storeTier = ({ ladder, reached, advances }: TierState) => ({
  ladder: TIERS.write(ladder),
  ...(reached !== undefined && { reached }),
  advances,
});

const storeGrant = (grant: GrantState): StoredGrant => ({
  id: grant.id,
  currency: grant.currency,
  amount: grant.amount.toString(),
  layer: grant.layer,
  priority: grant.priority,
  startsAt: grant.startsAt,
  expiresAt: grant.expiresAt,
  grantedAt: grant.grantedAt,
  ...(grant.paid !== undefined && { paid: MONEY.write(grant.paid) as StoredGrant['paid'] & object }),
  ...(grant.note !== undefined && { note: grant.note }),
});

const storeLot = (lot: LotState): StoredLot => ({
  id: lot.id,
  order: lot.order,
  grant: lot.grant.id,
  node: lot.node.id,
  balances: [
    lot.available.toString(),
    lot.held.toString(),
    lot.spent.toString(),
    lot.forfeited.toString(),
    lot.revoked.toString(),
  ],
  ...(lot.ended && { ended: true }),
  ...(lot.expiresAt !== lot.grant.expiresAt && { expiresAt: lot.expiresAt }),
  ...(lot.noticeAt !== END_OF_TIME && { noticeAt: lot.noticeAt }),
});

const storeHold = (hold: HoldState, chains: ChainTable): StoredHold => ({
  id: hold.id,
  order: hold.order,
  chain: chains.indexOf(hold.chain),
  placedAt: hold.placedAt,
  expiresAt: hold.dueAt,
  amounts: BAG.write(hold.amounts) as StoredHold['amounts'],
  ...(hold.lines !== undefined && { lines: LINES.write(hold.lines) as StoredHold['lines'] & object }),
  shares: SHARES.write(hold.shares) as StoredHold['shares'],
  ...(hold.owed !== undefined && { owed: OWED.write(hold.owed) as StoredHold['owed'] & object }),
  ...(hold.particulars !== undefined && { particulars: hold.particulars }),
  ...(hold.provisional !== undefined && { provisional: hold.provisional }),
  ...(hold.market !== undefined && { market: BAG.write(hold.market) as StoredHold['market'] & object }),
  ...(hold instanceof AwaitingHold && {
    awaited: storeFact(hold.awaited),
    ...(hold.outcome !== undefined && { outcome: hold.outcome }),
  }),
});

const storeCorrection = ([of, charge]: readonly [string, CorrectedCharge]): StoredCorrection => ({
  of,
  firstCorrectedAt: charge.firstCorrectedAt,
  amounts: BAG.write(charge.amounts) as StoredCorrection['amounts'],
  ...(charge.lines !== undefined && { lines: LINES.write(charge.lines) as StoredCorrection['lines'] & object }),
  uncollected: BAG.write(charge.uncollected) as StoredCorrection['uncollected'],
  paid: SHARES.write(charge.paid) as StoredCorrection['paid'],
  owing: OWED.write(charge.owing) as StoredCorrection['owing'],
  ...(charge.market !== undefined && { market: BAG.write(charge.market) as StoredCorrection['market'] & object }),
  ...(charge.particulars !== undefined && { particulars: charge.particulars }),
});

const storeLapsed = (hold: LapsedHold, chains: ChainTable): StoredLapsed => ({
  id: hold.id,
  chain: chains.indexOf(hold.chain),
  placedAt: hold.placedAt,
  endedAt: hold.endedAt,
  amounts: BAG.write(hold.amounts) as StoredLapsed['amounts'],
  ...(hold.lines !== undefined && { lines: LINES.write(hold.lines) as StoredLapsed['lines'] & object }),
  ...(hold.particulars !== undefined && { particulars: hold.particulars }),
  ...(hold.provisional !== undefined && { provisional: hold.provisional }),
  ...(hold.market !== undefined && { market: BAG.write(hold.market) as StoredHold['market'] & object }),
});

const storeSession = (session: SessionState, chains: ChainTable): StoredSession => ({
  id: session.id,
  chain: chains.indexOf(session.chain),
  openedAt: session.openedAt,
  endsAt: session.dueAt,
  reserve: BAG.write(session.reserve) as StoredSession['reserve'],
  shares: SHARES.write(session.shares) as StoredSession['shares'],
  owed: OWED.write(session.owed) as StoredSession['owed'],
  ...(session.particulars !== undefined && { particulars: session.particulars }),
});
