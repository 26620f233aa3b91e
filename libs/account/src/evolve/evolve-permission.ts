import type { Instant } from '@exchequer/kernel';
import type { EntitlementsSet, NodePaused, NodeResumed, ObserveSet } from '../facts.js';
import type { AccountState } from '../state/account-state.js';
import { EntitlementState } from '../state/entitlement-state.js';
import { nodeOf, structureChanged } from './evolve-tree.js';

export function evolvePause(state: AccountState, { node, by, actor, reason }: NodePaused, at: Instant): void {
  nodeOf(state, node).paused = { by, actor, reason, since: at };
  structureChanged(state);
}

export function evolveResume(state: AccountState, { node }: NodeResumed): void {
  nodeOf(state, node).paused = undefined;
  structureChanged(state);
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
