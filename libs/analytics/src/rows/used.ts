import type {
  ChargeCorrected,
  CostReturned,
  CreditsDrawn,
  HoldCaptured,
  OutcomeAwaited,
  UsageUnpriced,
} from '@exchequer/account';
import { storableInstant } from './instants.js';
import type { Place } from './table.js';

/** A fact that tells of usage. */
export type UsageFact = HoldCaptured | CreditsDrawn | OutcomeAwaited | CostReturned | ChargeCorrected | UsageUnpriced;

/** When something was used and who reported it: what joins a charge to its usage. */
export interface UsedColumns {
  /** As told; the instant of booking where nobody told. A correction counts with what it corrects. */
  readonly used_at: number;
  readonly source: string;
  readonly usage_id: string;
  readonly hold: string;
}

export const USED_COLUMNS = ['used_at', 'source', 'usage_id', 'hold'] as const satisfies readonly (keyof UsedColumns)[];

export const usedColumns = (fact: UsageFact, place: Place): UsedColumns => ({
  used_at: storableInstant(fact.usedAt ?? (fact.type === 'ChargeCorrected' ? fact.bookedAt : place.booked_at)),
  source: fact.usage?.source ?? '',
  usage_id: fact.usage?.id ?? '',
  hold: fact.hold ?? '',
});
