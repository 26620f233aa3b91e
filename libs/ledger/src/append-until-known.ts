import { setTimeout } from 'node:timers/promises';
import { APPEND_BYTES_MAX } from './append-check.js';
import { InvalidAppend, LedgerUnavailable, OutcomeUnknown } from './errors.js';
import type { Appended, Ledger, Revision, SealedEntry } from './port.js';

const FIRST_DELAY_MS = 10;
const DELAY_MS_MAX = 1_000;
const WITHIN_MS = 30_000;

export interface AppendUntilKnownOptions {
  /** Ends the repeating when it aborts. */
  readonly signal?: AbortSignal;
  /** How long to go on repeating, in milliseconds. 30 s when not given. */
  readonly withinMs?: number;
  /** Told of each attempt that did not settle the matter, for logs and counters. */
  readonly onRetry?: (fault: OutcomeUnknown | LedgerUnavailable, attempt: number) => void;
  /** Waits between two attempts, until the signal aborts. By the timers of the process when not given. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const waitInProcess = (ms: number, signal?: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);

/** Lists of entries that each fit into one append. */
function batches(entries: readonly SealedEntry[]): SealedEntry[][] {
  const found: SealedEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    if (bytes + entry.bytes.byteLength > APPEND_BYTES_MAX) {
      found.push([]);
      bytes = 0;
    }
    found.at(-1)?.push(entry);
    bytes += entry.bytes.byteLength;
  }
  return found;
}

/** @param begun true when entries of the same chain were stored before these. */
async function settle(
  ledger: Ledger,
  stream: string,
  expected: Revision,
  entries: readonly SealedEntry[],
  begun: boolean,
  deadlineMs: number,
  { signal, onRetry, wait = waitInProcess }: AppendUntilKnownOptions,
): Promise<Appended> {
  let unknown = begun ? new OutcomeUnknown(stream) : undefined;
  for (let attempt = 1, delayMs = FIRST_DELAY_MS; ; attempt++, delayMs = Math.min(2 * delayMs, DELAY_MS_MAX)) {
    try {
      return await ledger.append(stream, expected, entries);
    } catch (fault) {
      if (!(fault instanceof OutcomeUnknown) && !(fault instanceof LedgerUnavailable)) throw fault;
      if (fault instanceof OutcomeUnknown) unknown = fault;
      // Once an attempt may have been stored, a later "nothing was written" speaks of the later attempt alone.
      if (signal?.aborted === true || performance.now() + delayMs > deadlineMs) throw unknown ?? fault;
      onRetry?.(fault, attempt);
      await wait(delayMs, signal);
    }
  }
}

/**
 * Appends, and repeats the same bytes at the same revision with a growing delay while it is not known whether they are
 * stored or while the ledger cannot be reached. What every writer uses: it ends with success, with a refusal that is
 * final, or when time is up.
 *
 * More than one append's worth of entries is sent in several appends, in order. All entries were sealed as one chain, so a
 * reader takes a command that spans them only when its last entry is there.
 *
 * @returns revision and position of the last entry.
 * @throws WrongRevision when another writer's entry is at the place: drop the state, read again.
 * @throws OutcomeUnknown when time was up and some attempt may have been stored, or some of the entries were.
 * @throws LedgerUnavailable when time was up and no attempt was stored.
 */
export async function appendUntilKnown(
  ledger: Ledger,
  stream: string,
  expectedRevision: Revision,
  entries: readonly SealedEntry[],
  options: AppendUntilKnownOptions = {},
): Promise<Appended> {
  const deadlineMs = performance.now() + (options.withinMs ?? WITHIN_MS);
  let appended: Appended | undefined;
  for (const batch of batches(entries)) {
    const expected = appended?.revision ?? expectedRevision;
    appended = await settle(ledger, stream, expected, batch, appended !== undefined, deadlineMs, options);
  }
  if (appended === undefined) throw new InvalidAppend(`an append to ${stream} has no entry`);
  return appended;
}
