import type { Instant } from '@exchequer/kernel';
import type { EntitlementsSet, NodePaused, NodeResumed, ObserveSet, RateRule, RatesSet } from '../facts.js';
import type { AccountState } from '../state/account-state.js';
import { EntitlementState } from '../state/entitlement-state.js';
import type { NodeState } from '../state/node-state.js';
import { Resumption } from '../state/pause-state.js';
import { RateState, ratesIn } from '../state/rate-state.js';
import { nodeOf, structureChanged } from './evolve-tree.js';

export function evolvePause(state: AccountState, fact: NodePaused, at: Instant): void {
  const { by, actor, reason, resumesAt } = fact;
  const node = nodeOf(state, fact.node);
  dropResumption(state, node);
  const resumption = resumesAt === undefined ? undefined : new Resumption(state.nextResumption, node, resumesAt);
  node.paused = { by, actor, reason, since: at, resumption };
  if (resumption !== undefined) {
    state.nextResumption += 1;
    state.due.add(resumption);
  }
  structureChanged(state);
}

export function evolveResume(state: AccountState, fact: NodeResumed): void {
  const node = nodeOf(state, fact.node);
  dropResumption(state, node);
  node.paused = undefined;
  structureChanged(state);
}

function dropResumption(state: AccountState, { paused }: NodeState): void {
  if (paused?.resumption !== undefined) state.due.remove(paused.resumption);
}

export function evolveEntitlements(state: AccountState, { node, models, features }: EntitlementsSet): void {
  const stated = { ...(models !== undefined && { models }), ...(features !== undefined && { features }) };
  nodeOf(state, node).entitlements =
    models === undefined && features === undefined ? undefined : new EntitlementState(stated);
  structureChanged(state);
}

export function evolveObserve(state: AccountState, { node, observe }: ObserveSet): void {
  nodeOf(state, node).observe = observe;
  structureChanged(state);
}

export function evolveRates(state: AccountState, { node, rates }: RatesSet, at: Instant): void {
  setRates(state, nodeOf(state, node), rates, () => at);
  structureChanged(state);
}

/** A rate that was there under the same name goes on counting, also when its number is another. */
export function setRates(
  state: AccountState,
  node: NodeState,
  stated: readonly RateRule[],
  since: (name: string) => Instant,
): void {
  const all = stated.flatMap((rule) =>
    ratesIn(rule).map(({ unit, count, per, name }) => {
      const { models, then = 'refuse', slowMs = 0 } = rule;
      const before = node.rates?.all.find((rate) => rate.name === name);
      if (before === undefined) return new RateState(node, unit, models, per, count, then, slowMs, since(name));
      before.count = count;
      before.then = then;
      before.slowMs = slowMs;
      return before;
    }),
  );
  node.rates = stated.length === 0 ? undefined : { stated, all };
  if (node.rates === undefined) state.rated.delete(node);
  else state.rated.add(node);
}
