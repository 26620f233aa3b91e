import type { Charge } from '@exchequer/account';
import type { Revision } from '@exchequer/ledger';
import type { RefusalRow } from '../refusals/refusal-row.js';
import { EntryDrafts } from './entry-draft.js';
import type { StoredCommand } from './recall.js';
import type { Reply, Work } from './work.js';

/** A reply that waits until everything it was decided upon is durable. */
interface Waiting {
  readonly work: Work;
  readonly reply: Reply;
}

/** What is decided while an append is on its way, and is appended next. */
export class OpenGroup {
  readonly drafts: EntryDrafts;
  readonly waiting: Waiting[] = [];
  /** The records of this group, for repeats that come before it is durable, by {@link recordKey}. */
  readonly records = new Map<number, StoredCommand>();
  /** Refused spending requests, for `decisions`. */
  readonly refusals: RefusalRow[] = [];

  /** Charges at stated prices. */
  readonly provisional: Charge[] = [];

  constructor(
    /** The entry that it begins with, if it comes to any. */
    readonly firstRevision: Revision,
    /** The instant at which all of the group is decided. */
    readonly at: number,
    /** Monotonic milliseconds at which it was opened. */
    readonly openedAtMs: number,
  ) {
    this.drafts = new EntryDrafts(firstRevision);
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0 && this.drafts.isEmpty;
  }

  /** Answers everybody. */
  settle(): void {
    for (const { work, reply } of this.waiting) work.submission.settle(work.slot, reply);
  }
}

/** An entry has far fewer facts than this; a revision below 2³² keeps the key exact. */
const FACTS_PER_ENTRY_MAX = 2 ** 20;

export const recordKey = (revision: number, index: number): number => revision * FACTS_PER_ENTRY_MAX + index;
