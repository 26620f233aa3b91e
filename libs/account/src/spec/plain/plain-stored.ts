import { END_OF_TIME, START_OF_TIME, UNLIMITED } from '@exchequer/kernel';
import type { StoredState } from '../../stored/stored-state.js';
import { heldBy } from '../recount-aside.js';
import type { Recount } from '../recount.js';
import { countedAs, type CountedPool } from '../recount-pools.js';
import type { PlainAccount } from './plain-account.js';
import { poolsAt } from './plain-pool-rules.js';

const text = (value: bigint): string => value.toString();

/** As much of the stored form as an answer to a request is read from. */
export function asStored(account: PlainAccount, at: number): StoredState {
  const sessions = account.counted.sessions.all.filter(({ ended }) => !ended);
  const stored = {
    sessions: sessions.map(({ opened, left, leftOwed }, chain) => ({
      id: opened.session,
      chain,
      reserve: [],
      shares: left.map(({ lot, amount }) => [lot, text(amount)]),
      owed: leftOwed.map(({ node, currency, amount, surcharge }) => [node, currency, text(amount), text(surcharge)]),
      particulars: opened.particulars,
    })),
    endedSessions: account.endedSessions.map(({ session }) => ({ id: session })),
    chains: sessions.map(({ opened: { payer, nodes }, chain: members }) => ({
      payer,
      nodes,
      members,
      openers: account.openersOf([payer, ...nodes]),
    })),
    modelKinds: account.kinds.map(({ kind, models }) => [kind, models]),
    opening: { defaultProject: account.opened?.defaultProject },
    nodes: account.nodes.map(({ id }) => nodeAsStored(account, id, at)),
    grants: account.grants.map(({ granted, at }) => ({
      ...granted,
      id: granted.grant,
      startsAt: granted.startsAt ?? START_OF_TIME,
      expiresAt: granted.expiresAt ?? END_OF_TIME,
      grantedAt: at,
    })),
    lots: account.counted.lots.map((lot, index) => ({
      ...lot,
      order: index + 1,
      balances: [text(lot.available)],
      expiresAt: lot.endsAt,
    })),
  };
  return stored as unknown as StoredState;
}

function nodeAsStored(account: PlainAccount, id: string, at: number) {
  const { counted } = account;
  const { parent, pooling, paused, observe, entitlements } = counted.node(id);
  return {
    id,
    parent,
    pooling,
    archived: account.node(id).archived,
    paused: paused ? {} : undefined,
    observe,
    entitlements,
    limits: counted.limits
      .filter((limit) => !limit.removed && limit.set.node === id)
      .sort((a, b) => (a.set.limit < b.set.limit ? -1 : 1))
      .map((limit) => ({
        ...limit.set,
        name: limit.set.limit,
        conduct: limit.conduct,
        amount: limit.amount === UNLIMITED ? 'unlimited' : text(limit.amount),
        held: text(heldBy(counted, limit)),
        counters: limit.windows.map(({ from, to, used }) => [from, to, text(used)]),
      })),
    pools: poolsAt(account, id).map((pool) => poolAsStored(account, pool, at)),
    purses: account.dealtIn
      .filter((one) => one.node === id)
      .map(({ currency }) => [
        currency,
        text(counted.overage(id, currency).limit),
        text(counted.owedAt(id, currency)),
        text(counted.owedHeldAt(id, currency)),
        termsAt(counted, id, currency),
      ]),
  };
}

/** With what counts at an instant, as if its period were that instant alone. */
function poolAsStored(account: PlainAccount, pool: CountedPool, at: number) {
  const counted = (as: 'borrowed' | 'lent'): readonly string[] => {
    const { held, used } = countedAs(account.counted, pool, as, at);
    return [text(held), text(used)];
  };
  return { ...pool.rule, from: at, to: at + 1, borrowed: counted('borrowed'), lent: counted('lent') };
}

function termsAt(counted: Recount, node: string, currency: string): { readonly for?: string; readonly rate?: string } {
  const { criticalOnly, rate } = counted.overage(node, currency);
  return {
    ...(criticalOnly && { for: 'critical' }),
    ...(rate !== 1_000_000_000n && { rate: String(Number(rate) / 1e9) }),
  };
}
