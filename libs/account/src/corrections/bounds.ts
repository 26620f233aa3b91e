import { COUNTER_KEPT_MS } from '../limits/windows.js';

/** How long after its booking a charge can be corrected: as long as the counts that a correction changes are kept. */
export const CORRECTABLE_MS = COUNTER_KEPT_MS;
