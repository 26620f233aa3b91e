import type { Instant } from '@exchequer/kernel';
import type { NodePaused, NodeResumed } from '../facts.js';
import type { AccountState } from '../state/account-state.js';
import { nodeOf, structureChanged } from './evolve-tree.js';

export function evolvePause(state: AccountState, { node, by, actor, reason }: NodePaused, at: Instant): void {
  nodeOf(state, node).paused = { by, actor, reason, since: at };
  structureChanged(state);
}

export function evolveResume(state: AccountState, { node }: NodeResumed): void {
  nodeOf(state, node).paused = undefined;
  structureChanged(state);
}
