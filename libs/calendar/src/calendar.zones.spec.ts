import { describe, expect, it } from '@jest/globals';
import { DEFAULT_ANCHOR, HOUR_MS, type CalendarUnit, type CalendarWindow } from '@exchequer/kernel';
import { createCalendar } from './calendar.js';

const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Chatham'] as const;

const calendar = createCalendar();

const every = (unit: CalendarUnit, zone: string, anchor = DEFAULT_ANCHOR): CalendarWindow => ({
  kind: 'calendar',
  unit,
  zone,
  anchor,
});

/** What clocks on a wall show, by the platform's own tables: `2026-01-31 00:00:00`. */
const onTheWall = (zone: string, at: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(at);

/** The window that holds noon of a local day, in local time. */
function aroundNoon(spec: CalendarWindow, day: string): readonly [string, string] {
  const { from, to } = calendar.windowAt(spec, noonOf(spec.zone, day));
  return [onTheWall(spec.zone, from), onTheWall(spec.zone, to)];
}

/** Noon of a local day: the instant at which the clock on the wall shows it. */
function noonOf(zone: string, day: string): number {
  const near = Date.parse(`${day}T12:00:00Z`);
  for (let quarters = -60; quarters <= 60; quarters += 1) {
    const at = near + (quarters * HOUR_MS) / 4;
    if (onTheWall(zone, at) === `${day} 12:00:00`) return at;
  }
  throw new Error(`no clock of ${zone} shows noon on ${day}`);
}

const midnights = (from: string, to: string): readonly string[] => [`${from} 00:00:00`, `${to} 00:00:00`];

describe.each(ZONES)('in %s', (zone) => {
  it.each([
    ['2026-01-30', '2025-12-31', '2026-01-31'],
    ['2026-01-31', '2026-01-31', '2026-02-28'],
    ['2026-02-28', '2026-02-28', '2026-03-31'],
    ['2026-04-29', '2026-03-31', '2026-04-30'],
    ['2026-04-30', '2026-04-30', '2026-05-31'],
    ['2026-10-30', '2026-09-30', '2026-10-31'],
    ['2028-02-28', '2028-01-31', '2028-02-29'],
    ['2028-02-29', '2028-02-29', '2028-03-31'],
  ])('a month from the 31st: %s lies between %s and %s', (day, from, to) => {
    expect(aroundNoon(every('month', zone, '2026-01-31T00:00'), day)).toEqual(midnights(from, to));
  });

  it.each([
    ['2026-01-01', '2026-01-01', '2026-04-01'],
    ['2026-03-31', '2026-01-01', '2026-04-01'],
    ['2026-09-30', '2026-07-01', '2026-10-01'],
    ['2026-12-31', '2026-10-01', '2027-01-01'],
    ['2028-02-29', '2028-01-01', '2028-04-01'],
  ])('a quarter: %s lies between %s and %s, whatever the clocks did meanwhile', (day, from, to) => {
    expect(aroundNoon(every('quarter', zone), day)).toEqual(midnights(from, to));
  });

  it('a quarter from the last day of November ends with February, on a leap day where there is one', () => {
    const quarter = every('quarter', zone, '2025-11-30T00:00');
    expect(aroundNoon(quarter, '2026-02-27')).toEqual(midnights('2025-11-30', '2026-02-28'));
    expect(aroundNoon(quarter, '2028-02-28')).toEqual(midnights('2027-11-30', '2028-02-29'));
    expect(aroundNoon(quarter, '2028-02-29')).toEqual(midnights('2028-02-29', '2028-05-30'));
  });

  it('a leap day is a day, and a year from one keeps it', () => {
    expect(aroundNoon(every('day', zone), '2028-02-29')).toEqual(midnights('2028-02-29', '2028-03-01'));
    const year = every('year', zone, '2024-02-29T00:00');
    expect(aroundNoon(year, '2027-02-27')).toEqual(midnights('2026-02-28', '2027-02-28'));
    expect(aroundNoon(year, '2028-02-28')).toEqual(midnights('2027-02-28', '2028-02-29'));
    expect(aroundNoon(year, '2028-02-29')).toEqual(midnights('2028-02-29', '2029-02-28'));
  });

  it.each([
    ['2026-03-08', '2026-03-02', '2026-03-09'],
    ['2026-03-29', '2026-03-23', '2026-03-30'],
    ['2026-04-05', '2026-03-30', '2026-04-06'],
    ['2026-09-27', '2026-09-21', '2026-09-28'],
    ['2026-10-25', '2026-10-19', '2026-10-26'],
    ['2026-11-01', '2026-10-26', '2026-11-02'],
    ['2026-12-31', '2026-12-28', '2027-01-04'],
  ])('a week: %s lies between Monday %s and Monday %s, a change of the clocks or none', (day, from, to) => {
    expect(aroundNoon(every('week', zone), day)).toEqual(midnights(from, to));
  });
});

describe('a week in which the clocks change', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29', 167],
    ['Europe/Berlin', '2026-10-25', 169],
    ['America/New_York', '2026-03-08', 167],
    ['America/New_York', '2026-11-01', 169],
    ['Pacific/Chatham', '2026-09-27', 167],
    ['Pacific/Chatham', '2026-04-05', 169],
    ['Asia/Kolkata', '2026-03-29', 168],
    ['Asia/Kolkata', '2026-10-25', 168],
  ])('of %s, around %s, has %d hours', (zone, day, hours) => {
    const { from, to } = calendar.windowAt(every('week', zone), noonOf(zone, day));
    expect((to - from) / HOUR_MS).toBe(hours);
  });
});
