import type { NodeId } from '@exchequer/kernel';
import type { Fact, Move } from '../facts.js';
import { textOfExpiryNotice } from '../lots/expiry-notice.js';
import { LotNamer, moveTo } from '../lots/follow-pool.js';
import type { AccountState } from '../state/account-state.js';
import type { NodeState } from '../state/node-state.js';
import { isSameEstimate } from './estimate.js';
import { textOfOutcomes } from '../outcomes/outcome-rule.js';
import { textOfOwnKey } from './own-key.js';
import { textOfRefunds } from './refunds.js';
import { overageChange } from '../overage/overage-terms.js';
import { plannedPool, type Blueprint, type PlannedNode } from './blueprint.js';

/** Nodes that are added, restored, moved or called another kind: parents before their children. */
export function placeChanges(state: AccountState, blueprint: Blueprint): readonly Fact[] {
  const facts: Fact[] = [];
  const placed = new Set<NodeId>();
  const place = (planned: PlannedNode): void => {
    if (placed.has(planned.id)) return;
    placed.add(planned.id);
    const parent = planned.parent === undefined ? undefined : blueprint.nodes.get(planned.parent);
    if (parent !== undefined) place(parent);
    if (planned.policy !== undefined) facts.push(...placeOne(state, planned));
  };
  for (const planned of blueprint.nodes.values()) place(planned);
  return facts;
}

function placeOne(state: AccountState, { id, parent, kind, pooling }: PlannedNode): readonly Fact[] {
  const node = state.nodes.get(id);
  if (node === undefined) return parent === undefined ? [] : [{ type: 'NodeAdded', node: id, kind, parent, pooling }];
  const facts: Fact[] = [];
  if (node.archived) facts.push({ type: 'NodeRestored', node: id });
  if (node.kind !== kind) facts.push({ type: 'NodeKindChanged', node: id, kind });
  if (parent !== undefined && node.parent?.id !== parent) facts.push({ type: 'NodeMoved', node: id, parent });
  return facts;
}

/** Modes that change; lots of nodes that turn to `parent` go up to their pool, so that nothing is stranded. */
export function poolingChanges(state: AccountState, blueprint: Blueprint): readonly Fact[] {
  const facts: Fact[] = [];
  const moves: Move[] = [];
  const namer = new LotNamer(state);
  for (const { id, pooling, policy } of blueprint.nodes.values()) {
    const node = state.nodes.get(id);
    if (policy === undefined || node === undefined || node.pooling === pooling) continue;
    facts.push({ type: 'PoolingChanged', node: id, pooling });
    if (pooling === 'parent') moves.push(...allToPool(node, plannedPool(blueprint, id), namer));
  }
  if (moves.length > 0) facts.push({ type: 'CreditsTransferred', reason: 'pooled', moves });
  return facts;
}

function allToPool(node: NodeState, pool: NodeId, namer: LotNamer): readonly Move[] {
  return [...node.purses.values()].flatMap((purse) =>
    purse.spendable.map((lot) => moveTo(namer, lot, { lot: lot.id, amount: lot.available }, pool)),
  );
}

/** Overage limits, what happens beyond a hold, how one is estimated, what own keys are charged, which tasks wait for their outcome, what becomes of late refunds and when notice is given before lots end, as stated. Currencies that are not named forbid overage. */
export function spendingChanges(
  state: AccountState,
  {
    node: id,
    overage,
    captureBeyond,
    estimate,
    ownKey,
    outcomes,
    refunds,
    expiryNoticeMs,
  }: NonNullable<PlannedNode['policy']>,
): readonly Fact[] {
  const node = state.nodes.get(id);
  const facts: Fact[] = [];
  const before = [...(node?.purses.values() ?? [])].filter((purse) => purse.overageLimit > 0n);
  const currencies = new Set([...before.map((purse) => purse.currency), ...overage.map((money) => money.currency)]);
  for (const currency of currencies) {
    const stated = overage.find((one) => one.currency === currency);
    const change = overageChange(node?.purses.get(currency), stated);
    if (change !== undefined) facts.push({ type: 'OverageSet', node: id, currency, ...change });
  }
  if (node?.captureBeyond !== captureBeyond)
    facts.push({ type: 'CaptureBeyondSet', node: id, ...(captureBeyond !== undefined && { policy: captureBeyond }) });
  if (!isSameEstimate(node?.estimate, estimate))
    facts.push({ type: 'EstimateSet', node: id, ...(estimate !== undefined && { policy: estimate }) });
  if (textOfOwnKey(node?.ownKey) !== textOfOwnKey(ownKey))
    facts.push({ type: 'OwnKeySet', node: id, ...(ownKey !== undefined && { policy: ownKey }) });
  const rules = outcomes?.length === 0 ? undefined : outcomes;
  if (textOfOutcomes(node?.outcomes) !== textOfOutcomes(rules))
    facts.push({ type: 'OutcomesSet', node: id, ...(rules !== undefined && { rules }) });
  if (textOfRefunds(node?.refunds) !== textOfRefunds(refunds))
    facts.push({ type: 'RefundsSet', node: id, ...(refunds !== undefined && { policy: refunds }) });
  const beforeMs = expiryNoticeMs?.toSorted((a, b) => b - a);
  if (textOfExpiryNotice(node?.expiryNoticeMs) !== textOfExpiryNotice(beforeMs))
    facts.push({ type: 'ExpiryNoticeSet', node: id, ...(beforeMs !== undefined && { beforeMs }) });
  return facts;
}
