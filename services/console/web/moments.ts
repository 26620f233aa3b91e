const SECOND_MS = 1_000;
const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** How long until an instant, in its largest unit: `in 9 h`, `in 45 s`. `now` when it has come. */
export function timeUntil(instant: string, nowMs: number): string {
  const seconds = Math.ceil((Date.parse(instant) - nowMs) / SECOND_MS);
  if (seconds <= 0) return 'now';
  const [unit, size] = UNITS.find(([, length]) => seconds >= length * 2) ?? UNITS[3];
  return `in ${String(Math.floor(seconds / size))} ${unit}`;
}

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const DAY_AND_CLOCK = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'long' });
const DAY_MS = 86_400_000;

/** An instant in the viewer's zone: the time of day, and the day where it is not near. */
export function clockTime(instant: string, nowMs: number): string {
  const atMs = Date.parse(instant);
  const isNear = Math.abs(atMs - nowMs) < DAY_MS && new Date(atMs).getDate() === new Date(nowMs).getDate();
  return (isNear ? CLOCK : DAY_AND_CLOCK).format(atMs);
}

/** Everything that is known of an instant, for a title. */
export const wholeTime = (instant: string): string => WHOLE.format(Date.parse(instant));
