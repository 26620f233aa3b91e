import { DAY_MS } from '@exchequer/kernel';

/** How long after its booking a charge can be corrected: as long as the counts that a correction changes are kept. */
export const CORRECTABLE_MS = 35 * DAY_MS;
