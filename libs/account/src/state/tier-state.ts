import { END_OF_TIME, type DueEntry, type Instant } from '@exchequer/kernel';
import type { Tier } from '../facts.js';
import { DUE_RANK } from './lot-state.js';

/** The ladder of tiers, how far the account has come on it, and when it comes further by age alone. */
export class TierState implements DueEntry {
  readonly kind = 'tier';
  readonly rank = DUE_RANK.tier;
  readonly order = 0;
  slot = -1;
  ladder: readonly Tier[] = [];
  /** The name of the tier that it is in. */
  reached: string | undefined;
  /** How often it has advanced. */
  advances = 0;
  /** When age alone brings it to a higher tier. */
  dueAt: Instant = END_OF_TIME;

  get id(): string {
    return `tier-${String(this.advances + 1)}`;
  }
}
