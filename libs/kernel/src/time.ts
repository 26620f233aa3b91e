/** An instant as milliseconds since 1970-01-01T00:00Z. */
export type Instant = number;

/** A half-open span of instants: `from` belongs to it, `to` does not. */
export interface Interval {
  readonly from: Instant;
  readonly to: Instant;
}

/** The instant after every other. The end of what never ends. */
export const END_OF_TIME: Instant = Number.MAX_SAFE_INTEGER;
/** The instant before every other. The start of what has always been. */
export const START_OF_TIME: Instant = Number.MIN_SAFE_INTEGER;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const contains = (interval: Interval, at: Instant): boolean => interval.from <= at && at < interval.to;

/** Where the time of day comes from. Services take the machine's; tests and simulations bring their own. */
export interface Clock {
  now(): Instant;
}
