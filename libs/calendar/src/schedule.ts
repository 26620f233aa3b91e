import {
  HOUR_MS,
  MINUTE_MS,
  type CalendarUnit,
  type CalendarWindow,
  type Instant,
  type Interval,
} from '@exchequer/kernel';
import { Temporal } from 'temporal-polyfill';
import { faultOf } from './fault.js';

/** The windows of one spec, worked out anew at every call. */
export type Schedule = (at: Instant) => Interval;

/**
 * @throws RangeError with the sentence of {@link faultOf} when the zone or the anchor is unknown.
 */
export function scheduleOf(spec: CalendarWindow): Schedule {
  const fault = faultOf(spec);
  if (fault !== undefined) throw new RangeError(fault);
  const anchor = Temporal.PlainDateTime.from(spec.anchor);
  switch (spec.unit) {
    case 'minute':
      return exactSchedule(instantOf(anchor, spec.zone), MINUTE_MS);
    case 'hour':
      return exactSchedule(instantOf(anchor, spec.zone), HOUR_MS);
    case 'day':
    case 'week':
    case 'month':
    case 'quarter':
    case 'year':
      return localSchedule(anchor, spec.zone, LOCAL_UNITS[spec.unit]);
  }
}

/**
 * Minutes and hours are spans of elapsed time. Counting them on the local clock would make one of no length where the
 * clock is put forward, and one of twice its length where it is put back.
 */
const exactSchedule =
  (anchor: Instant, lengthMs: number): Schedule =>
  (at) => {
    const from = anchor + Math.floor((at - anchor) / lengthMs) * lengthMs;
    return { from, to: from + lengthMs };
  };

/** Days and longer are spans of the local calendar; how long one lasts depends on the zone's changes of time. */
interface LocalUnit {
  readonly plus: (anchor: Temporal.PlainDateTime, count: number) => Temporal.PlainDateTime;
  /** How many units `local` is after the anchor; off by one or two at the edges. */
  readonly guess: (anchor: Temporal.PlainDateTime, local: Temporal.PlainDateTime) => number;
}

const daysApart = (anchor: Temporal.PlainDateTime, local: Temporal.PlainDateTime): number =>
  anchor.toPlainDate().until(local.toPlainDate()).days;

const monthsApart = (anchor: Temporal.PlainDateTime, local: Temporal.PlainDateTime): number =>
  (local.year - anchor.year) * 12 + local.month - anchor.month;

const ofDays = (length: number): LocalUnit => ({
  plus: (anchor, count) => anchor.add({ days: count * length }),
  guess: (anchor, local) => Math.floor(daysApart(anchor, local) / length),
});

/** Adding months clamps to the last day of a short one; since every start is reckoned from the anchor, day 31 comes back. */
const ofMonths = (length: number): LocalUnit => ({
  plus: (anchor, count) => anchor.add({ months: count * length }),
  guess: (anchor, local) => Math.floor(monthsApart(anchor, local) / length),
});

const LOCAL_UNITS: Readonly<Record<Exclude<CalendarUnit, 'minute' | 'hour'>, LocalUnit>> = {
  day: ofDays(1),
  week: ofDays(7),
  month: ofMonths(1),
  quarter: ofMonths(3),
  year: ofMonths(12),
};

function localSchedule(anchor: Temporal.PlainDateTime, zone: string, unit: LocalUnit): Schedule {
  const startOf = (count: number): Instant => instantOf(unit.plus(anchor, count), zone);
  return (at) => {
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
    let count = unit.guess(anchor, local);
    let from = startOf(count);
    while (from > at) from = startOf((count -= 1));
    let to = startOf((count += 1));
    // Where a clock is put back across midnight, the local date is yesterday's once more though today has begun.
    while (to <= at) {
      from = to;
      to = startOf((count += 1));
    }
    return { from, to };
  };
}

/**
 * The instant of a local time. One that the clock skipped is moved on by as much as was skipped; of one that it showed
 * twice, the first is meant. Both keep starts in order, so that windows tile.
 */
const instantOf = (local: Temporal.PlainDateTime, zone: string): Instant =>
  local.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
