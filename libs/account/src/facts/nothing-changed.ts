import type { Bag } from '../bag.js';

/** A request was accepted that found everything as it wanted it. Its id is known by this: a late copy of it does nothing, too. */
export interface NothingChanged {
  readonly type: 'NothingChanged';
  /** Of a correction: where the ledger has the charge, and what it comes to. */
  readonly of?: string;
  readonly amounts?: Bag;
}
