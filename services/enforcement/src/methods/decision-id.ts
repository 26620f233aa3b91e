import { randomBytes } from 'node:crypto';

const boot = randomBytes(4).toString('hex');
let count = 0;

/** Names a refusal, of which the ledger knows nothing: unique over restarts and instances. */
export function nextDecisionId(at: number): string {
  count += 1;
  return `d-${at.toString(36)}-${boot}-${count.toString(36)}`;
}
