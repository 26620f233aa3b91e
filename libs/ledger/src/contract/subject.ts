import type { Ledger } from '../port.js';

/** A store that the contract is held against. */
export interface ContractSubject {
  /** Opens one more ledger on the same store. The contract closes it. */
  open(): Ledger;
  /** Breaks every connection to the store; absent where there are none. */
  cut?(): void;
  /** Ends the store and deletes what it keeps. */
  end(): Promise<void>;
}
