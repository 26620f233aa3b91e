import { DECISIONS_STREAM, SUBJECTS, USAGE_PARKED_STREAM, USAGE_STREAM } from '@exchequer/contracts';

const MEBIBYTE = 1024 * 1024;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A JetStream stream and its bounds. */
export interface StreamDefinition {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly bytesMax: number;
  readonly ageMaxMs: number;
  /** A message with an id that was seen within this time is not stored again. */
  readonly duplicatesWithinMs: number;
  /** Whether a message goes once a consumer has acknowledged it, or stays until age or size end it. */
  readonly keep: 'until-acknowledged' | 'until-old';
  /** What gives way when the stream is full: the newest is refused, or the oldest is dropped. */
  readonly whenFull: 'refuse' | 'drop-oldest';
}

/** Usage that producers hand in without waiting. None is ever dropped: when it is full they are told so. */
export const USAGE: StreamDefinition = {
  name: USAGE_STREAM,
  subjects: [SUBJECTS.usageStream('*')],
  bytesMax: 1024 * MEBIBYTE,
  ageMaxMs: 35 * DAY_MS,
  duplicatesWithinMs: 2 * MINUTE_MS,
  keep: 'until-acknowledged',
  whenFull: 'refuse',
};

/** Usage that was handed in and refused. Stays until somebody has looked at it, or for 35 days. */
export const USAGE_PARKED: StreamDefinition = {
  name: USAGE_PARKED_STREAM,
  subjects: [SUBJECTS.usageParked('*')],
  bytesMax: 256 * MEBIBYTE,
  ageMaxMs: 35 * DAY_MS,
  duplicatesWithinMs: 2 * MINUTE_MS,
  keep: 'until-old',
  whenFull: 'drop-oldest',
};

/** Decisions on their way to the reports. The ledger is what proves; so the oldest may go. */
export const DECISIONS: StreamDefinition = {
  name: DECISIONS_STREAM,
  subjects: [SUBJECTS.decisions('*')],
  bytesMax: 1024 * MEBIBYTE,
  ageMaxMs: 7 * DAY_MS,
  duplicatesWithinMs: 2 * MINUTE_MS,
  keep: 'until-acknowledged',
  whenFull: 'drop-oldest',
};
