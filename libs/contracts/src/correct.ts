import { z } from 'zod';
import type { SourceReply } from './authorize.js';
import { eventNamed } from './cloud-event.js';
import { amountsMap, idText, usedQuantities, type AmountsMap } from './primitives.js';

const factAddress = z
  .string()
  .regex(
    /^account-[a-z0-9][a-z0-9-]{0,62}@\d{1,15}\.\d{1,9}$/,
    'is no address of a charge; it takes the "position" of its settlement, such as account-acme@12.1',
  );

const oneOf = (...values: readonly unknown[]): boolean => values.filter((value) => value !== undefined).length === 1;

/** Makes good a charge that was wrong, up to 35 days after it was booked. */
export const correctSchema = z
  .strictObject({
    id: idText,
    /** Where the ledger has the charge: the `position` of its settlement. */
    of: factAddress.optional(),
    /** Instead of `of`: the usage event that was charged. */
    usage: eventNamed.optional(),
    /** Gives so much back. */
    refund: amountsMap.optional(),
    /** What was really used of the same model: priced as the charge was, at its own instant. */
    use: z.strictObject({ meters: usedQuantities }).optional(),
    /** What it really cost. */
    amounts: amountsMap.optional(),
    reason: z.string().max(256).optional(),
  })
  .refine(({ of, usage }) => oneOf(of, usage), 'takes exactly one of "of" and "usage"')
  .refine(
    ({ refund, use, amounts }) => oneOf(refund, use, amounts),
    'takes exactly one of "refund", "use" and "amounts"',
  );

export type CorrectBody = z.infer<typeof correctSchema>;

/** A lot that was made for a refund, as its policy says. */
export interface RenewedReply {
  readonly lot: string;
  readonly node: string;
  readonly amounts: AmountsMap;
  readonly expiresAt: string;
}

/** What a correction changed of its charge. */
export interface CorrectedReply {
  /** What the charge comes to with it, all corrections until then counted. */
  readonly amounts: AmountsMap;
  /** Given back to the lots that had paid or to new ones in their place, and owed no more. */
  readonly refunded: AmountsMap;
  /** The part of `refunded` whose lots have expired since: in new lots of the same grants, until another instant. */
  readonly renewed?: readonly RenewedReply[];
  /** Would have been given back, but its lots have expired since. */
  readonly breakage?: AmountsMap;
  /** Drawn or owed in addition. */
  readonly charged?: AmountsMap;
  /** The part of `charged` that is owed beyond what overage allows. */
  readonly beyondOverage?: AmountsMap;
  /** Where the refund went, the last drawn first; or where the addition was drawn. */
  readonly sources: readonly SourceReply[];
}

export interface CorrectionReply extends CorrectedReply {
  /** Where the ledger has the charge. */
  readonly of: string;
  /** `unchanged`: the charge came to this already. */
  readonly outcome: 'corrected' | 'unchanged';
  readonly decidedAt: string;
  readonly position: string;
  readonly repeated?: true;
}

/** A correction, told beside the charge that it is of. */
export interface LaterCorrectionReply extends CorrectedReply {
  /** Who asked for it: `exchequer` where the price of the usage has come. */
  readonly actor: string;
  readonly reason?: string;
  /** The charge was at stated prices, and with this waits for its price no more. */
  readonly endsWaitForPrice?: true;
  /** The rate card that it is priced by, where that is another than before. */
  readonly card?: string;
  /** Owed no more, surcharges included. What of it was cost is in `refunded`. */
  readonly forgiven?: AmountsMap;
  /** Owed in addition, surcharges included. What of it is cost is in `charged`. */
  readonly owed?: AmountsMap;
  readonly decidedAt: string;
  readonly position: string;
}

/** What a charge costs now, all corrections counted, and who pays for it. */
export interface CostReply {
  readonly amounts: AmountsMap;
  /** The part that is owed beyond all funds, surcharges included. */
  readonly owed?: AmountsMap;
  /** The part that was written off by the policy `cap`. */
  readonly uncollected?: AmountsMap;
  /** What it cost at market prices, where the caller's own key was used. */
  readonly marketCost?: AmountsMap;
  readonly sources: readonly SourceReply[];
}
