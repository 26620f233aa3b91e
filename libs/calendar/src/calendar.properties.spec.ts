import { describe, it } from '@jest/globals';
import { CALENDAR_UNITS, HOUR_MS, MINUTE_MS, type CalendarWindow } from '@exchequer/kernel';
import fc from 'fast-check';
import { createCalendar } from './calendar.js';

/** With whole, half and quarter hours, changes of half an hour (Lord Howe), skipped days (Apia), new offsets (Caracas) and changes at midnight (St. John's). */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Chatham',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/Caracas',
  'America/St_Johns',
];

/** On and beside month ends, leap days, and local times that clocks skip or show twice. */
const ANCHORS = [
  '2001-01-01T00:00',
  '2026-01-31T00:00',
  '2024-02-29T12:30',
  '2026-03-29T02:30',
  '2026-10-25T02:30',
  '2030-12-30T23:59',
];

const specs: fc.Arbitrary<CalendarWindow> = fc.record({
  kind: fc.constant('calendar' as const),
  unit: fc.constantFrom(...CALENDAR_UNITS),
  zone: fc.constantFrom(...ZONES),
  anchor: fc.constantFrom(...ANCHORS),
});

/** Near the changes of the zones above, and anywhere between 1990 and 2050. */
const CHANGES = [
  Date.UTC(2026, 2, 29, 1),
  Date.UTC(2026, 9, 25, 1),
  Date.UTC(2026, 2, 8, 7),
  Date.UTC(2026, 10, 1, 6),
  Date.UTC(2026, 3, 4, 14),
  Date.UTC(2026, 3, 4, 15),
  Date.UTC(2026, 8, 26, 14),
  Date.UTC(2011, 11, 30, 10),
  Date.UTC(2016, 4, 1, 7),
  Date.UTC(2010, 10, 7, 3),
];
const instants = fc.oneof(
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -4, max: 4 }))
    .map(([change, halves]) => change + (halves * HOUR_MS) / 2),
  fc.tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -2, max: 2 })).map(([change, ms]) => change + ms),
  fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2050, 0, 1) }),
);

const LONGEST_HOURS = {
  minute: 1 / 60,
  hour: 1,
  day: 26,
  week: 170,
  month: 31 * 24 + 2,
  quarter: 92 * 24 + 2,
  year: 366 * 24 + 2,
};

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

describe('windows', () => {
  it('hold the instant they were asked for, and are never empty nor too long', () => {
    fc.assert(
      fc.property(specs, instants, (spec, at) => {
        const { from, to } = createCalendar().windowAt(spec, at);
        check(from <= at && at < to, 'does not hold its instant');
        check(to - from <= LONGEST_HOURS[spec.unit] * HOUR_MS, 'is too long');
      }),
      { numRuns: 600 },
    );
  });

  it('tile time: each ends where the next begins, seen from any instant in them', () => {
    fc.assert(
      fc.property(specs, instants, (spec, at) => {
        const window = createCalendar().windowAt(spec, at);
        for (const other of [window.from, window.to - 1, Math.floor((window.from + window.to) / 2)]) {
          const same = createCalendar().windowAt(spec, other);
          check(same.from === window.from && same.to === window.to, 'differs between two of its own instants');
        }
        check(createCalendar().windowAt(spec, window.to).from === window.to, 'leaves a gap after it');
        check(createCalendar().windowAt(spec, window.from - 1).to === window.from, 'leaves a gap before it');
      }),
      { numRuns: 300 },
    );
  });

  it('are the same whatever was asked before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(specs, instants), { maxLength: 12 }), (questions) => {
        const remembering = createCalendar();
        for (const [spec, at] of questions) {
          const known = remembering.windowAt(spec, at);
          const anew = createCalendar().windowAt(spec, at);
          check(known.from === anew.from && known.to === anew.to, 'depends on earlier questions');
        }
      }),
    );
  });

  it('of minutes and hours last exactly as long as they say', () => {
    fc.assert(
      fc.property(specs, instants, (spec, at) => {
        const { from, to } = createCalendar().windowAt({ ...spec, unit: 'hour' }, at);
        check(to - from === HOUR_MS, 'is an hour of another length');
        const minute = createCalendar().windowAt({ ...spec, unit: 'minute' }, at);
        check(minute.to - minute.from === MINUTE_MS, 'is a minute of another length');
      }),
    );
  });

  it('begin at the anchor itself', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const utc = { ...spec, zone: 'UTC' };
        const at = Date.parse(`${spec.anchor}:00Z`);
        check(createCalendar().windowAt(utc, at).from === at, 'does not begin at its anchor');
      }),
    );
  });
});
