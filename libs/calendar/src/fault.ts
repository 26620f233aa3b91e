import type { CalendarWindow } from '@exchequer/kernel';
import { Temporal } from 'temporal-polyfill';

/** Temporal would also take offsets and whole ISO instants for a zone; only names follow a zone's changes of time. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,3}$/;
/** Temporal would also take an offset, a calendar or a date alone, and drop what it has no use for. */
const LOCAL_DATE_TIME = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/;

/** A sentence that says what is wrong with a spec, or undefined. */
export function faultOf(spec: CalendarWindow): string | undefined {
  if (!isZone(spec.zone)) return `zone "${spec.zone}" is not known; it takes an IANA name, such as Europe/Berlin`;
  if (!isAnchor(spec.anchor))
    return `anchor "${spec.anchor}" is no local date and time; it takes one that exists, such as 2026-01-31T00:00`;
  return undefined;
}

const isZone = (zone: string): boolean =>
  ZONE_NAME.test(zone) && accepts(() => Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone));

const isAnchor = (anchor: string): boolean =>
  LOCAL_DATE_TIME.test(anchor) && accepts(() => Temporal.PlainDateTime.from(anchor));

/** Temporal has no question for "is this known"; a RangeError is its answer. */
function accepts(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
