import type { Instant } from '@exchequer/kernel';
import type { CreditsDrawn, HoldCaptured } from '../facts.js';

type Charge = HoldCaptured | CreditsDrawn;

/** Whether a charge is of a cost that had waited for the outcome of its task. Its call was told of when the wait began. */
export const hadWaited = (charge: Charge): boolean => chargedAt(charge) !== undefined;

/** When a charge counts as booked: what had waited at the end of its wait, however much later that came to be written down. */
export const bookedAtOf = (charge: Charge, writtenAt: Instant): Instant => chargedAt(charge) ?? writtenAt;

const chargedAt = (charge: Charge): Instant | undefined => (charge.type === 'HoldCaptured' ? charge.at : undefined);
