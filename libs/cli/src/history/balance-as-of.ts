import {
  depthOf,
  evolve,
  isObserved,
  leftOf,
  limitLines,
  nextDue,
  openSessionAt,
  poolLines,
  type AccountState,
  type LimitLine,
  type NodeState,
  type PoolLine,
  type PauseState,
  type ThresholdLine,
} from '@exchequer/account';
import { createCalendar } from '@exchequer/calendar';
import type {
  BalanceReply,
  CurrencyBalance,
  LimitReply,
  NodeReply,
  PausedReply,
  PoolReply,
  ThresholdReply,
} from '@exchequer/contracts';
import { formatAmount, nodeId, type CurrencyId, type Instant } from '@exchequer/kernel';
import { openEntry, type Ledger } from '@exchequer/ledger';
import { formatPosition, Replica, streamOf } from '@exchequer/replica';
import { Refused } from '../shell/faults.js';
import { amountsIn, pastFunds, pastRates } from './past-funds.js';

/** A node as it stood at a past instant. */
export interface PastBalance extends BalanceReply {
  readonly asOf: string;
}

/**
 * What a node had at an instant: everything that was booked by then is folded from the ledger, and what had fallen due is
 * done, as the account itself would have when asked.
 *
 * @throws Refused when the account or the node was not there yet; LedgerCorrupt when the ledger is damaged before the instant.
 */
export async function balanceAsOf(ledger: Ledger, account: string, node: string, asOf: Instant): Promise<PastBalance> {
  const replica = await replicaAt(ledger, account, asOf);
  const { state, last } = replica;
  const at = instant(asOf);
  if (state.opening === undefined)
    throw new Refused('UnknownAccount', `The account ${account} did not exist at ${at}; name a later instant.`);
  const moment = { at: asOf, calendar: createCalendar() };
  for (let due = nextDue(state, moment); due !== undefined; due = nextDue(state, moment))
    for (const fact of due.facts) evolve(state, fact, asOf);
  const found = state.nodes.get(nodeId(node));
  if (found === undefined)
    throw new Refused(
      'UnknownNode',
      `There was no node ${node} in the account ${account} at ${at}; exchequer tree lists those of now.`,
    );
  const currencies = [...state.currencies.keys()];
  return {
    node: found.id,
    kind: found.kind,
    ...(found.parent !== undefined && { parent: found.parent.id }),
    depth: depthOf(found),
    pooling: found.pooling,
    ...(found.archived && { archived: true as const }),
    ...(found.paused !== undefined && { paused: pausedOf(found.paused) }),
    ...(found.entitlements !== undefined && { entitlements: found.entitlements.stated }),
    ...(isObserved(found) && { observed: true as const }),
    ...sessionOf(state, found),
    balances: currencies.map((currency) => balanceIn(found, currency)),
    limits: limitLines(found.limits, moment).map(limitOf),
    ...(found.pools !== undefined && { pools: poolLines(found, asOf).map(poolOf) }),
    ...pastRates(found),
    ...pastFunds(state, found, asOf),
    asOf: at,
    at,
    position: formatPosition(account, last),
  };
}

function sessionOf(state: AccountState, node: NodeState): Pick<NodeReply, 'session'> {
  const session = openSessionAt(node);
  if (session === undefined) return {};
  const { openedAt, dueAt, reserve } = session;
  const left = amountsIn(leftOf(state, session));
  return { session: { openedAt: instant(openedAt), expiresAt: instant(dueAt), reserve: amountsIn(reserve), left } };
}

/** The account folded from every entry that was booked by an instant. Entries of one stream are booked in order of time. */
async function replicaAt(ledger: Ledger, account: string, asOf: Instant): Promise<Replica> {
  const stream = streamOf(account);
  const replica = new Replica(stream);
  for await (const { revision, bytes } of ledger.read(stream, 0)) {
    const entry = openEntry(stream, revision, bytes);
    if (entry.at > asOf) break;
    replica.fold(revision, entry);
  }
  return replica;
}

function balanceIn({ purses, activity }: NodeState, currency: CurrencyId): CurrencyBalance {
  const purse = purses.get(currency);
  const sumOfLots = (part: 'available' | 'held'): bigint =>
    (purse?.lots ?? []).reduce((sum, lot) => sum + lot[part], 0n);
  return {
    currency,
    available: formatAmount(sumOfLots('available')),
    heldInLots: formatAmount(sumOfLots('held')),
    held: formatAmount(activity.get(currency)?.held ?? 0n),
    spent: formatAmount(activity.get(currency)?.spent ?? 0n),
    owed: formatAmount(purse?.owed ?? 0n),
  };
}

const thresholdOf = ({ threshold, crossed }: ThresholdLine): ThresholdReply => ({
  ...('share' in threshold && { share: threshold.share }),
  ...('used' in threshold && { used: formatAmount(threshold.used) }),
  ...('left' in threshold && { left: formatAmount(threshold.left) }),
  crossed,
});

const pausedOf = ({ by, actor, reason, since, resumption }: PauseState): PausedReply => ({
  by,
  ...(actor !== undefined && { actor }),
  ...(reason !== undefined && { reason }),
  since: instant(since),
  ...(resumption !== undefined && { resumesAt: instant(resumption.dueAt) }),
});

const limitOf = (line: LimitLine): LimitReply => ({
  node: line.node,
  limit: line.limit,
  currency: line.currency,
  amount: formatAmount(line.amount),
  used: formatAmount(line.used),
  held: formatAmount(line.held),
  mode: line.conduct.mode ?? 'hard',
  ...(line.conduct.then !== undefined && { then: line.conduct.then }),
  ...(line.released !== undefined && { released: formatAmount(line.released) }),
  remaining: formatAmount(line.remaining),
  ...(line.overrun > 0n && { overrun: formatAmount(line.overrun) }),
  ...(line.thresholds !== undefined && { thresholds: line.thresholds.map(thresholdOf) }),
  ...(line.resetsAt !== undefined && { resetsAt: instant(line.resetsAt) }),
  rule: line.rule,
});

const poolOf = ({ currency, reserve, borrowMax, lendMax, borrowed, lent, kept, resetsAt }: PoolLine): PoolReply => ({
  currency,
  ...(reserve !== undefined && { reserve: formatAmount(reserve) }),
  ...(borrowMax !== undefined && { borrowMax: formatAmount(borrowMax) }),
  ...(lendMax !== undefined && { lendMax: formatAmount(lendMax) }),
  borrowed: formatAmount(borrowed),
  lent: formatAmount(lent),
  ...(kept !== undefined && { kept: formatAmount(kept) }),
  ...(resetsAt !== undefined && { resetsAt: instant(resetsAt) }),
});

const instant = (at: Instant): string => new Date(at).toISOString();
