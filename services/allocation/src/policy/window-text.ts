import type { WindowBody } from '@exchequer/contracts';
import {
  CALENDAR_UNITS,
  DAY_MS,
  DEFAULT_ANCHOR,
  DEFAULT_ZONE,
  HOUR_MS,
  MINUTE_MS,
  type CalendarUnit,
} from '@exchequer/kernel';
import { z } from 'zod';

const CALENDAR = new RegExp(
  `^(${CALENDAR_UNITS.join('|')})(?:\\s+([A-Za-z][A-Za-z0-9_+/-]*))?(?:\\s+from\\s+(\\d{4}-\\d\\d-\\d\\d)(?:T(\\d\\d:\\d\\d))?)?$`,
);
const SPAN = /^(rolling|sliding)\s+(\d{1,5})\s*(m|h|d|w)$/;
const LENGTH = /^(\d{1,5})\s*(m|h|d|w)$/;
const LENGTHS = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS } as const;

/** A limit's window as people write it: `month Europe/Berlin`, `year UTC from 2026-04-01`, `rolling 7d`, `lifetime`. */
export const windowText = z.string().transform((text, context): WindowBody => {
  const window = parseWindow(text.trim());
  if (window !== undefined) return window;
  context.addIssue(
    'takes a calendar unit with an optional zone and anchor (month Europe/Berlin from 2026-01-31), rolling or sliding and a length (rolling 7d), or lifetime',
  );
  return z.NEVER;
});

/** A length of time as people write it, in milliseconds: `7d`, `12h`. */
export const lengthText = z.string().transform((text, context): number => {
  const [, count, length] = LENGTH.exec(text.trim()) ?? [];
  if (count !== undefined && isLength(length)) return Number(count) * LENGTHS[length];
  context.addIssue('takes a number and m, h, d or w, such as 7d');
  return z.NEVER;
});

/** The window that a text names, or undefined. */
export function parseWindow(text: string): WindowBody | undefined {
  if (text === 'lifetime') return { kind: 'lifetime' };
  const [, kind, count, length] = SPAN.exec(text) ?? [];
  if (count !== undefined && isLength(length))
    return { kind: kind === 'sliding' ? 'sliding' : 'rolling', lengthMs: Number(count) * LENGTHS[length] };
  const [, unit, zone, date, time] = CALENDAR.exec(text) ?? [];
  if (!isUnit(unit) || zone === 'from') return undefined;
  const anchor = date === undefined ? DEFAULT_ANCHOR : `${date}T${time ?? '00:00'}`;
  return { kind: 'calendar', unit, zone: zone ?? DEFAULT_ZONE, anchor };
}

const isLength = (text: string | undefined): text is keyof typeof LENGTHS => text !== undefined && text in LENGTHS;
const isUnit = (text: string | undefined): text is CalendarUnit => CALENDAR_UNITS.some((unit) => unit === text);
