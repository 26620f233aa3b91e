import { END_OF_TIME } from '@exchequer/kernel';
import type { AccountState } from '../state/account-state.js';
import type { LimitState } from '../state/limit-state.js';
import type { Booked } from './book.js';
import { differentProvisional } from './recount-provisional.js';
import { differentRules } from './recount-rules.js';
import type { LimitConduct } from '../facts.js';
import { usedAt } from '../limits/windows.js';
import { nextNotice } from './recount-notices.js';
import { differentPools } from './recount-pools.js';
import { Recount } from './recount.js';
import { differentThresholds } from './recount-thresholds.js';
import { heldAt, heldBy } from './recount-aside.js';
import { debtOf } from './recount-overage.js';
import { stillCounts } from './recount-windows.js';

const DAYS_35 = 35 * 24 * 60 * 60 * 1_000;

/** Every way in which a state differs from its own facts, counted anew; as sentences, none when it does not. */
export function differences(booked: readonly Booked[], state: AccountState): readonly string[] {
  const counted = new Recount(booked);
  return [
    ...counted.faults,
    ...sumsOfGrants(counted),
    ...differentLots(counted, state),
    ...differentHolds(counted, state),
    ...differentSessions(counted, state),
    ...differentLimits(counted, state),
    ...differentNodes(counted, state),
    ...differentPools(counted, state),
    ...differentRules(booked, counted.limits),
    ...differentProvisional(booked, state),
  ];
}

/** I1: what was granted is available, held, spent or forfeited, for every grant and so for the account. */
function* sumsOfGrants({ granted, lots }: Recount): Iterable<string> {
  for (const { node: grant, amount } of granted) {
    const sum = lots
      .filter((lot) => lot.grant === grant)
      .reduce((total, lot) => total + lot.available + lot.held + lot.spent + lot.forfeited, 0n);
    if (sum !== amount) yield `${grant} gave ${String(amount)} and has ${String(sum)}`;
  }
}

function* differentLots(counted: Recount, state: AccountState): Iterable<string> {
  const { lots } = counted;
  if (lots.length !== state.lots.size)
    yield `${String(lots.length)} lots were made, ${String(state.lots.size)} are there`;
  const live = [...state.lots.values()];
  for (const [index, lot] of lots.entries()) {
    const other = live[index];
    const mine = [
      lot.id,
      lot.grant,
      lot.node,
      lot.available,
      lot.held,
      lot.spent,
      lot.forfeited,
      0n,
      lot.ended,
      lot.endsAt ?? END_OF_TIME,
      nextNotice(counted, lot) ?? END_OF_TIME,
    ];
    const theirs = other && [
      other.id,
      other.grant.id,
      other.node.id,
      other.available,
      other.held,
      other.spent,
      other.forfeited,
      other.revoked,
      other.ended,
      other.expiresAt,
      other.noticeAt,
    ];
    if (mine.join(' ') !== theirs?.join(' ')) yield `lot ${mine.join(' ')} is ${String(theirs?.join(' '))}`;
  }
}

function* differentHolds({ holds, sessions }: Recount, state: AccountState): Iterable<string> {
  const open = holds.filter((hold) => !hold.ended);
  const mine = open.map(
    ({ placed, placedAt, endsAt, chain }) =>
      `${placed.hold} ${String(placedAt)} ${String(endsAt)} ${chain
        .filter((id) => !sessions.isEnded(id))
        .sort()
        .join(',')}`,
  );
  const theirs = [...state.holds.values()].map(
    ({ id, placedAt, dueAt, chain }) =>
      `${id} ${String(placedAt)} ${String(dueAt)} ${chain.members
        .filter(({ session }) => session !== 'ended')
        .map((one) => one.id)
        .sort()
        .join(',')}`,
  );
  if (mine.join('\n') !== theirs.join('\n')) yield `holds ${mine.join('; ')} are ${theirs.join('; ')}`;
}

function* differentSessions({ sessions }: Recount, state: AccountState): Iterable<string> {
  const mine = sessions.all
    .filter(({ ended }) => !ended)
    .map(({ opened, chain, left, leftOwed }) =>
      [
        opened.session,
        opened.payer,
        opened.endsAt,
        chain.filter((id) => !sessions.isEnded(id)).sort(),
        left.map(({ lot, amount }) => `${lot} ${String(amount)}`),
        leftOwed.map((one) => `${one.node} ${one.currency} ${String(one.amount)} ${String(debtOf(one))}`),
      ].join('; '),
    );
  const theirs = Array.from(state.sessions.values(), ({ id, node, dueAt, chain, shares, owed }) =>
    [
      id,
      node.parent?.id,
      dueAt,
      chain.members
        .filter(({ session }) => session !== 'ended')
        .map((one) => one.id)
        .sort(),
      shares.map(({ lot, amount }) => `${lot} ${String(amount)}`),
      owed.map((one) => `${one.node} ${one.currency} ${String(one.amount)} ${String(debtOf(one))}`),
    ].join('; '),
  );
  if (mine.join('\n') !== theirs.join('\n')) yield `sessions ${mine.join(' | ')} are ${theirs.join(' | ')}`;
}

/** I4: used and held of each limit, in each window that it may still be asked about. */
function* differentLimits(counted: Recount, state: AccountState): Iterable<string> {
  const live = [...state.nodes.values()].flatMap((node) => node.limits);
  const mine = counted.limits.filter((limit) => !limit.removed);
  if (mine.length !== live.length) yield `${String(mine.length)} limits were set, ${String(live.length)} are there`;
  for (const limit of mine) {
    const { node, limit: name } = limit.set;
    const other = live.find((one) => one.node.id === node && one.name === name);
    if (other === undefined) yield `limit ${name} of ${node} is missing`;
    else {
      if (other.rule !== limit.rule) yield `limit ${name} of ${node} comes from ${String(other.rule)}`;
      if (other.amount !== limit.amount) yield `limit ${name} of ${node} is of ${String(other.amount)}`;
      const held = heldBy(counted, limit);
      if (other.held !== held) yield `limit ${name} of ${node} holds ${String(other.held)}, not ${String(held)}`;
      const { window } = limit.set;
      const slides = window.kind === 'sliding';
      const now = slides
        ? limit.windows.filter(({ from }) => stillCounts(window.lengthMs, from, state.now))
        : limit.windows;
      if (slides) yield* differentSliding(now, other, state.now);
      else yield* differentWindows(now, other, state.now);
      yield* differentThresholds(limit, state.now);
      if (conductFields(limit.conduct) !== conductFields(other.conduct))
        yield `limit ${name} of ${node} has another conduct`;
    }
  }
}

const conductFields = ({ mode, throttle, then, slowMs, blocks, thresholds, pauses }: LimitConduct): string =>
  JSON.stringify([mode, throttle, then, slowMs, blocks, thresholds, pauses], (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );

/** Buckets that nothing counts any more may be there or not. */
function* differentSliding(
  windows: readonly { from: number; used: bigint }[],
  limit: LimitState,
  now: number,
): Iterable<string> {
  const sum = windows.reduce((total, { used }) => total + used, 0n);
  if (usedAt(limit, now) !== sum)
    yield `limit ${limit.name} of ${limit.node.id} used ${String(usedAt(limit, now))}, not ${String(sum)}`;
  if (limit.counters.length > 61) yield `limit ${limit.name} of ${limit.node.id} keeps too many buckets`;
}

function* differentWindows(
  windows: readonly { from: number; to: number; used: bigint }[],
  { name, node, counters }: LimitState,
  now: number,
): Iterable<string> {
  const finite = (instant: number): number =>
    Math.min(Math.max(instant, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  for (const { from, to, used } of windows) {
    const counter = counters.find((one) => one.from === finite(from));
    if (counter === undefined && (to + DAYS_35 <= now || (from === -Infinity && used === 0n))) continue;
    if (counter?.used !== used || counter.to !== finite(to))
      yield `limit ${name} of ${node.id} used ${String(counter?.used)} from ${String(from)} to ${String(counter?.to)}, not ${String(used)} to ${String(to)}`;
  }
  for (const { from, used } of counters)
    if (!windows.some((window) => finite(window.from) === from) && used !== 0n)
      yield `limit ${name} of ${node.id} counts ${String(used)} from ${String(from)}, where nothing was used`;
}

function* differentNodes(counted: Recount, state: AccountState): Iterable<string> {
  for (const node of state.nodes.values()) {
    const mine = counted.nodes.find((one) => one.id === node.id);
    if (mine?.parent !== node.parent?.id || mine?.pooling !== node.pooling) yield `node ${node.id} stands elsewhere`;
    if (mine?.paused !== (node.paused !== undefined)) yield `node ${node.id} is not paused alike`;
    if ((mine?.pausedUntil ?? Infinity) <= state.now) yield `node ${node.id} should have been resumed`;
    if (mine?.observe !== node.observe) yield `node ${node.id} is not observed alike`;
    for (const purse of node.purses.values()) {
      const { currency, owed, owedHeld, overageLimit, overageFor = 'any', overageRate } = purse;
      const theirs = [owed, owedHeld, overageLimit, overageFor, overageRate?.part ?? 1_000_000_000n];
      const overage = counted.overage(node.id, currency);
      const own = [
        counted.owedAt(node.id, currency),
        counted.owedHeldAt(node.id, currency),
        overage.limit,
        overage.criticalOnly ? 'critical' : 'any',
        overage.rate,
      ];
      if (own.join(' ') !== theirs.join(' '))
        yield `${node.id} owes ${theirs.join(', ')} ${currency}, not ${own.join(', ')}`;
    }
    for (const [currency, { spent, held }] of node.activity) {
      if (spent !== counted.balance(counted.activity, node.id, currency).amount)
        yield `${node.id} spent ${String(spent)} ${currency}`;
      if (held !== heldAt(counted, node.id, currency)) yield `${node.id} holds ${String(held)} ${currency}`;
    }
  }
  for (const { node, currency, amount } of counted.owed)
    if ((state.nodes.get(node as never)?.purses.get(currency as never)?.owed ?? 0n) !== amount)
      yield `${node} owes ${String(amount)} ${currency}`;
  for (const { node, currency, amount } of counted.activity)
    if (
      !counted.sessions.isEnded(node) &&
      (state.nodes.get(node as never)?.activity.get(currency as never)?.spent ?? 0n) !== amount
    )
      yield `${node} and those under it spent ${String(amount)} ${currency}`;
}
