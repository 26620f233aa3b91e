import { z } from 'zod';
import { attribution, EXACTLY_ONE, type SourceReply } from './authorize.js';
import { eventIdentity } from './cloud-event.js';
import {
  amountsMap,
  amountText,
  currencyText,
  holdForText,
  holdText,
  idText,
  instantText,
  meterText,
  use,
  type AmountsMap,
} from './primitives.js';

const atMostOne = (body: { use?: unknown; amounts?: unknown }): boolean =>
  body.use === undefined || body.amounts === undefined;

/** What a held call really cost. Without `use` and `amounts` the hold is captured in full. */
export const captureSchema = z
  .strictObject({
    id: idText,
    hold: holdText,
    use: use.optional(),
    amounts: amountsMap.optional(),
    /** When it was used. Now, when not given. */
    time: instantText.optional(),
    tags: attribution.tags,
    taskType: attribution.taskType,
    taskId: attribution.taskId,
    critical: attribution.critical,
    outcome: z.string().max(64).optional(),
  })
  .refine(atMostOne, 'takes at most one of "use" and "amounts"');

export const voidSchema = z.strictObject({ id: idText, hold: holdText });
/** Moves a hold's expiry to `holdFor` from now. */
export const extendSchema = z.strictObject({ id: idText, hold: holdText, holdFor: holdForText });

/** The price that `meter` put on a usage event. */
const priced = z.strictObject({
  card: z.string().max(128),
  lines: z.array(z.strictObject({ meter: meterText, currency: currencyText, amount: amountText })).max(256),
});

/** Usage without an authorization before it, or with the hold that was placed for it. */
export const recordSchema = z
  .strictObject({
    id: idText,
    ...attribution,
    hold: holdText.optional(),
    use: use.optional(),
    amounts: amountsMap.optional(),
    time: instantText.optional(),
    outcome: z.string().max(64).optional(),
    /** Set by `meter` for usage events. */
    usage: eventIdentity.optional(),
    priced: priced.optional(),
    /** Set by `meter` when no price is known: the reason. The usage is kept apart and charged nothing yet. */
    unpriced: z.string().max(256).optional(),
  })
  .refine((body) => (body.use === undefined) !== (body.amounts === undefined), EXACTLY_ONE);

export type CaptureBody = z.infer<typeof captureSchema>;
export type VoidBody = z.infer<typeof voidSchema>;
export type ExtendBody = z.infer<typeof extendSchema>;
export type RecordBody = z.infer<typeof recordSchema>;

/** A task whose outcome is waited for. */
export interface AwaitsReply {
  readonly taskId: string;
  readonly until: string;
  /** The outcomes for which is charged. */
  readonly charge: readonly string[];
  readonly otherwise: 'return' | 'charge';
}

export interface SettlementReply {
  /**
   * `captured`: paid from its hold. `drawn`: paid from lots directly. `unpriced`: kept apart until a price is known. `awaiting`:
   * set aside until the outcome of its task is told. `returned`: that was told before, and nothing is charged.
   */
  readonly outcome: 'captured' | 'drawn' | 'unpriced' | 'awaiting' | 'returned';
  readonly hold?: string;
  /** What is waited for, and until when; then it is returned, or charged all the same. */
  readonly awaits?: AwaitsReply;
  /** What it cost. */
  readonly amounts: AmountsMap;
  /** What the hold gave back: to its lots, or to the reserve of its session. */
  readonly returned?: AmountsMap;
  /** Owed beyond all funds, surcharges included. */
  readonly owed?: AmountsMap;
  /** The part of `owed`, without surcharges, that is beyond what overage allows: the cost had come about all the same. */
  readonly beyondOverage?: AmountsMap;
  /** Written off by the policy `cap`. */
  readonly uncollected?: AmountsMap;
  /** Arrived after its hold had ended. */
  readonly late?: true;
  /** What it cost at market prices, where the caller's own key was used. */
  readonly marketCost?: AmountsMap;
  /** There is no price: it was charged at the account's stated prices, and is corrected when its price comes. */
  readonly unpriced?: true;
  readonly sources: readonly SourceReply[];
  readonly decidedAt: string;
  readonly position: string;
  readonly repeated?: true;
}

export interface HoldReply {
  readonly hold: string;
  readonly outcome: 'voided' | 'extended';
  readonly returned?: AmountsMap;
  readonly expiresAt?: string;
  readonly decidedAt: string;
  readonly position: string;
  readonly repeated?: true;
}
