import type { Instant, Interval } from './time.js';

export const CALENDAR_UNITS = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type CalendarUnit = (typeof CALENDAR_UNITS)[number];

/**
 * Consecutive calendar units counted from an anchor: the n-th window begins at anchor + n units, clamped where a month
 * is too short, and always reckoned from the anchor itself so that day 31 stays 31.
 */
export interface CalendarWindow {
  readonly kind: 'calendar';
  readonly unit: CalendarUnit;
  /** IANA zone, for example `Europe/Berlin`. */
  readonly zone: string;
  /** Local date and time in `zone` at which one of the windows begins: `2026-01-31T00:00`. */
  readonly anchor: string;
}

/** A span that begins at the first counted use after the last one ended. */
export interface RollingWindow {
  readonly kind: 'rolling';
  readonly lengthMs: number;
}

/** One window for ever. */
export interface LifetimeWindow {
  readonly kind: 'lifetime';
}

/** A span that always ends now. */
export interface SlidingWindow {
  readonly kind: 'sliding';
  readonly lengthMs: number;
}

export type WindowSpec = CalendarWindow | RollingWindow | SlidingWindow | LifetimeWindow;

/** A Monday, the first of a month, a quarter and a year: with it every unit begins where people expect. */
export const DEFAULT_ANCHOR = '2001-01-01T00:00';
export const DEFAULT_ZONE = 'UTC';

/** Knows calendars and zones, so that the domain does not have to. */
export interface Calendar {
  /**
   * The window of `spec` that contains `at`.
   *
   * @throws RangeError when the zone or the anchor is unknown; specs are checked with {@link Calendar.faultOf} when they are set.
   */
  windowAt(spec: CalendarWindow, at: Instant): Interval;
  /** A sentence that says what is wrong with a spec, or undefined. */
  faultOf(spec: CalendarWindow): string | undefined;
}

/** A stable text of a spec: two specs are the same window exactly when their texts are equal. */
export function windowKey(spec: WindowSpec): string {
  switch (spec.kind) {
    case 'calendar':
      return `calendar ${spec.unit} ${spec.zone} ${spec.anchor}`;
    case 'rolling':
      return `rolling ${String(spec.lengthMs)}`;
    case 'sliding':
      return `sliding ${String(spec.lengthMs)}`;
    case 'lifetime':
      return 'lifetime';
  }
}
