import { describe, expect, it } from '@jest/globals';
import { DAY_MS, DEFAULT_ANCHOR, HOUR_MS, MINUTE_MS, type CalendarUnit, type CalendarWindow } from '@exchequer/kernel';
import { createCalendar } from './calendar.js';

const calendar = createCalendar();

const every = (unit: CalendarUnit, zone: string, anchor = DEFAULT_ANCHOR): CalendarWindow => ({
  kind: 'calendar',
  unit,
  zone,
  anchor,
});

/** The window around an instant, as two texts in UTC. */
const around = (spec: CalendarWindow, at: string): readonly [string, string] => {
  const { from, to } = calendar.windowAt(spec, Date.parse(at));
  return [new Date(from).toISOString().replace('.000Z', 'Z'), new Date(to).toISOString().replace('.000Z', 'Z')];
};

const hoursAround = (spec: CalendarWindow, at: string): number => {
  const { from, to } = calendar.windowAt(spec, Date.parse(at));
  return (to - from) / HOUR_MS;
};

describe('a calendar window', () => {
  it('begins with the default anchor where people expect each unit to begin', () => {
    const at = '2026-11-19T14:37:21Z';
    expect(around(every('minute', 'UTC'), at)).toEqual(['2026-11-19T14:37:00Z', '2026-11-19T14:38:00Z']);
    expect(around(every('hour', 'UTC'), at)).toEqual(['2026-11-19T14:00:00Z', '2026-11-19T15:00:00Z']);
    expect(around(every('day', 'UTC'), at)).toEqual(['2026-11-19T00:00:00Z', '2026-11-20T00:00:00Z']);
    expect(around(every('week', 'UTC'), at)).toEqual(['2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z']);
    expect(around(every('month', 'UTC'), at)).toEqual(['2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z']);
    expect(around(every('quarter', 'UTC'), at)).toEqual(['2026-10-01T00:00:00Z', '2027-01-01T00:00:00Z']);
    expect(around(every('year', 'UTC'), at)).toEqual(['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z']);
  });

  it('has its first instant and not its last', () => {
    const day = every('day', 'UTC');
    expect(around(day, '2026-11-19T00:00:00.000Z')[0]).toBe('2026-11-19T00:00:00Z');
    expect(around(day, '2026-11-18T23:59:59.999Z')[1]).toBe('2026-11-19T00:00:00Z');
  });

  it('follows the local day of its zone', () => {
    expect(around(every('day', 'Asia/Kolkata'), '2026-11-19T18:29:59Z')).toEqual([
      '2026-11-18T18:30:00Z',
      '2026-11-19T18:30:00Z',
    ]);
    expect(around(every('day', 'Pacific/Chatham'), '2026-07-01T11:14:59Z')).toEqual([
      '2026-06-30T11:15:00Z',
      '2026-07-01T11:15:00Z',
    ]);
  });

  it('keeps an anchor on day 31 where a short month clamps it', () => {
    const month = every('month', 'UTC', '2026-01-31T00:00');
    expect(around(month, '2026-02-15T00:00:00Z')).toEqual(['2026-01-31T00:00:00Z', '2026-02-28T00:00:00Z']);
    expect(around(month, '2026-03-15T00:00:00Z')).toEqual(['2026-02-28T00:00:00Z', '2026-03-31T00:00:00Z']);
    expect(around(month, '2026-04-30T00:00:00Z')).toEqual(['2026-04-30T00:00:00Z', '2026-05-31T00:00:00Z']);
    expect(around(month, '2028-02-29T00:00:00Z')).toEqual(['2028-02-29T00:00:00Z', '2028-03-31T00:00:00Z']);
  });

  it('has the lengths of the worked example in the README', () => {
    const month = every('month', 'Europe/Berlin', '2026-01-31T00:00');
    expect(around(month, '2025-12-31T00:00:00Z')).toEqual(['2025-12-30T23:00:00Z', '2026-01-30T23:00:00Z']);
    expect(around(month, '2026-02-01T00:00:00Z')).toEqual(['2026-01-30T23:00:00Z', '2026-02-27T23:00:00Z']);
    expect(around(month, '2026-03-01T00:00:00Z')).toEqual(['2026-02-27T23:00:00Z', '2026-03-30T22:00:00Z']);
    expect(around(month, '2026-04-01T00:00:00Z')).toEqual(['2026-03-30T22:00:00Z', '2026-04-29T22:00:00Z']);
  });

  it('counts quarters from the anchor', () => {
    const quarter = every('quarter', 'UTC', '2025-11-30T06:00');
    expect(around(quarter, '2026-02-28T05:59:59Z')).toEqual(['2025-11-30T06:00:00Z', '2026-02-28T06:00:00Z']);
    expect(around(quarter, '2026-02-28T06:00:00Z')).toEqual(['2026-02-28T06:00:00Z', '2026-05-30T06:00:00Z']);
  });

  it('keeps an anchor on 29 February in the years between', () => {
    const year = every('year', 'UTC', '2024-02-29T00:00');
    expect(around(year, '2026-06-01T00:00:00Z')).toEqual(['2026-02-28T00:00:00Z', '2027-02-28T00:00:00Z']);
    expect(around(year, '2028-06-01T00:00:00Z')).toEqual(['2028-02-29T00:00:00Z', '2029-02-28T00:00:00Z']);
  });

  it('reaches back before its anchor', () => {
    const month = every('month', 'Europe/Berlin', '2026-01-31T00:00');
    expect(around(month, '2025-12-01T00:00:00Z')).toEqual(['2025-11-29T23:00:00Z', '2025-12-30T23:00:00Z']);
    expect(around(every('week', 'UTC'), '2000-12-31T23:59:59Z')).toEqual([
      '2000-12-25T00:00:00Z',
      '2001-01-01T00:00:00Z',
    ]);
    expect(around(every('hour', 'UTC', '2026-01-01T00:15'), '2025-12-31T23:00:00Z')).toEqual([
      '2025-12-31T22:15:00Z',
      '2025-12-31T23:15:00Z',
    ]);
  });

  it('is computed at the very ends of what dates can say', () => {
    expect(around(every('year', 'UTC'), '9999-12-31T23:59:59Z')).toEqual([
      '9999-01-01T00:00:00Z',
      '+010000-01-01T00:00:00Z',
    ]);
    expect(around(every('day', 'UTC'), '0001-01-01T00:00:00Z')).toEqual([
      '0001-01-01T00:00:00Z',
      '0001-01-02T00:00:00Z',
    ]);
  });
});

describe('a window in which the clocks change', () => {
  const changes = [
    { zone: 'Europe/Berlin', forward: '2026-03-29T12:00:00Z', back: '2026-10-25T12:00:00Z' },
    { zone: 'America/New_York', forward: '2026-03-08T18:00:00Z', back: '2026-11-01T18:00:00Z' },
    { zone: 'Pacific/Chatham', forward: '2026-09-27T00:00:00Z', back: '2026-04-05T00:00:00Z' },
  ];

  it.each(changes)('is a day of 23 or 25 hours in $zone', ({ zone, forward, back }) => {
    const day = every('day', zone);
    expect(hoursAround(day, forward)).toBe(23);
    expect(hoursAround(day, back)).toBe(25);
    expect(hoursAround(day, '2026-01-15T00:00:00Z')).toBe(24);
  });

  it.each(changes)('is a week of 167 or 169 hours in $zone', ({ zone, forward, back }) => {
    const week = every('week', zone);
    expect(hoursAround(week, forward)).toBe(167);
    expect(hoursAround(week, back)).toBe(169);
  });

  it('is a day of 24 hours where the zone never changes', () => {
    for (const { forward, back } of changes) {
      expect(hoursAround(every('day', 'Asia/Kolkata'), forward)).toBe(24);
      expect(hoursAround(every('day', 'Asia/Kolkata'), back)).toBe(24);
    }
  });

  it('leaves hours and minutes their length when the clock is put forward', () => {
    const hour = every('hour', 'Europe/Berlin');
    expect(around(hour, '2026-03-29T00:59:59Z')).toEqual(['2026-03-29T00:00:00Z', '2026-03-29T01:00:00Z']);
    expect(around(hour, '2026-03-29T01:00:00Z')).toEqual(['2026-03-29T01:00:00Z', '2026-03-29T02:00:00Z']);
    const minute = every('minute', 'Europe/Berlin');
    expect(around(minute, '2026-03-29T00:59:59Z')).toEqual(['2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z']);
  });

  it('keeps the repeated hour apart from the first when the clock is put back', () => {
    const hour = every('hour', 'America/New_York');
    expect(around(hour, '2026-11-01T05:30:00Z')).toEqual(['2026-11-01T05:00:00Z', '2026-11-01T06:00:00Z']);
    expect(around(hour, '2026-11-01T06:30:00Z')).toEqual(['2026-11-01T06:00:00Z', '2026-11-01T07:00:00Z']);
  });

  it('begins hours on the local hour where offsets have 30 or 45 minutes', () => {
    expect(around(every('hour', 'Asia/Kolkata'), '2026-05-01T10:00:00Z')).toEqual([
      '2026-05-01T09:30:00Z',
      '2026-05-01T10:30:00Z',
    ]);
    for (const at of ['2026-01-01T10:00:00Z', '2026-07-01T10:00:00Z'])
      expect(around(every('hour', 'Pacific/Chatham'), at)[0].slice(11)).toBe('09:15:00Z');
  });

  it('begins a day whose start the clock skipped as much later', () => {
    const day = every('day', 'Europe/Berlin', '2026-01-01T02:30');
    expect(around(day, '2026-03-29T12:00:00Z')).toEqual(['2026-03-29T01:30:00Z', '2026-03-30T00:30:00Z']);
    expect(around(day, '2026-03-29T01:29:59Z')).toEqual(['2026-03-28T01:30:00Z', '2026-03-29T01:30:00Z']);
  });

  it('begins a day whose start the clock showed twice at the first of them', () => {
    const day = every('day', 'Europe/Berlin', '2026-01-01T02:30');
    expect(around(day, '2026-10-25T12:00:00Z')).toEqual(['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z']);
  });

  it('does not go back to yesterday when the clock is put back across midnight', () => {
    const day = every('day', 'America/St_Johns');
    const seventh = ['2010-11-07T02:30:00Z', '2010-11-08T03:30:00Z'];
    expect(around(day, '2010-11-07T03:00:00Z')).toEqual(seventh);
    expect(around(day, '2010-11-07T02:30:30Z')).toEqual(seventh);
  });

  it('gives no window to a day that a zone left out', () => {
    const day = every('day', 'Pacific/Apia');
    expect(around(day, '2011-12-30T09:59:59Z')).toEqual(['2011-12-29T10:00:00Z', '2011-12-30T10:00:00Z']);
    expect(around(day, '2011-12-30T10:00:00Z')).toEqual(['2011-12-30T10:00:00Z', '2011-12-31T10:00:00Z']);
  });
});

describe('asking again', () => {
  it('answers out of memory while the window lasts', () => {
    const spec = every('month', 'Europe/Berlin');
    const first = calendar.windowAt(spec, Date.parse('2026-11-01T00:00:00Z'));
    expect(calendar.windowAt(spec, Date.parse('2026-11-30T00:00:00Z'))).toBe(first);
    expect(calendar.windowAt({ ...spec }, Date.parse('2026-11-30T00:00:00Z'))).toBe(first);
  });

  it('keeps the window before in memory for late usage', () => {
    const spec = every('day', 'America/New_York');
    const yesterday = calendar.windowAt(spec, Date.parse('2026-11-18T12:00:00Z'));
    const today = calendar.windowAt(spec, Date.parse('2026-11-19T12:00:00Z'));
    expect(calendar.windowAt(spec, Date.parse('2026-11-18T13:00:00Z'))).toBe(yesterday);
    expect(calendar.windowAt(spec, Date.parse('2026-11-19T13:00:00Z'))).toBe(today);
  });

  it('stays right after more windows and specs than are remembered', () => {
    const day = every('day', 'UTC');
    for (let count = 0; count < 12; count += 1) {
      const at = Date.UTC(2026, 0, 1 + (count % 6), 5);
      expect(calendar.windowAt(day, at).from).toBe(at - 5 * HOUR_MS);
    }
    for (let minute = 0; minute < 1_100; minute += 1) {
      const anchor = new Date(Date.UTC(2026, 0, 1) + minute * MINUTE_MS).toISOString().slice(0, 16);
      const window = calendar.windowAt(every('day', 'UTC', anchor), Date.UTC(2026, 5, 1, 23, 59));
      expect(window.from % DAY_MS).toBe((minute % 1_440) * MINUTE_MS);
    }
    expect(calendar.windowAt(day, Date.UTC(2026, 0, 1, 5)).from).toBe(Date.UTC(2026, 0, 1));
  });
});

describe('a faulty spec', () => {
  it.each([
    ['Europe/Berlni', 'zone "Europe/Berlni" is not known; it takes an IANA name, such as Europe/Berlin'],
    ['+02:00', 'zone "+02:00" is not known; it takes an IANA name, such as Europe/Berlin'],
    ['2026-01-01T00:00Z', 'zone "2026-01-01T00:00Z" is not known; it takes an IANA name, such as Europe/Berlin'],
    ['', 'zone "" is not known; it takes an IANA name, such as Europe/Berlin'],
  ])('with the zone %j is named', (zone, sentence) => {
    expect(calendar.faultOf(every('day', zone))).toBe(sentence);
    expect(() => calendar.windowAt(every('day', zone), 0)).toThrow(new RangeError(sentence));
  });

  it.each([
    '2026-02-30T00:00',
    '2026-01-31',
    '2026-01-31T24:00',
    '2026-01-31T00:00Z',
    '2026-01-31T00:00+01:00',
    'soon',
  ])('with the anchor %j is named', (anchor) => {
    const sentence = `anchor "${anchor}" is no local date and time; it takes one that exists, such as 2026-01-31T00:00`;
    expect(calendar.faultOf(every('day', 'UTC', anchor))).toBe(sentence);
    expect(() => calendar.windowAt(every('day', 'UTC', anchor), 0)).toThrow(new RangeError(sentence));
  });

  it('is not seen in one that is right', () => {
    expect(calendar.faultOf(every('day', 'America/Argentina/Buenos_Aires'))).toBeUndefined();
    expect(calendar.faultOf(every('day', 'Etc/GMT+12', '2026-01-31T23:59:59'))).toBeUndefined();
  });
});
