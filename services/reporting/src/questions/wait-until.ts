import type { Seen } from '@exchequer/analytics';
import { problem, type ProblemReply } from '@exchequer/contracts';
import type { Reporting } from '../reporting.js';
import { placeOf } from './place.js';

/** How long a question waits for ClickHouse when the caller does not say. */
const WAIT_MS = 10_000;
/** The most that it waits, however far its deadline is. */
const WAIT_MAX_MS = 25_000;
/** Left of the caller's time for the question itself. */
const SPARE_MS = 250;

/**
 * What reports see, once everything up to a place is there. Without a place: all that is there now.
 *
 * @throws LedgerUnavailable
 */
export async function seenUntil(
  reporting: Reporting,
  account: string,
  until: string | undefined,
  deadlineMs: number | undefined,
): Promise<Seen | ProblemReply> {
  const { ledger, progress } = reporting;
  if (until === undefined) return seenNow(reporting);
  const place = await placeOf(ledger, account, until, 'until');
  if ('error' in place) return place;
  if (place.position === undefined) return seenNow(reporting, { position: undefined });
  const withinMs =
    reporting.ended === undefined
      ? Math.min(WAIT_MAX_MS, (deadlineMs ?? Date.now() + WAIT_MS) - Date.now() - SPARE_MS)
      : 0;
  if (await progress.reachedWithin(place.position, Math.max(0, withinMs))) return seenNow(reporting, place);
  return { error: behind(reporting, place.position) };
}

function seenNow(
  { progress }: Reporting,
  place: { readonly position: bigint | undefined } = progress,
): Seen | ProblemReply {
  const { names, trouble } = progress;
  if (names !== undefined) return { names, position: place.position };
  const why = trouble === undefined ? '' : ` ${trouble}.`;
  return { error: problem('Unavailable', `The reports are being opened; ask again in a moment.${why}`) };
}

function behind({ progress, ended }: Reporting, position: bigint) {
  const reached = progress.position;
  const how = reached === undefined ? 'has nothing of the ledger yet' : `has the ledger up to ${reached.toString()}`;
  const why = ended?.message ?? progress.trouble;
  return problem(
    'Unavailable',
    `ClickHouse ${how}, not up to ${position.toString()}; ${why === undefined ? 'ask again in a moment' : `the reason: ${why}`}`.replace(
      /\.?$/,
      '.',
    ),
    { position: reached?.toString() ?? null },
  );
}
