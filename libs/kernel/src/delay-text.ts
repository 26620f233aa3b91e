import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './time.js';

/** Units with how far below them a delay is told: `1 h 5 min`, not to the second. */
const STEPS = [
  { unit: 'd', unitMs: DAY_MS, below: 'h', belowMs: HOUR_MS },
  { unit: 'h', unitMs: HOUR_MS, below: 'min', belowMs: MINUTE_MS },
  { unit: 'min', unitMs: MINUTE_MS, below: 's', belowMs: SECOND_MS },
] as const;

const TENTH_MS = SECOND_MS / 10;

/**
 * How long to wait, as people say it: `250 ms`, `1.5 s`, `2 min`, `1 h 5 min`. Rounded up, so that who waits so long has waited
 * long enough.
 *
 * @param delayMs whole milliseconds.
 */
export function formatDelay(delayMs: number): string {
  if (delayMs < SECOND_MS) return `${String(delayMs)} ms`;
  const tenths = Math.ceil(delayMs / TENTH_MS);
  if (tenths * TENTH_MS < MINUTE_MS) return `${String(tenths / 10)} s`;
  for (const { unit, unitMs, below, belowMs } of STEPS) {
    const rounded = Math.ceil(delayMs / belowMs) * belowMs;
    if (rounded < unitMs) continue;
    const rest = (rounded % unitMs) / belowMs;
    return `${String(Math.floor(rounded / unitMs))} ${unit}${rest === 0 ? '' : ` ${String(rest)} ${below}`}`;
  }
  throw new Error('a delay of a minute is told in minutes');
}
