import { END_OF_TIME, type CurrencyId } from '@exchequer/kernel';
import { amountIn } from './bag.js';
import type { Owed } from './facts.js';
import { inScope, type Scoped } from './limits/scope.js';
import { isReached, thresholdKey } from './limits/thresholds.js';
import { counterAt } from './limits/windows.js';
import { expiryNoticeOf, isEmpty, noticeAfter } from './lots/expiry-notice.js';
import { owedInAll } from './overage/owed.js';
import { countingOf } from './pools/count-pools.js';
import { reserveScoped } from './sessions/reserve.js';
import type { AccountState } from './state/account-state.js';
import type { LimitState } from './state/limit-state.js';
import type { LotState } from './state/lot-state.js';
import type { PoolState } from './state/pool-state.js';
import type { Chain } from './tree/chain.js';

/**
 * What is wrong with a state by invariants I1, I2 and I3 of the domain and the sums that are kept beside them, as
 * sentences; none when all hold. Looks at everything: for loads, tests and `verify`, not for every command.
 */
export function brokenInvariants(state: AccountState): readonly string[] {
  return [
    ...grantFaults(state),
    ...lotFaults(state),
    ...holdFaults(state),
    ...limitFaults(state),
    ...thresholdFaults(state),
    ...poolFaults(state),
    ...correctionFaults(state),
    ...dueFaults(state),
  ];
}

/** I1: granted = available + held + spent + forfeited + revoked, for every grant. */
function* grantFaults(state: AccountState): Iterable<string> {
  for (const grant of state.grants.values()) {
    let sum = 0n;
    for (const lot of grant.lots) sum += lot.available + lot.held + lot.spent + lot.forfeited + lot.revoked;
    if (sum !== grant.amount)
      yield `I1: grant ${grant.id} gave ${String(grant.amount)} and its lots account for ${String(sum)}`;
  }
}

/** I2: no lot below zero, and lots are listed as spendable exactly when they have something. */
function* lotFaults(state: AccountState): Iterable<string> {
  for (const lot of state.lots.values()) {
    for (const part of ['available', 'held', 'spent', 'forfeited', 'revoked'] as const)
      if (lot[part] < 0n) yield `I2: ${part} of lot ${lot.id} is below zero`;
    const listed = lot.node.purses.get(lot.grant.currency)?.spendable.includes(lot) ?? false;
    if (listed !== lot.available > 0n) yield `I2: lot ${lot.id} is ${listed ? '' : 'not '}listed as spendable`;
    if (lot.ended && lot.available > 0n) yield `I2: lot ${lot.id} has ended and has credits`;
    if (lot.noticeAt !== END_OF_TIME && !isNoticeOf(lot)) yield `notice of lot ${lot.id} is due, and nobody wants it`;
    if (lot.noticeAt > noticeAfter(lot, state.now)) yield `notice of lot ${lot.id} is wanted, and none is due`;
  }
}

/** Notice is given as its node says, of what is still there and has something left. */
const isNoticeOf = (lot: LotState): boolean =>
  !lot.ended && !isEmpty(lot) && expiryNoticeOf(lot.node).includes(lot.expiresAt - lot.noticeAt);

/** I3: what is held in lots and as overage is what the open holds and the reserves set aside, each its own amount. */
function* holdFaults(state: AccountState): Iterable<string> {
  const heldIn = new Map<LotState['id'], bigint>();
  const owedAt = new Map<string, bigint>();
  const owe = (one: Owed): void => {
    const key = `${one.node} ${one.currency}`;
    owedAt.set(key, (owedAt.get(key) ?? 0n) + owedInAll(one));
  };
  for (const hold of state.holds.values()) {
    const aside = new Map<CurrencyId, bigint>();
    for (const share of hold.shares) {
      heldIn.set(share.lot, (heldIn.get(share.lot) ?? 0n) + share.amount);
      const currency = state.lots.get(share.lot)?.grant.currency;
      if (currency !== undefined) aside.set(currency, (aside.get(currency) ?? 0n) + share.amount);
    }
    for (const one of hold.owed ?? []) {
      owe(one);
      aside.set(one.currency, (aside.get(one.currency) ?? 0n) + one.amount);
    }
    for (const { currency, amount } of hold.amounts)
      if ((aside.get(currency) ?? 0n) !== amount)
        yield `I3: hold ${hold.id} is of ${String(amount)} ${currency} and set aside ${String(aside.get(currency) ?? 0n)}`;
  }
  for (const { shares, owed } of state.sessions.values()) {
    for (const share of shares) heldIn.set(share.lot, (heldIn.get(share.lot) ?? 0n) + share.amount);
    for (const one of owed) owe(one);
  }
  for (const lot of state.lots.values())
    if (lot.held !== (heldIn.get(lot.id) ?? 0n))
      yield `I3: lot ${lot.id} holds ${String(lot.held)} and its holds and reserves ${String(heldIn.get(lot.id) ?? 0n)}`;
  for (const node of state.nodes.values())
    for (const purse of node.purses.values())
      if (purse.owedHeld !== (owedAt.get(`${node.id} ${purse.currency}`) ?? 0n))
        yield `I3: overage held at ${node.id} differs from its holds`;
}

/** The held part of every limit, and of every node's activity, is the sum over the open holds and reserves on its chain. */
function* limitFaults(state: AccountState): Iterable<string> {
  const heldBy = new Map<LimitState, bigint>();
  const activity = new Map<string, bigint>();
  const count = (chain: Chain, scoped: Scoped): void => {
    for (const member of chain.members) {
      for (const { currency } of scoped.amounts) {
        const key = `${member.id} ${currency}`;
        activity.set(key, (activity.get(key) ?? 0n) + amountIn(scoped.amounts, currency));
      }
      for (const limit of member.limits) heldBy.set(limit, (heldBy.get(limit) ?? 0n) + inScope(limit, scoped));
    }
  };
  for (const hold of state.holds.values()) {
    const { chain, amounts, lines, particulars } = hold;
    count(chain, { amounts, lines, particulars, payment: hold, lots: state.lots });
  }
  for (const session of state.sessions.values()) count(session.chain, reserveScoped(state, session, session));
  for (const node of state.nodes.values()) {
    for (const limit of node.limits) {
      if (limit.held !== (heldBy.get(limit) ?? 0n))
        yield `I4: held of limit ${limit.name} of ${node.id} differs from its holds`;
      for (const [index, counter] of limit.counters.entries()) {
        if (counter.used < 0n) yield `I4: limit ${limit.name} of ${node.id} has used less than nothing`;
        const next = limit.counters[index + 1];
        if (counter.from >= counter.to || (next !== undefined && next.from < counter.to))
          yield `I4: windows of limit ${limit.name} of ${node.id} overlap`;
      }
    }
    for (const [currency, { held }] of node.activity)
      if (held !== (activity.get(`${node.id} ${currency}`) ?? 0n))
        yield `I4: held of ${node.id} in ${currency} differs from its holds`;
  }
}

/** In the present window of a limit each threshold is crossed exactly when what is used has come to it. */
function* thresholdFaults(state: AccountState): Iterable<string> {
  for (const node of state.nodes.values())
    for (const limit of node.limits) {
      const counter = limit.sliding === undefined ? counterAt(limit, state.now) : undefined;
      if (limit.thresholds === undefined || counter === undefined) continue;
      const crossings = limit.window.kind === 'lifetime' ? limit.crossings : counter.crossings;
      for (const threshold of limit.thresholds) {
        const { crossed = false } = crossings?.get(thresholdKey(threshold)) ?? {};
        if (crossed !== isReached(threshold, limit.amount, counter.used))
          yield `${thresholdKey(threshold)} of limit ${limit.name} of ${node.id} is ${crossed ? '' : 'not '}crossed`;
      }
    }
}

/** What pool rules count as held is what the open holds and the reserves set aside on a way through their node. */
function* poolFaults(state: AccountState): Iterable<string> {
  const pools = [...state.nodes.values()].flatMap(({ id, pools: stated }) =>
    [...(stated?.values() ?? [])].map((pool) => ({ id, pool })),
  );
  if (pools.length !== state.pooled)
    yield `${String(pools.length)} pool rules stand, ${String(state.pooled)} are counted`;
  const held = new Map<PoolState['lent'], bigint>();
  for (const { chain, shares, owed } of [...state.holds.values(), ...state.sessions.values()])
    for (const { pool, as, amount } of countingOf(state, chain.way, { shares, owed }))
      held.set(pool[as], (held.get(pool[as]) ?? 0n) + amount);
  for (const { id, pool } of pools)
    for (const as of ['borrowed', 'lent'] as const) {
      if (pool[as].held !== (held.get(pool[as]) ?? 0n))
        yield `I4: ${as} by the pool rules of ${id} in ${pool.currency} is not what its holds set aside`;
      if (pool[as].used < 0n) yield `I4: ${as} by the pool rules of ${id} in ${pool.currency} is less than nothing`;
    }
}

/** What pays for a corrected charge is what it comes to, but for what was written off. */
function* correctionFaults(state: AccountState): Iterable<string> {
  for (const [of, { amounts, uncollected, paid, owing }] of state.corrected)
    for (const { currency, amount } of amounts) {
      let sum = amountIn(uncollected, currency) + 0n;
      for (const share of paid) if (state.lots.get(share.lot)?.grant.currency === currency) sum += share.amount;
      for (const owed of owing) if (owed.currency === currency) sum += owed.amount;
      if (sum !== amount)
        yield `the charge ${of} comes to ${String(amount)} ${currency} and ${String(sum)} is paid or owed`;
    }
}

function* dueFaults(state: AccountState): Iterable<string> {
  const expiring = [...state.lots.values()].filter((lot) => lot.expires && !lot.ended).length;
  const overrides = [...state.nodes.values()].reduce((sum, { rules }) => sum + (rules?.overrides.size ?? 0), 0);
  const tiers = state.tier.dueAt === END_OF_TIME ? 0 : 1;
  const resumptions = [...state.nodes.values()].filter(({ paused }) => paused?.resumption !== undefined).length;
  const open = tiers + resumptions + state.holds.size + state.sessions.size + overrides + expiring;
  if (state.due.size !== open) yield `due: ${String(state.due.size)} are queued, ${String(open)} are open`;
}
