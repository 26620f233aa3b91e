import type { Instant } from '@exchequer/kernel';
import type { Address } from '../memory/address-table.js';

/** A charge at stated prices that waits for its price. */
export interface ProvisionalCharge {
  readonly model: string | undefined;
  /** Whose prices hold for it: those of this instant. */
  readonly usedAt: Instant;
  readonly bookedAt: Instant;
  /** Where the ledger has it; absent where there is no ledger. */
  readonly address: Address | undefined;
}
