import { ALLOCATING, DECIDING, LOOKING, TRUSTING } from './account-operations.js';
import type { Operation } from './operation.js';
import { POLICY } from './policy-operations.js';
import { PRICING } from './price-operations.js';
import { receiveEvents } from './receive-events.js';
import { report } from './report.js';
import { showDecision } from './show-decision.js';

/** Everything under `/v1` that is asked and answered. */
export const OPERATIONS: readonly Operation[] = [
  ...DECIDING,
  receiveEvents,
  ...ALLOCATING,
  ...POLICY,
  ...LOOKING,
  showDecision,
  report,
  ...TRUSTING,
  ...PRICING,
];
