import type { Calendar, CalendarUnit, CalendarWindow, Interval } from '@exchequer/kernel';

/** Milliseconds of each unit, so short that histories of a few steps cross many boundaries. */
export const TOY_LENGTHS: Readonly<Record<CalendarUnit, number>> = {
  minute: 3,
  hour: 5,
  day: 8,
  week: 13,
  month: 21,
  quarter: 34,
  year: 55,
};

/** A calendar without zones and anchors, in which a day has eight milliseconds. */
export const toyCalendar: Calendar = {
  windowAt({ unit }: CalendarWindow, at: number): Interval {
    const from = at - (((at % TOY_LENGTHS[unit]) + TOY_LENGTHS[unit]) % TOY_LENGTHS[unit]);
    return { from, to: from + TOY_LENGTHS[unit] };
  },
  faultOf: ({ zone }: CalendarWindow) => (zone === 'nowhere' ? 'there is no such zone' : undefined),
};
