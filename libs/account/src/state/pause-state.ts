import type { DueEntry, Instant } from '@exchequer/kernel';
import type { PausedBy } from '../facts.js';
import { DUE_RANK } from './lot-state.js';
import type { NodeState } from './node-state.js';

/** Why no new work is let through. */
export interface PauseState {
  readonly by: PausedBy;
  readonly actor: string | undefined;
  readonly reason: string | undefined;
  readonly since: Instant;
  /** Its end. Undefined: somebody must resume. */
  readonly resumption: Resumption | undefined;
}

/** The end of a window, at which a node that a limit has paused is resumed by itself. */
export class Resumption implements DueEntry {
  readonly kind = 'resumption';
  readonly rank = DUE_RANK.resumption;
  slot = -1;

  constructor(
    /** Number of the resumption in its account, from 1. */
    readonly order: number,
    readonly node: NodeState,
    readonly dueAt: Instant,
  ) {}

  get id(): string {
    return `resumption-${String(this.order)}`;
  }
}
