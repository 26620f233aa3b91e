import type { Calendar, Clock } from '@exchequer/kernel';
import type { Ledger, Position } from '@exchequer/ledger';
import type { PlainLog } from '@exchequer/platform';
import type { IdShelf } from '@exchequer/replica';
import type { PriceBook } from '@exchequer/rating';
import type { RefusalRow } from '../refusals/refusal-row.js';
import type { Timers } from './timers.js';

/** What all hosts of a process share. */
export interface HostContext {
  readonly ledger: Ledger;
  /** Where the ids of commands are that memory has no room for. */
  readonly ids: IdShelf;
  /** All rate cards, as they come. */
  readonly prices: PriceBook;
  readonly clock: Clock;
  /** Milliseconds that never go back, for ages and delays. */
  readonly monotonicMs: () => number;
  readonly timers: Timers;
  readonly calendar: Calendar;
  /** Tells followers of the ledger that an account has something new. */
  readonly announce: (account: string, position: Position) => void;
  /** Hands on the refusals of a group, before its callers get them. */
  readonly publishRefusals: (account: string, refusals: readonly RefusalRow[]) => void;
  readonly log: PlainLog;
}
