import {
  accountId,
  amount,
  currencyId,
  END_OF_TIME,
  grantId,
  holdId,
  limitName,
  lotId,
  nodeId,
  type Amount,
  type LimitName,
} from '@exchequer/kernel';
import type { Crossings } from '../limits/thresholds.js';
import { addSpendable } from '../lots/draw-order.js';
import { AccountState } from '../state/account-state.js';
import { EntitlementState } from '../state/entitlement-state.js';
import { AwaitingHold } from '../state/awaiting-hold.js';
import { HoldState } from '../state/hold-state.js';
import { LimitState } from '../state/limit-state.js';
import { LotState, type GrantState } from '../state/lot-state.js';
import { overageRate } from '../overage/overage-terms.js';
import { OverrideState, type NodeRules } from '../state/node-rules.js';
import { NodeState } from '../state/node-state.js';
import { Resumption, type PauseState } from '../state/pause-state.js';
import { rememberedChain, type Chain } from '../tree/chain.js';
import { addPool } from '../evolve/evolve-pools.js';
import { setRates } from '../evolve/evolve-permission.js';
import { evolvePayment, queueTier } from '../evolve/evolve-tiers.js';
import { nodeOf } from '../evolve/evolve-tree.js';
import { waitFurther } from '../evolve/evolve-wait.js';
import { BAG, ESTIMATE, LIMIT_AMOUNT, LINES, MONEY, OWED, SHARES, TIERS } from './field-codecs.js';
import { readFact, type StoredFact } from './fact-codec.js';
import { endedSession, restoreSessions } from './restore-sessions.js';
import { LIMIT_RULES, readConduct } from './limit-rule-codec.js';
import { restorePool } from './pool-store.js';
import {
  STATE_VERSION,
  type StoredChain,
  type StoredCrossings,
  type StoredHold,
  type StoredLimit,
  type StoredNode,
  type StoredPause,
  type StoredRules,
  type StoredState,
} from './stored-state.js';

const money = (text: string): Amount => amount(BigInt(text));

/** The state that {@link storeState} wrote, or undefined when it is of another version: replay the stream then. */
export function restoreState(stored: StoredState): AccountState | undefined {
  if (stored.version !== STATE_VERSION) return undefined;
  const state = new AccountState();
  state.now = stored.now;
  [
    state.nextHold,
    state.nextGrant,
    state.nextLot,
    state.nextSession,
    state.nextOverride,
    state.nextCharge,
    state.nextResumption,
  ] = stored.next;
  state.unpriced = stored.unpriced;
  state.statedPrices = stored.statedPrices;
  for (const [number, charge] of stored.provisional ?? []) state.provisional.set(number, charge);
  for (const [task, outcome, toldAt] of stored.outcomes ?? []) state.outcomes.set(task, { outcome, toldAt });
  for (const [currency, display] of stored.currencies) state.currencies.set(currencyId(currency), { display });
  for (const [set, limits] of stored.ruleSets ?? []) state.ruleSets.set(set, LIMIT_RULES.read(limits as never));
  for (const [kind, models] of stored.modelKinds ?? []) state.modelKinds.set(kind, models);
  restoreNodes(state, stored.nodes);
  restoreLots(state, stored);
  const chains = stored.chains.map((row) => restoreChain(state, row));
  const chainAt = (index: number): Chain => {
    const chain = chains[index];
    if (chain === undefined) throw new Error('broken invariant: a stored chain is named that is not there');
    return chain;
  };
  restoreSessions(state, stored, chainAt);
  restoreHolds(state, stored, chainAt);
  restoreCorrections(state, stored);
  if (stored.opening !== undefined)
    state.opening = {
      account: accountId(stored.opening.account),
      root: nodeOf(state, nodeId(stored.opening.root)),
      defaultProject: nodeOf(state, nodeId(stored.opening.defaultProject)),
      openedAt: stored.opening.openedAt,
    };
  restoreTier(state, stored.tier);
  return state;
}

/** What was paid is told by the grants. */
function restoreTier(state: AccountState, stored: StoredState['tier']): void {
  const { tier, grants } = state;
  tier.ladder = stored === undefined ? [] : TIERS.read(stored.ladder as never);
  tier.reached = stored?.reached;
  tier.advances = stored?.advances ?? 0;
  for (const { paid } of grants.values()) evolvePayment(state, paid);
  queueTier(state);
}

function restoreNodes(state: AccountState, stored: readonly StoredNode[]): void {
  for (const row of stored) {
    const node = new NodeState(nodeId(row.id), row.kind, undefined, row.pooling);
    node.archived = row.archived === true;
    node.captureBeyond = row.captureBeyond;
    node.refunds = row.refunds;
    if (row.expiryNoticeMs !== undefined) {
      node.expiryNoticeMs = row.expiryNoticeMs;
      state.expiryNotices += 1;
    }
    if (row.ownKey !== undefined) {
      node.ownKey = row.ownKey;
      state.ownKeyPolicies += 1;
    }
    if (row.outcomes !== undefined) {
      node.outcomes = row.outcomes;
      state.outcomePolicies += 1;
    }
    if (row.estimate !== undefined) {
      node.estimate = ESTIMATE.read(row.estimate as never);
      state.estimating += 1;
    }
    if (row.paused !== undefined) node.paused = restorePause(state, node, row.paused);
    if (row.entitlements !== undefined) node.entitlements = new EntitlementState(row.entitlements);
    node.observe = row.observe === true;
    if (row.rates !== undefined) {
      const since = new Map(row.ratesSince);
      setRates(state, node, row.rates, (name) => since.get(name) ?? state.now);
    }
    for (const pool of row.pools ?? []) addPool(state, node, restorePool(pool));
    node.limits = row.limits.map((limit) => restoreLimit(node, limit));
    node.rules = restoreRules(state, node, row.rules);
    for (const [currency, overageLimit, owed, owedHeld, terms] of row.purses)
      Object.assign(node.purse(currencyId(currency)), {
        overageLimit: money(overageLimit),
        overageFor: terms?.for,
        overageRate: terms?.rate === undefined ? undefined : overageRate(terms.rate),
        owed: money(owed),
        owedHeld: money(owedHeld),
      });
    for (const [currency, held, spent] of row.activity)
      Object.assign(node.activityIn(currencyId(currency)), { held: money(held), spent: money(spent) });
    state.nodes.set(node.id, node);
  }
  for (const { id, parent } of stored) {
    if (parent === undefined) continue;
    const node = nodeOf(state, nodeId(id));
    node.parent = nodeOf(state, nodeId(parent));
    node.parent.children.add(node);
  }
}

function restoreLimit(node: NodeState, row: StoredLimit): LimitState {
  const limit = new LimitState(
    node,
    limitName(row.name),
    currencyId(row.currency),
    LIMIT_AMOUNT.read(row.amount as never),
    row.window,
    row.scope,
    row.pace,
    readConduct(row.conduct),
  );
  limit.since = row.since;
  limit.held = money(row.held);
  limit.counters = row.counters.map(([from, to, used, crossings]) => ({
    from,
    to,
    used: money(used),
    ...(crossings !== undefined && { crossings: restoreCrossings(crossings) }),
  }));
  if (row.crossings !== undefined) limit.crossings = restoreCrossings(row.crossings);
  limit.rule = row.rule;
  return limit;
}

const restoreCrossings = (stored: StoredCrossings): Crossings =>
  new Map(stored.map(([threshold, crossing, crossed]) => [threshold, { crossing, crossed }]));

function restorePause(state: AccountState, node: NodeState, row: StoredPause): PauseState {
  const { by, actor, reason, since } = row;
  const resumption = row.resumption && new Resumption(row.resumption[0], node, row.resumption[1]);
  if (resumption !== undefined) state.due.add(resumption);
  return { by, actor, reason, since, resumption };
}

function restoreRules(state: AccountState, node: NodeState, row: StoredRules | undefined): NodeRules | undefined {
  if (row === undefined) return undefined;
  const { roles, groups, precedence, personal } = row;
  const overrides = new Map<LimitName, OverrideState>();
  for (const [order, name, currency, amountText, until] of row.overrides) {
    const most = LIMIT_AMOUNT.read(amountText as never);
    const override = new OverrideState(order, node, limitName(name), currencyId(currency), most, until);
    overrides.set(override.limit, override);
    state.due.add(override);
  }
  return { roles, groups, precedence, personal: LIMIT_RULES.read(personal as never), overrides };
}

function restoreLots(state: AccountState, stored: StoredState): void {
  for (const row of stored.grants) {
    const grant: GrantState = {
      id: grantId(row.id),
      currency: currencyId(row.currency),
      amount: money(row.amount),
      layer: row.layer,
      priority: row.priority,
      startsAt: row.startsAt,
      expiresAt: row.expiresAt,
      grantedAt: row.grantedAt,
      paid: row.paid === undefined ? undefined : MONEY.read(row.paid as never),
      note: row.note,
      lots: [],
    };
    state.grants.set(grant.id, grant);
  }
  for (const row of stored.lots) {
    const grant = state.grants.get(grantId(row.grant));
    if (grant === undefined) throw new Error(`broken invariant: lot ${row.id} has no grant`);
    const { expiresAt = grant.expiresAt } = row;
    const lot = new LotState(lotId(row.id), row.order, grant, nodeOf(state, nodeId(row.node)), expiresAt);
    const [available, held, spent, forfeited, revoked] = row.balances;
    Object.assign(lot, {
      available: money(available),
      held: money(held),
      spent: money(spent),
      forfeited: money(forfeited),
      revoked: money(revoked),
      ended: row.ended === true,
      noticeAt: row.noticeAt ?? END_OF_TIME,
    });
    const purse = lot.node.purse(grant.currency);
    grant.lots.push(lot);
    purse.lots.push(lot);
    if (lot.available > 0n) addSpendable(purse.spendable, lot);
    if (lot.expires && !lot.ended) state.due.add(lot);
    state.lots.set(lot.id, lot);
  }
}

function restoreHolds(state: AccountState, stored: StoredState, chainAt: (index: number) => Chain): void {
  for (const row of stored.holds) {
    if (row.awaited !== undefined) {
      restoreWait(state, row, row.awaited, chainAt(row.chain));
      continue;
    }
    const hold = new HoldState(
      holdId(row.id),
      row.order,
      chainAt(row.chain),
      row.placedAt,
      row.expiresAt,
      BAG.read(row.amounts as never),
      row.lines === undefined ? undefined : LINES.read(row.lines as never),
      SHARES.read(row.shares as never),
      row.owed === undefined ? undefined : OWED.read(row.owed as never),
      row.particulars,
      row.provisional,
      row.market === undefined ? undefined : BAG.read(row.market as never),
    );
    state.holds.set(hold.id, hold);
    state.due.add(hold);
  }
  for (const row of stored.lapsed) {
    const { placedAt, endedAt, particulars, provisional } = row;
    const id = holdId(row.id);
    const lines = row.lines === undefined ? undefined : LINES.read(row.lines as never);
    const amounts = BAG.read(row.amounts as never);
    const market = row.market === undefined ? undefined : BAG.read(row.market as never);
    const told = { amounts, lines, particulars, provisional, market };
    state.lapsed.set(id, { id, chain: chainAt(row.chain), placedAt, endedAt, ...told });
  }
}

function restoreWait(state: AccountState, row: StoredHold, stored: StoredFact, chain: Chain): void {
  const awaited = readFact(stored);
  if (awaited.type !== 'OutcomeAwaited') throw new Error(`broken invariant: ${row.id} waits by a ${awaited.type}`);
  const hold = new AwaitingHold(awaited, row.order, chain, row.placedAt, state.lots);
  hold.outcome = row.outcome;
  hold.dueAt = row.expiresAt;
  state.holds.set(hold.id, hold);
  state.due.add(hold);
  waitFurther(state, hold);
}

function restoreCorrections(state: AccountState, stored: StoredState): void {
  for (const row of stored.corrected)
    state.corrected.set(row.of, {
      firstCorrectedAt: row.firstCorrectedAt,
      amounts: BAG.read(row.amounts as never),
      lines: row.lines === undefined ? undefined : LINES.read(row.lines as never),
      uncollected: BAG.read(row.uncollected as never),
      paid: SHARES.read(row.paid as never),
      owing: OWED.read(row.owing as never),
      particulars: row.particulars,
      market: row.market === undefined ? undefined : BAG.read(row.market as never),
    });
  state.moveCount = stored.moveCount;
  for (const [node, from, nextCharge, at] of stored.moves)
    state.moves.push({ node: nodeId(node), from: nodeId(from), nextCharge, at });
}

function restoreChain(state: AccountState, row: StoredChain): Chain {
  const payer =
    row.under === undefined
      ? nodeOf(state, nodeId(row.payer))
      : endedSession(row.payer, nodeOf(state, nodeId(row.under)));
  return rememberedChain({
    payer,
    nodes: row.nodes.map(nodeId),
    openers: row.openers?.map(nodeId),
    members: row.members.map((id) => nodeOf(state, nodeId(id))),
    way: row.way.map((id) => nodeOf(state, nodeId(id))),
    moveCount: row.moveCount,
  });
}
