import { createHash } from 'node:crypto';
import { storeState, type AccountState } from '@exchequer/account';

/** SHA-256 of the whole state: equal for a live account and its replay, different when anything differs. */
export const stateHash = (state: AccountState): string =>
  createHash('sha256')
    .update(JSON.stringify(storeState(state)))
    .digest('hex');
