import type { Amount, CurrencyId, DueEntry, Instant, LimitName } from '@exchequer/kernel';
import type { LimitRule, Precedence } from '../facts.js';
import { DUE_RANK } from './lot-state.js';
import type { NodeState } from './node-state.js';

/** What a node takes part in and states itself, whether it is in force or not. */
export interface NodeRules {
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly precedence: Precedence;
  readonly personal: readonly LimitRule[];
  /** Those that have not ended, by the limit that they are for. */
  readonly overrides: ReadonlyMap<LimitName, OverrideState>;
}

/** Another amount for one of a node's limits, which ends by itself. */
export class OverrideState implements DueEntry {
  readonly kind = 'override';
  readonly rank = DUE_RANK.override;
  slot = -1;

  constructor(
    /** Number of the override in its account, from 1. */
    readonly order: number,
    readonly node: NodeState,
    readonly limit: LimitName,
    readonly currency: CurrencyId,
    readonly amount: Amount,
    readonly dueAt: Instant,
  ) {}

  get id(): string {
    return `o-${String(this.order)}`;
  }
}
