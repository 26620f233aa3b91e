import type { Authorize } from '../commands.js';
import type { Funds } from '../limits/layer-room.js';
import type { Scoped } from '../limits/scope.js';
import type { AccountState } from '../state/account-state.js';
import type { LimitState } from '../state/limit-state.js';
import type { Chain } from '../tree/chain.js';
import type { Moment } from './decision.js';

/** A request that may pass, with what it has to pass. */
export interface Asked {
  readonly state: AccountState;
  readonly command: Authorize;
  readonly chain: Chain;
  /** The whole of it. */
  readonly request: Scoped;
  readonly limits: readonly LimitState[];
  readonly funds: Funds;
  readonly moment: Moment;
}
